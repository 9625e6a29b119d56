import pytest

from studio.augmenting import OPERATIONS, Chain, Group, Step
from studio.augmenting.guardrails import cautions
from studio.augmenting.invariances import Meaning, project_meaning, set_project_meaning
from studio.augmenting.operations import (
    Brightness,
    ColorJitter,
    DefectPaste,
    FlipHorizontal,
    FlipVertical,
    GaussianNoise,
    Hue,
    QuarterTurn,
    Rotate,
    Saturation,
    Scale,
    Translate,
)
from studio.augmenting.traits import traits
from studio.project.edits import next_undo, undo

ALL_MEANING = Meaning(left_right=True, up_down=True, brightness=True, color=True)


def texts(operation, is_gray=False, **meaning):
    return [caution.text for caution in cautions(Chain((Step(operation),)), is_gray, Meaning(**meaning))]


@pytest.mark.parametrize("operation", [Hue(), Saturation()])
def test_color_steps_on_gray_images_do_nothing(operation):
    assert texts(operation, is_gray=True) == ["This step does nothing: your images are gray."]
    assert texts(operation, is_gray=False) == []


def test_of_a_step_with_several_settings_the_one_is_named_that_does_nothing():
    jitter = ColorJitter(brightness=(0.8, 1.2), saturation=(0.5, 1.5))
    assert texts(jitter, is_gray=True) == ["Saturation does nothing: your images are gray."]


def test_a_step_without_range_changes_nothing():
    assert texts(Rotate(angle=(0, 0))) == ["As it is set, this step changes nothing."]


@pytest.mark.parametrize(
    "operation, sideways, over",
    [
        (FlipHorizontal(), True, False),
        (FlipVertical(), False, True),
        (QuarterTurn(), True, True),
        (Rotate(angle=(-30, 30)), False, False),
        (Rotate(angle=(-60, 60)), True, True),
        (Rotate(angle=(180, 180)), True, True),
        (Translate(x=(-40, 40), y=(-40, 40)), False, False),
        (Scale(factor=(0.5, 2)), False, False),
    ],
    ids=str,
)
def test_what_turns_images_is_found_by_doing_it(operation, sideways, over):
    found = traits(operation)
    assert (found.turns_sideways, found.turns_over) == (sideways, over)


def test_flips_speak_only_where_the_side_carries_meaning():
    assert texts(FlipHorizontal(), up_down=True) == []
    assert "swaps left and right" in texts(FlipHorizontal(), left_right=True)[0]
    assert "up and down carry meaning" in texts(FlipVertical(), up_down=True)[0]
    assert "sides are mistaken" in texts(QuarterTurn(), left_right=True, up_down=True)[0]


def test_brightness_and_color_speak_only_where_they_carry_meaning():
    assert "changes brightness" in texts(Brightness(), brightness=True)[0]
    assert texts(GaussianNoise(), brightness=True, color=True) == []
    assert "changes colors" in texts(Hue(turn=(-30, 30)), color=True)[0]
    assert texts(Saturation(factor=(0.5, 1.5)), brightness=True) == []


def test_a_caution_names_the_place_also_in_groups_and_skips_what_is_off():
    chain = Chain(
        (
            Step(FlipHorizontal(), enabled=False),
            Group("one_of", (Step(Rotate()), Step(FlipHorizontal()), Step(FlipHorizontal(), enabled=False))),
            Group("one_of", (Step(FlipHorizontal()),), enabled=False),
        )
    )
    assert [caution.place for caution in cautions(chain, False, Meaning(left_right=True))] == [(1, 1)]
    assert cautions(chain, False, None) == []


def test_every_operation_as_it_is_added_does_something_in_color():
    assert [operation.name for operation in OPERATIONS if not traits(operation()).changes] == []


def test_the_answer_is_kept_and_undone(project):
    assert project_meaning(project) is None
    set_project_meaning(project, ALL_MEANING)
    assert project_meaning(project) == ALL_MEANING
    assert next_undo(project).title == "change what carries meaning"
    undo(project)
    assert project_meaning(project) is None


def test_pasting_needs_a_marked_defect():
    chain = Chain((Step(DefectPaste()), Step(Rotate())))
    (caution,) = cautions(chain, False, None, has_marks=False)
    assert (caution.place, caution.text) == ((0,), "This step does nothing until a defect is marked in Label.")
    assert cautions(chain, False, None, has_marks=True) == []
