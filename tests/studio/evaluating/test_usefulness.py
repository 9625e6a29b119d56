"""The usefulness test on planted truths, and what it keeps when it is stopped."""

from collections.abc import Callable

import msgspec
import numpy as np
import pytest

from models.events import Event, finish
from models.usefulness import Gain
from studio.augmenting import Chain, Step, set_project_chain
from studio.augmenting.operations.tones import Brightness
from studio.errors import UserError
from studio.evaluating.comparison import compare
from studio.evaluating.usefulness import TrialDone, Usefulness, kept_usefulness, usefulness
from studio.evaluating.verdict import compared, headline, verdicts
from studio.project import Project
from studio.project.edits import edit
from studio.project.runs import find_run, run_folder
from studio.training.train import train

TRIALS = 2
UNCHANGED = Chain((Step(Brightness(factor=(0.99, 1.01))),))


def test_an_augmentation_that_destroys_the_class_is_found_to_harm(lamps: Project, inverted: Chain) -> None:
    set_project_chain(lamps, inverted)
    found = finish(usefulness(lamps, trials=TRIALS))
    real, augmented = found.arms
    assert (real.name, augmented.name, found.figure) == ("real", "augmented", "auroc")
    assert real.figures["auroc"] > 0.95
    assert augmented.gains["auroc"].high < 0
    assert verdicts(found)[0].state == "warn" and "harm" in headline(found)
    assert found.comparison.learned == {"off": 20, "on": 20} and found.comparison.unseen == {"off": 12, "on": 12}


def test_samples_of_a_run_and_an_augmentation_that_change_nothing_do_not_help(lamps: Project) -> None:
    finish(train(lamps, "instant", size=16))
    set_project_chain(lamps, UNCHANGED)
    found = finish(usefulness(lamps, "instant-1", trials=TRIALS))
    assert [arm.name for arm in found.arms] == ["real", "augmented", "synthetic", "both"]
    assert all(len(arm.by_trial) == TRIALS for arm in found.arms)
    assert {reading.state for reading in verdicts(found)} == {"unknown"}
    assert headline(found) == "No benefit found."
    assert kept_usefulness(lamps, "instant-1") == found
    assert kept_usefulness(lamps) is None


def test_held_out_images_known_from_training_are_left_out(
    lamps: Project, add_image: Callable[..., int], inverted: Chain
) -> None:
    set_project_chain(lamps, inverted)
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (5, 24, 24), dtype=np.uint8)
    known = {add_image(f"known {number}.png", picture, label="on") for number, picture in enumerate(pictures)}
    again = {add_image(f"again {number}.png", picture, label="on") for number, picture in enumerate(pictures)}
    lamps.db.execute("UPDATE item SET pixel_sha256 = substr(pixel_sha256, 7) WHERE pixel_sha256 LIKE '% %.png'")
    edit(lamps, "split", "split", dict.fromkeys(known, "train") | dict.fromkeys(again, "test"))
    setup = finish(compare(lamps, None))
    assert setup.comparison.related == 5
    assert setup.comparison.unseen == {"off": 12, "on": 12}
    assert not {setup.version.test[index].item for index in setup.test.indices} & again


def test_a_stopped_test_goes_on_after_its_finished_trials(lamps: Project, inverted: Chain) -> None:
    set_project_chain(lamps, inverted)
    task = usefulness(lamps, trials=TRIALS)
    first = next(event for event in task if isinstance(event, TrialDone))
    task.close()
    assert kept_usefulness(lamps) is None
    heard: list[Event] = []
    found = finish(usefulness(lamps, trials=TRIALS), heard.append)
    assert first in heard
    assert not any("augmented" in getattr(event, "what", "") for event in heard)  # what was looked at is kept
    assert found.arms[0].by_trial[0] == first.values["real"]


def test_another_chain_is_another_test(lamps: Project, inverted: Chain) -> None:
    set_project_chain(lamps, inverted)
    before = finish(usefulness(lamps, trials=1))
    set_project_chain(lamps, UNCHANGED)
    after = finish(usefulness(lamps, trials=1))
    assert after.arms[0] == before.arms[0]
    assert after.arms[1].figures["auroc"] > before.arms[1].figures["auroc"]


def test_what_cannot_be_tested_is_refused_in_a_sentence(lamps: Project, ten_images: list[int], inverted: Chain) -> None:
    with pytest.raises(UserError, match="nothing to compare"):
        finish(usefulness(lamps))
    set_project_chain(lamps, inverted)
    rows = lamps.db.execute("SELECT id FROM item WHERE split = 'test'").fetchall()
    edit(lamps, "split", "split", {row[0]: "train" for row in rows[4:]})
    with pytest.raises(UserError, match="at least 10 training images and 10 held-out images"):
        finish(usefulness(lamps))


def test_a_run_without_classes_has_nothing_to_teach(project: Project, add_image: Callable[..., int]) -> None:
    rng = np.random.default_rng(0)
    for number in range(12):
        add_image(f"{number}.png", rng.integers(0, 256, (24, 24), dtype=np.uint8))
    finish(train(project, "instant", size=16))
    with pytest.raises(UserError, match="learned without classes"):
        finish(usefulness(project, "instant-1"))
    assert find_run(project, "instant-1") and not (run_folder(project, "instant-1") / "usefulness").exists()


def with_gains(**gains: tuple[float, float]) -> Usefulness:
    """A test of two classes in which each arm gained between low and high."""
    names = ("real", *gains)
    return msgspec.convert(
        {
            "comparison": {
                "version": "v",
                "run": "instant-1",
                "checkpoint": "step-1",
                "chain": {},
                "learned": {"cat": 20, "dog": 30},
                "unseen": {"cat": 10, "dog": 12},
                "related": 1,
                "added": 100,
            },
            "created": "",
            "extractor": "EfficientNet-Lite0",
            "figure": "auroc",
            "arms": [
                {
                    "name": name,
                    "figures": {"auroc": 0.8 + sum(gains.get(name, (0, 0))) / 2},
                    "by_trial": [0.8, 0.81],
                    "gains": {"auroc": Gain(sum(gains[name]) / 2, *gains[name])} if name != "real" else {},
                }
                for name in names
            ],
        },
        Usefulness,
    )


def test_the_verdict_follows_the_interval() -> None:
    found = with_gains(augmented=(0.01, 0.05), synthetic=(-0.02, 0.03), both=(-0.05, -0.01))
    assert [reading.state for reading in verdicts(found)] == ["good", "unknown", "warn"]
    assert headline(found) == "Augmentation helps."
    assert verdicts(found)[0].sentence == (
        "With augmented images: it helps. AUROC 83.0% instead of 80.0% (+3.0 points, +1.0 to +5.0)."
    )
    assert "may be chance" in verdicts(found)[1].sentence and "−2.0 to +3.0" in verdicts(found)[1].sentence
    assert headline(with_gains(synthetic=(-0.02, 0.03))) == "No benefit found."
    assert headline(with_gains(synthetic=(-0.05, -0.03))) == "It does harm: learn from the real images alone."
    best = with_gains(augmented=(0.01, 0.05), synthetic=(0.04, 0.06), both=(0.0, 0.03))
    assert headline(best) == "Synthetic images help."


def test_what_was_compared_is_told() -> None:
    told = " ".join(compared(with_gains(synthetic=(-0.02, 0.03))))
    for part in (
        "20 cat, 30 dog",
        "10 cat, 12 dog",
        "1 held-out image was left out",
        "100 images",
        "EfficientNet-Lite0",
    ):
        assert part in told
