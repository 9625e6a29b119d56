import pytest

from studio.augmenting import Chain, ChainError, Step
from studio.augmenting.operations import Rotate
from studio.augmenting.own_presets import delete_preset, load_preset, own_presets, rename_preset, save_preset
from studio.errors import UserError

CHAIN = Chain((Step(Rotate()),), strength=0.5)


def test_own_chains_outlive_the_program():
    assert own_presets() == []
    save_preset("line 3", CHAIN)
    save_preset("Gate", Chain())
    assert own_presets() == ["Gate", "line 3"]
    assert load_preset("line 3") == CHAIN
    assert rename_preset("line 3", "Line 3") == "Line 3"
    assert rename_preset("Line 3", "Line 4") == "Line 4"
    assert load_preset("Line 4") == CHAIN
    delete_preset("Line 4")
    delete_preset("Line 4")
    assert own_presets() == ["Gate"]


def test_names_that_no_file_can_have_are_changed():
    assert save_preset("a/b: c?", CHAIN) == "a_b_ c_"
    assert own_presets() == ["a_b_ c_"]


@pytest.mark.parametrize("name, words", [("  ", "Give the chain a name"), ("strong", "name of a ready chain")])
def test_names_that_cannot_be_are_refused(name, words):
    with pytest.raises(UserError, match=words):
        save_preset(name, CHAIN)


def test_renaming_never_replaces_another_chain():
    save_preset("one", CHAIN)
    save_preset("two", Chain())
    with pytest.raises(UserError, match="already"):
        rename_preset("one", "TWO")
    assert load_preset("two") == Chain()


def test_a_damaged_file_is_said_when_it_is_used(own_folders):
    save_preset("one", CHAIN)
    next(own_folders.rglob("one.json")).write_text("{")
    assert own_presets() == ["one"]
    with pytest.raises(ChainError):
        load_preset("one")
