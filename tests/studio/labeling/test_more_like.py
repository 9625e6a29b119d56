import numpy as np

from models.events import Progress, finish
from studio.labeling.more_like import more_like
from studio.project.edits import edit


def test_the_likest_come_first_without_the_chosen_and_the_excluded(project, stripes_and_noise):
    stripes, noise = stripes_and_noise
    edit(project, "exclude", "decision", {stripes[-1]: "exclude"})
    events: list = []
    found = finish(more_like(project, stripes[:2]), events.append)
    assert events
    assert all(isinstance(event, Progress) for event in events)
    assert set(found[:5]) == set(stripes[2:-1])
    assert set(found[5:]) == set(noise)
    assert finish(more_like(project, stripes[:2], n=3)) == found[:3]


def test_any_of_the_chosen_counts(project, stripes_and_noise, add_image):
    stripes, _ = stripes_and_noise
    dark = [add_image(f"dark{level}.png", np.full((64, 64), level, np.uint8)) for level in (10, 11, 12)]
    found = finish(more_like(project, [stripes[0], dark[0]], n=9))
    assert set(found) == {*stripes[1:], *dark[1:]}


def test_what_cannot_be_read_is_not_like_anything(project, stripes_and_noise):
    stripes, noise = stripes_and_noise
    for name in ("stripes0", "noise7"):
        (project.folder.parent / "sources" / f"{name}.png").unlink()
    assert finish(more_like(project, [stripes[0]])) == []
    assert noise[7] not in finish(more_like(project, [stripes[1]]))
