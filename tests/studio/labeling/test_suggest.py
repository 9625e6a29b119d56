import numpy as np
import pytest

from models.events import Progress, finish
from studio.errors import UserError
from studio.labeling.suggest import accept, suggest
from studio.project.edits import undo
from studio.project.items import item


@pytest.fixture
def half_labeled(add_image):
    """Six flat and six striped images, two of each without a label; returns the ids of the flat and striped ones."""
    rng = np.random.default_rng(0)
    flat = rng.integers(100, 110, (6, 64, 64), dtype=np.uint8)
    striped = flat + np.where(np.arange(64) % 8 < 4, 100, 0).astype(np.uint8)
    ids = []
    for name, images in (("flat", flat), ("striped", striped)):
        for number, image in enumerate(images):
            ids.append(add_image(f"{name}{number}.png", image, label=name if number < 4 else None))
    return ids[4:6], ids[10:12]


def test_alike_images_get_the_label_of_their_neighbors(project, half_labeled):
    events = []
    suggestions = finish(suggest(project), events.append)
    flat, striped = half_labeled
    assert {found.item: found.label for found in suggestions} == {
        **dict.fromkeys(flat, "flat"),
        **dict.fromkeys(striped, "striped"),
    }
    confidences = [found.confidence for found in suggestions]
    assert confidences == sorted(confidences, reverse=True)
    assert 0.5 < confidences[-1] <= confidences[0] <= 1
    assert all(isinstance(event, Progress) for event in events)
    assert item(project, flat[0]).label is None
    accept(project, suggestions)
    assert item(project, flat[0]).label == "flat"
    undo(project)
    assert item(project, flat[0]).label is None


def test_one_class_is_not_enough_to_learn_from(project, add_image):
    image = np.zeros((8, 8), np.uint8)
    add_image("a.png", image, label="a")
    add_image("b.png", image)
    with pytest.raises(UserError, match="two classes"):
        finish(suggest(project))


def test_confidence_tells_how_often_suggestions_are_right(project, add_image):
    """Stripes of random directions, labeled by which way they run, near the border by chance."""
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:48, :48]
    asked: dict[int, str] = {}
    for number in range(120):
        angle = rng.uniform(0, np.pi / 2)
        waves = np.sin((np.cos(angle) * rows + np.sin(angle) * columns) / 2 + rng.uniform(0, 6))
        pixels = (128 + 60 * waves + rng.normal(0, 15, (48, 48))).clip(0, 255).astype(np.uint8)
        label = "across" if angle + rng.normal(0, 0.15) < np.pi / 4 else "down"
        item_id = add_image(f"{number}.png", pixels, label=label if number < 60 else None)
        if number >= 60:
            asked[item_id] = label
    suggestions = finish(suggest(project))
    right = np.array([asked[each.item] == each.label for each in suggestions])
    assert right.mean() > 0.8
    assert np.mean([each.confidence for each in suggestions]) == pytest.approx(right.mean(), abs=0.12)
    assert right[:20].all()


def test_what_cannot_be_read_gets_no_suggestion(project, half_labeled):
    flat, striped = half_labeled
    item(project, flat[0]).path.unlink()
    assert {each.item for each in finish(suggest(project))} == {flat[1], *striped}
