"""Checkpoints are complete or absent, bounded in number, and say so when they cannot be read."""

import json
import pickle

import pytest
import torch

from models import checkpoint
from models.errors import CheckpointError
from models.run_config import RunConfig
from models.sampler import load_sampler
from tests.models.test_trainer import train


def write(folder, step):
    config = RunConfig(family="vae", settings={}, shape=(1, 16, 16), classes=(), fingerprint="", seed=0)
    facts = checkpoint.Facts(config=config, step=step, images_seen=step, seconds=1.0, losses={})
    return checkpoint.write(folder, facts, {"a": torch.full((2,), step)}, {"b": torch.zeros(3)})


def test_what_is_written_is_read(tmp_path):
    path = write(tmp_path, 12)
    assert path.name == "step-00000012.safetensors"
    assert checkpoint.read_facts(path).step == 12
    assert checkpoint.read_sampling(path)["a"].tolist() == [12, 12]
    assert checkpoint.read_resuming(path)["b"].tolist() == [0, 0, 0]


def test_the_newest_two_stay_whole_and_sheets_and_pins_stay_for_sampling(tmp_path):
    paths = [write(tmp_path, step) for step in range(1, 7)]
    checkpoint.pin(paths[2])
    checkpoint.prune(tmp_path, keep={2})
    assert checkpoint.checkpoints(tmp_path) == [paths[1], paths[2], paths[4], paths[5]]
    assert len(list(tmp_path.glob("*.resume.safetensors"))) == 2
    assert checkpoint.read_sampling(paths[1])["a"].tolist() == [2, 2]


def test_the_best_stays_whole_too(tmp_path):
    paths = [write(tmp_path, step) for step in range(1, 7)]
    checkpoint.prune(tmp_path, keep={2}, whole=3)
    assert [checkpoint.is_whole(path) for path in checkpoint.checkpoints(tmp_path)] == [False, True, True, True]
    assert checkpoint.read_resuming(paths[2])["b"].tolist() == [0, 0, 0]


def test_what_a_kill_left_half_written_is_no_checkpoint(tmp_path):
    whole = write(tmp_path, 1)
    write(tmp_path, 2).with_suffix(".json").unlink()
    (tmp_path / "step-00000003.safetensors.tmp").write_bytes(b"x")
    assert checkpoint.latest(tmp_path) == whole
    checkpoint.remove_leftovers(tmp_path)
    assert len(list(tmp_path.iterdir())) == 3


def damage_tensors(path):
    path.write_bytes(path.read_bytes()[:50])


def change_one_bit_of_a_weight(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 64
    path.write_bytes(content)


def damage_facts(path):
    path.with_suffix(".json").write_text("{}")


def hide_a_pickle(path):
    path.write_bytes(pickle.dumps({"a": 1}))


def swap_in_other_tensors(path):
    write(path.parent, int(path.stem.removeprefix("step-")))


def drop_a_weight(path):
    drop_the_first_tensor(path, ending=".weight")


def drop_a_count_of_batches(path):
    drop_the_first_tensor(path, ending=".num_batches_tracked")


def drop_the_first_tensor(path, ending):
    state = checkpoint.read_sampling(path)
    del state[min(name for name in state if name.endswith(ending))]
    facts = checkpoint.read_facts(path)
    checkpoint.write(path.parent, facts, state, {})


def make_it_newer(path):
    facts = json.loads(path.with_suffix(".json").read_text())
    facts["config"]["format"] = 99
    path.with_suffix(".json").write_text(json.dumps(facts))


def name_an_unknown_family(path):
    facts = json.loads(path.with_suffix(".json").read_text())
    facts["config"]["family"] = "os:system"
    path.with_suffix(".json").write_text(json.dumps(facts))


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (damage_tensors, "damaged or incomplete"),
        (change_one_bit_of_a_weight, "damaged or incomplete"),
        (damage_facts, "damaged or incomplete"),
        (hide_a_pickle, "damaged or incomplete"),
        (swap_in_other_tensors, "damaged or incomplete"),
        (drop_a_weight, "damaged or incomplete"),
        (drop_a_count_of_batches, "damaged or incomplete"),
        (make_it_newer, "newer version of Seedbed"),
        (name_an_unknown_family, "no model family “os:system”"),
    ],
)
def test_a_checkpoint_that_cannot_be_used_says_so_in_one_sentence(tmp_path, harm, sentence):
    path = train("vae", tmp_path / "run", steps=1).checkpoint
    load_sampler(path)
    harm(path)
    with pytest.raises(CheckpointError, match=sentence):
        load_sampler(path)
