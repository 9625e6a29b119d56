"""What the user said of the images decides what a detective is shown."""

import pytest

from models.events import finish
from models.run_config import read_config
from studio.augmenting.invariances import Meaning, set_project_meaning
from studio.project.runs import run_folder
from studio.training.implied import usual_settings
from studio.training.train import train


@pytest.mark.parametrize(
    ("meaning", "varies"),
    [
        (None, False),
        (Meaning(left_right=True), True),
        (Meaning(brightness=True), False),
        (Meaning(color=True), False),
    ],
)
def test_brightness_and_color_vary_only_where_they_were_said_to_mean_nothing(project, meaning, varies):
    if meaning is not None:
        set_project_meaning(project, meaning)
    assert usual_settings(project, "dcgan").color_varies is varies
    assert usual_settings(project, "vae") == type(usual_settings(project, "vae"))()


def test_a_run_follows_the_answer_unless_it_is_told_otherwise(trained):
    set_project_meaning(trained, Meaning())
    small = {"width": 8, "batch": 8}
    for name, told, varies in (("mlp_gan-1", {}, True), ("mlp_gan-2", {"color_varies": False}, False)):
        finish(train(trained, "mlp_gan", size=32, steps=1, settings=small | told))
        assert read_config(run_folder(trained, name)).settings["color_varies"] is varies
