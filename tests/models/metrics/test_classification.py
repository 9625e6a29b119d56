import pytest
import torch

from models.metrics.classification import accuracy, auroc, balanced_accuracy

LABELS = torch.tensor([0, 0, 0, 1, 1])
ONCE = torch.ones(1, 5, dtype=torch.float64)


def probabilities(*of_class_1: float) -> torch.Tensor:
    ones = torch.tensor(of_class_1)
    return torch.stack([1 - ones, ones], 1)[None]


def test_known_answers() -> None:
    found = probabilities(0.1, 0.4, 0.6, 0.4, 0.9)
    assert float(accuracy(found, LABELS, ONCE)) == pytest.approx(3 / 5)
    assert float(balanced_accuracy(found, LABELS, ONCE)) == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert float(auroc(found, LABELS, ONCE)) == pytest.approx((1.5 + 3) / 6)  # one tie among six pairs


def test_guessing_is_a_half_and_perfection_one() -> None:
    assert float(auroc(probabilities(*[0.5] * 5), LABELS, ONCE)) == 0.5
    assert float(auroc(probabilities(0.1, 0.2, 0.3, 0.4, 0.5), LABELS, ONCE)) == 1


@pytest.mark.parametrize("figure", [accuracy, balanced_accuracy, auroc])
def test_a_weight_is_as_good_as_repeating_an_image(figure) -> None:
    found = probabilities(0.1, 0.4, 0.6, 0.4, 0.9)
    weights = torch.tensor([[1, 0, 3, 2, 1]], dtype=torch.float64)
    repeated = torch.repeat_interleave(torch.arange(5), weights[0].to(torch.int64))
    once = torch.ones(1, len(repeated), dtype=torch.float64)
    assert float(figure(found, LABELS, weights)) == pytest.approx(
        float(figure(found[:, repeated], LABELS[repeated], once))
    )


def test_trials_and_resamplings_are_figured_at_once() -> None:
    found = torch.rand(3, 5, 2, generator=torch.Generator().manual_seed(0))
    weights = torch.tensor([[1, 1, 1, 1, 1], [2, 0, 1, 1, 1]], dtype=torch.float64)
    for figure in (accuracy, balanced_accuracy, auroc):
        together = figure(found, LABELS, weights)
        assert together.shape == (3, 2)
        assert float(together[1, 1]) == pytest.approx(float(figure(found[1:2], LABELS, weights[1:])))
