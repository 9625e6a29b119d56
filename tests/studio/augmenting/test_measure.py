import numpy as np
import pytest

from models.events import finish
from studio.augmenting import Chain, Step
from studio.augmenting.defect_loss import Healed, lost_share
from studio.augmenting.measure import measure
from studio.augmenting.operations import (
    Brightness,
    CenterCrop,
    Cutout,
    DefectPaste,
    FlipHorizontal,
    GaussianBlur,
    Rotate,
)
from studio.errors import UserError
from studio.project.regions import Region, set_regions


@pytest.fixture
def scratched(project, add_image):
    """Twelve smooth images, half of them with stripes: the classes are plain to see. The stripes are marked."""
    x = np.mgrid[0:96, 0:96][1]
    rng = np.random.default_rng(0)
    for number in range(12):
        image = 120 + 30 * np.sin(x / (20 + number)) + rng.normal(0, 3, x.shape)
        if number % 2:
            image[40:56, 40:56] = np.where(x[40:56, 40:56] % 4 < 2, 255, 0)
        item_id = add_image(
            f"{number}.png", image.clip(0, 255).astype(np.uint8), label="scratch" if number % 2 else "good"
        )
        if number % 2:
            set_regions(project, {item_id: [Region(40, 40, 16, 16)]})
    return project


def by_place(project, *operations, **settings):
    chain = Chain(tuple(map(Step, operations)), **settings)
    return {found.place: found for found in finish(measure(project, chain))}


def test_a_chain_that_keeps_everything_is_fine(scratched):
    found = by_place(scratched, FlipHorizontal())
    assert set(found) == {(), (0,)}
    assert all(each.cautions() == [] for each in found.values())
    assert found[(0,)].by_class and found[(0,)].before == 1
    assert found[(0,)].notes() == ["Class recognized in 100 of 100 draws, 100 as they are."]


def test_the_step_that_loses_the_defect_is_named(scratched):
    found = by_place(scratched, FlipHorizontal(), Cutout(side=(60, 75), boxes=8), CenterCrop(kept=(100, 100)))
    assert not found[(0,)].loses_defect
    assert found[(1,)].loses_defect and found[()].loses_defect
    assert "The labeled defect is lost in" in found[(1,)].cautions()[0]


def test_a_step_too_weak_to_be_seen_says_so(scratched):
    found = by_place(scratched, Brightness(factor=(1.0, 1.001)))
    assert found[(0,)].is_weak and found[()].is_weak
    assert "Too weak to be seen" in found[()].cautions()[0]


def test_a_step_that_wipes_out_the_class_says_so(scratched):
    found = by_place(scratched, GaussianBlur(sigma=(10, 10)))
    assert found[(0,)].fades
    assert found[(0,)].kept < 0.8
    assert "Too strong: class recognized in" in found[(0,)].cautions()[-1]


def test_without_classes_an_image_has_to_look_like_itself(project, ten_images):
    project.db.execute("UPDATE item SET class_id = NULL")
    found = by_place(project, FlipHorizontal())[()]
    assert not found.by_class and found.before == 1
    assert "still look most like their own image" in [*found.cautions(), *found.notes()][-1]
    assert found.lost is None


def test_defects_of_the_project_are_pasted(scratched):
    found = by_place(scratched, DefectPaste())
    assert not found[(0,)].is_weak


def test_without_strength_nothing_is_seen(scratched):
    assert by_place(scratched, Rotate(angle=(-20, 20)), strength=0.0)[()].is_weak


def test_too_few_images_are_refused(project):
    with pytest.raises(UserError, match="6 are needed"):
        finish(measure(project, Chain((Step(Rotate()),))))


def test_a_defect_counts_as_lost_when_no_contrast_is_left():
    healed = np.full((64, 64, 1), 100, np.uint8)
    image = healed.copy()
    image[:8, :8] = 255  # in the corner
    cropped = Chain((Step(CenterCrop(kept=(60, 60))),))
    assert lost_share(cropped, [Healed(image, healed)], 0) == 1
    assert lost_share(Chain((Step(FlipHorizontal()),)), [Healed(image, healed)], 0) == 0
