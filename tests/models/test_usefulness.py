"""Planted truths: what helps, harms or does neither is found out, and by the right amount."""

import pytest
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from models.events import finish
from models.metrics.classification import FIGURES
from models.usefulness import Examples, Gain, View, gains, trial

CENTERS = torch.randn(2, 24, generator=torch.Generator().manual_seed(0)) * 0.35
TRIALS = 6


def drawn(per_class: int, seed: int) -> tuple[Tensor, Tensor]:
    """Rows (n, 24) of two overlapping classes, and their labels."""
    labels = torch.arange(2).repeat_interleave(per_class)
    noise = torch.randn(len(labels), 24, generator=torch.Generator().manual_seed(seed))
    return CENTERS[labels] + noise, labels


def examples(rows: Tensor, labels: Tensor, sources: Tensor | None = None) -> Examples:
    return Examples(rows, one_hot(labels, 2).to(torch.float32), sources)


def gain_of(*extras: Examples, figure: str = "auroc") -> Gain:
    """What extras bring to 20 real rows a class, judged by 300."""
    real = examples(*drawn(20, 1))
    unseen, labels = drawn(150, 2)
    found: dict[str, list[Tensor]] = {"real": [], "more": []}
    for number in range(TRIALS):
        aside = torch.randperm(len(real), generator=torch.Generator().manual_seed(number)) < len(real) // 5
        found["real"].append(finish(trial(real, [], aside, unseen)))
        found["more"].append(finish(trial(real, extras, aside, unseen)))
    without, more = (torch.stack(each) for each in found.values())
    return finish(gains(FIGURES[figure], without, {"more": more}, labels, torch.arange(len(labels))))["more"]


@pytest.mark.parametrize("figure", ["auroc", "balanced_accuracy"])
def test_many_new_images_of_the_true_kinds_help(figure: str) -> None:
    gain = gain_of(examples(*drawn(300, 3)), figure=figure)
    assert gain.low > 0.01 and gain.low < gain.difference < gain.high


def test_images_under_the_wrong_class_harm() -> None:
    rows, labels = drawn(300, 3)
    assert gain_of(examples(rows, 1 - labels)).high < -0.01


def test_copies_and_noise_neither_help_nor_harm() -> None:
    rows, labels = drawn(20, 1)
    copies = examples(rows, labels, torch.arange(len(rows)))
    noise = examples(torch.randn(200, 24, generator=torch.Generator().manual_seed(4)), torch.arange(200) % 2)
    for extra in (copies, noise):
        gain = gain_of(extra)
        assert gain.low <= 0 <= gain.high


def test_nothing_is_learned_from_what_was_made_from_images_set_aside() -> None:
    rows, labels = drawn(20, 1)
    aside = torch.zeros(len(rows), dtype=torch.bool)
    aside[::5] = True
    variants = examples(rows + 0.1, labels, torch.arange(len(rows)))
    spoiled = torch.where(aside[:, None], 1e3, rows + 0.1)
    real, unseen = examples(rows, labels), drawn(10, 2)[0]
    honest = finish(trial(real, [variants], aside, unseen))
    unheard = examples(spoiled, labels, torch.arange(len(rows)))
    assert torch.equal(honest, finish(trial(real, [unheard], aside, unseen)))


def test_each_class_weighs_the_same_however_many_images_it_has() -> None:
    labels = torch.tensor([0] * 30 + [1] * 3)
    importance = examples(torch.zeros(33, 2), labels).importance()
    assert float(importance[labels == 0].sum()) == pytest.approx(0.5)
    assert float(importance[labels == 1].sum()) == pytest.approx(0.5)


def test_a_view_keeps_distances_up_to_scale() -> None:
    rows, _ = drawn(50, 1)
    seen = View.of(rows)(rows)
    ratio = torch.pdist(seen) / torch.pdist(rows)
    assert float(ratio.std() / ratio.mean()) < 1e-4


def test_images_of_one_thing_are_resampled_together() -> None:
    """The same ten images ten times are no more proof than ten images."""
    random = torch.Generator().manual_seed(0)
    labels = torch.arange(20) % 2
    without, more = (torch.rand(4, 20, 2, generator=random, dtype=torch.float64) for _ in range(2))
    once, again = torch.arange(20), torch.arange(20).repeat(10)
    alone, ten_times = (
        finish(gains(FIGURES["accuracy"], without[:, rows], {"more": more[:, rows]}, labels[rows], rows))["more"]
        for rows in (once, again)
    )
    assert ten_times.difference == pytest.approx(alone.difference)
    assert ten_times.high - ten_times.low == pytest.approx(alone.high - alone.low)
