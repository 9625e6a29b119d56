import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.augmenting import OPERATIONS, PRESETS, Chain, ChainError, Group, Step
from studio.augmenting.operations import Brightness, FlipHorizontal, Posterize, Rotate, Scale

IMAGE = np.random.default_rng(0).integers(0, 256, (20, 24, 3), np.uint8)


def written(tmp_path, content):
    path = tmp_path / "chain.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def chain_with(*steps, **fields):
    return {"schema": 1, "steps": list(steps), **fields}


def rotate(**settings):
    return {"operation": "rotate", "settings": settings}


@pytest.mark.parametrize("name", PRESETS)
def test_presets_survive_the_file(tmp_path, name):
    path = tmp_path / "chain.json"
    PRESETS[name].save(path)
    loaded = Chain.load(path)
    assert loaded == PRESETS[name]
    np.testing.assert_array_equal(loaded(IMAGE, 3), PRESETS[name](IMAGE, 3))


def test_all_of_a_chain_survives_the_file():
    group = Group("some_of", (Step(Rotate()), Step(Posterize(), enabled=False)), (1, 3), 0.25, enabled=False)
    chain = Chain((Step(FlipHorizontal(probability=0.75)), group, Group()), "edge", 0.5, "lanczos")
    assert Chain.decode(chain.encode()) == chain
    assert all(Chain.decode(Chain((Step(operation()),)).encode()).active == (operation(),) for operation in OPERATIONS)


REFUSED = [
    ("", "not readable JSON"),
    ("[" * 100_000, "not readable JSON"),
    ("[]", "no list of steps"),
    ({"steps": []}, "does not name its schema"),
    ({"schema": 99, "steps": []}, "newer Seedbed"),
    (chain_with(border="pink"), "border is “pink”; it can be reflect"),
    (chain_with(interpolation="magic"), "interpolation is “magic”"),
    (chain_with(strength=1.5), "strength is “1.5”; it must be a number from 0 to 1"),
    (chain_with(strength=float("nan")), "strength is “nan”"),
    (chain_with(7), "Step 1 of the chain does not name"),
    (chain_with(rotate(), {"operation": "melt"}), "Step 2 of the chain is “melt”"),
    (chain_with({"operation": "rotate", "settings": 3}), r"Step 1 of the chain \(rotate\): It is damaged"),
    (chain_with({"operation": "rotate", "enabled": "yes"}), r"Step 1 of the chain \(rotate\): It is damaged"),
    (chain_with(rotate(angle=[-500, 5])), r"Step 1 of the chain \(rotate\): .*angle"),
    (chain_with(rotate(angle=[9, 5])), r"Step 1 of the chain \(rotate\): .*angle .* low to high"),
    (chain_with(rotate(angle=[1, "nan"])), r"Step 1 of the chain \(rotate\): .*angle cannot be"),
    (chain_with(rotate(angle=[1, float("nan")])), r"Step 1 of the chain \(rotate\): .*angle cannot be"),
    (chain_with(rotate(probability=float("inf"))), r"Step 1 of the chain \(rotate\): .*probability"),
    (chain_with(rotate(tilt=3)), "tilt"),
    (chain_with({"operation": "brightness", "settings": {"factor": [0, 0]}}), r"\(brightness\): Nothing of any image"),
    (chain_with({"operation": "contrast", "settings": {"factor": [0, 0]}}), r"\(contrast\): Nothing of any image"),
    (chain_with({"operation": "color_jitter", "settings": {"contrast": [0, 0]}}), r"\(color_jitter\): Nothing of any"),
    (chain_with({"group": "all_of", "steps": []}), r"Step 1 of the chain \(group\): It is damaged"),
    (chain_with({"group": "one_of"}), r"Step 1 of the chain \(group\): It is damaged"),
    (chain_with({"group": "some_of", "steps": [], "count": [3, 1]}), r"Step 1 of the chain \(group\): It is damaged"),
    (chain_with({"group": "one_of", "steps": [], "probability": float("nan")}), r"\(group\): It is damaged"),
    (chain_with({"group": "one_of", "steps": [rotate(), {"operation": "melt"}]}), "Step 1.2 of the chain is “melt”"),
]


@pytest.mark.parametrize(("content", "sentence"), REFUSED)
def test_a_bad_file_is_refused_with_the_place(tmp_path, content, sentence):
    with pytest.raises(ChainError, match=sentence):
        Chain.load(written(tmp_path, content))


@pytest.mark.parametrize(("content", "sentence"), REFUSED[4:])
def test_what_is_right_in_a_bad_file_can_be_kept(tmp_path, content, sentence):
    kept = {"operation": "scale", "settings": {"factor": [0.9, 1.2]}}
    content = {**content, "steps": [*content["steps"], kept]}
    chain, problems = Chain.load_lenient(written(tmp_path, content))
    assert len(problems) == 1
    assert chain.steps[-1] == Step(Scale(factor=(0.9, 1.2)))
    assert chain(IMAGE, 3).shape == IMAGE.shape


def test_a_step_keeps_the_settings_that_can_be_read(tmp_path):
    content = chain_with(rotate(angle=[-5, 5], probability=7, tilt=3), {"operation": "melt"}, rotate(angle=[2, 3]))
    chain, problems = Chain.load_lenient(written(tmp_path, content))
    assert chain.steps == (Step(Rotate(angle=(-5, 5))), Step(Rotate(angle=(2, 3))))
    assert [problem.split(":")[0] for problem in problems[:2]] == ["Step 1 of the chain (rotate)"] * 2
    assert "Step 2 of the chain is “melt”" in problems[2]


def test_a_good_file_has_no_problems_and_an_empty_chain_is_one(tmp_path):
    assert Chain.load_lenient(written(tmp_path, chain_with())) == (Chain(), ())
    np.testing.assert_array_equal(Chain.load(written(tmp_path, chain_with()))(IMAGE), IMAGE)
    with pytest.raises(ChainError, match="no list of steps"):
        Chain.load_lenient(written(tmp_path, "{}"))


def test_darkness_that_is_not_certain_is_allowed(tmp_path):
    sometimes = {"operation": "brightness", "settings": {"factor": [0, 0], "probability": 0.5}}
    assert Chain.load(written(tmp_path, chain_with(sometimes))).active == (Brightness(factor=(0, 0), probability=0.5),)


NAMES = ["operation", "group", "steps", "settings", "enabled", "probability", "count", "angle", "strength", "border"]
junk = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.sampled_from(["rotate", "one_of", "", "nan", "1..2"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(steps=st.lists(junk, max_size=3), rest=junk)
def test_whatever_the_file_holds_it_is_read_or_refused_with_a_sentence(steps, rest):
    content = {**(rest if isinstance(rest, dict) else {}), "schema": 1, "steps": steps}
    try:
        chain = Chain.from_builtins(content)
    except ChainError as error:
        assert str(error).endswith(".")
    else:
        assert chain(IMAGE).shape == IMAGE.shape
