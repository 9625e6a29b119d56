"""The same seed, index and class are the same image, however many are asked for."""

import numpy as np
import pytest

from models.families.vae import Vae
from models.sampler import BATCH, load_sampler
from tests.models.test_trainer import train
from tests.models.tiny import FAMILIES, dark_and_bright


@pytest.mark.parametrize("name", FAMILIES)
def test_a_sample_does_not_depend_on_its_company(tmp_path, name):
    quickly = {} if name == "instant" else {"learning_rate": 5e-3}
    data = dark_and_bright(side=32, channels=3)
    sampler = load_sampler(train(name, tmp_path / "run", data=data, **quickly).checkpoint)
    indices = range(2 * BATCH + 5)
    labels = [index % 2 for index in indices]
    together = sampler.sample(indices, labels, seed=9)
    assert (together.dtype, together.shape) == (np.uint8, (len(indices), 32, 32, 3))
    for index in (0, 1, BATCH - 1, BATCH, 2 * BATCH + 4):
        assert np.array_equal(sampler.sample([index], [labels[index]], seed=9)[0], together[index])
    assert np.array_equal(sampler.sample(indices[::-1], labels[::-1], seed=9), together[::-1])
    assert not np.array_equal(sampler.sample(indices, labels, seed=10), together)


def test_many_samples_come_in_bounded_batches(tmp_path):
    sampler = load_sampler(train("vae", tmp_path / "run", steps=1).checkpoint)
    sizes = [len(batch) for batch in sampler.batches(range(100), [0] * 100, seed=0)]
    assert max(sizes) == BATCH
    assert sum(sizes) == 100


def test_batches_are_always_full_for_their_size_can_change_a_rounding(tmp_path, monkeypatch):
    sampler = load_sampler(train("vae", tmp_path / "run", steps=1).checkpoint)
    sizes, sample = [], Vae.sample
    monkeypatch.setattr(Vae, "sample", lambda *given: sizes.append(len(given[1])) or sample(*given))
    assert len(sampler.sample(range(BATCH + 1), [0] * (BATCH + 1), seed=0)) == BATCH + 1
    assert sizes == [BATCH, BATCH]
