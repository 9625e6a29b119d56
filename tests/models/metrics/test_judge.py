from pathlib import Path

import msgspec
import pytest
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from models.data import ImageSet
from models.events import Progress, Task, finish
from models.metrics import EfficientNetLite0Features, Judge, Scores, frechet, kernel, neighbors


class RandomFeatures:
    """A quick extractor: random projections of the pixels."""

    name = "random"

    def __call__(self, images: Tensor) -> Tensor:
        random = torch.Generator().manual_seed(0)
        return (images.flatten(1) / 255 - 0.5) @ torch.randn(images[0].numel(), 24, generator=random) / 10

    def extract(self, images: Tensor, what: str = "") -> Task[Tensor]:
        yield Progress(len(images), len(images), what)
        return self(images) if len(images) else torch.empty(0, 24)


def pictures(n: int, seed: int) -> ImageSet:
    random = torch.Generator().manual_seed(seed)
    coarse = torch.rand(n, 1, 6, 6, generator=random) * 255
    images = interpolate(coarse, (32, 32), mode="bilinear").to(torch.uint8)
    return ImageSet(images, torch.zeros(n, dtype=torch.int64))


def prepared(train: int = 120, held_out: int = 60) -> Judge:
    return finish(Judge.prepare(RandomFeatures(), pictures(train, 1), pictures(held_out, 2)))


def score(judge: Judge, images: Tensor) -> Scores:
    return finish(judge.score(images))


def floor(judge: Judge, n: int, seed: int = 0) -> Scores:
    return finish(judge.floor(n, seed))


def test_new_images_of_the_same_kind_score_like_the_floor() -> None:
    judge = prepared()
    scores, best = score(judge, pictures(60, 3).images), floor(judge, 60)
    assert scores.n == best.n == 60
    assert scores.extractor == "random"
    assert best.nearest == pytest.approx(1)
    assert scores.nearest == pytest.approx(1, abs=0.2)
    assert scores.copies == best.copies == 0
    assert scores.precision == pytest.approx(best.precision, abs=0.15)
    assert scores.recall == pytest.approx(best.recall, abs=0.15)
    assert scores.ssim == pytest.approx(best.ssim, abs=0.05)
    noise = score(judge, torch.randint(0, 256, (60, 1, 32, 32), dtype=torch.uint8))
    assert noise.kid > 10 * abs(scores.kid)
    assert noise.fid > 3 * scores.fid > 0
    assert noise.coverage < scores.coverage


@pytest.mark.parametrize("disguise", [lambda x: x, lambda x: x.flip(3), lambda x: x.flip(2).roll(1, 3)])
def test_copies_are_found_out_whatever_their_disguise(disguise: object) -> None:
    judge, train = prepared(), pictures(120, 1).images
    assessment = finish(judge.assess(disguise(train[:40])))
    assert assessment.scores.nearest < 0.1
    assert assessment.scores.copies == 1
    assert assessment.nearest.indices.tolist() == list(range(40))
    assert bool(assessment.nearest.copies.all())


def test_one_image_over_and_over_lacks_diversity() -> None:
    judge = prepared()
    scores = score(judge, pictures(1, 3).images.expand(60, -1, -1, -1))
    assert scores.ssim == pytest.approx(1)
    assert scores.coverage < 0.05
    assert scores.recall < 0.05


def test_the_floor_has_as_many_images_as_there_are() -> None:
    judge = prepared()
    assert floor(judge, 1000).n == 60
    assert floor(judge, 20).n == 20
    assert floor(judge, 20, seed=0) == floor(judge, 20) != floor(judge, 20, seed=1)


@pytest.mark.parametrize(("train", "held_out", "samples"), [(2, 0, 1), (5, 1, 2), (30, 8, 5), (30, 0, 40)])
def test_few_images_leave_figures_undefined_but_never_fail(train: int, held_out: int, samples: int) -> None:
    judge = prepared(train, held_out)
    for scores, n in ((score(judge, pictures(samples, 3).images), samples), (floor(judge, 100), held_out)):
        few = min(n, train)
        assert scores.n == n
        assert (scores.fid is None, scores.kid is None) == (few < 2, few < 2)
        assert (scores.precision is None, scores.recall is None, scores.coverage is None) == (few < 6,) * 3
        assert (scores.nearest is None, scores.copies is None) == (held_out == 0,) * 2
        assert (scores.ssim is None) == (n < 2)


def test_held_out_copies_are_no_measure_of_what_is_new() -> None:
    train = pictures(20, 1)
    judge = finish(Judge.prepare(RandomFeatures(), train, train))
    assert score(judge, pictures(20, 3).images).nearest is None


def test_a_kept_judge_judges_the_same(tmp_path: Path) -> None:
    judge, path, samples = prepared(), tmp_path / "judge.safetensors", pictures(30, 3).images
    judge.save(path)
    kept = Judge.load(path, RandomFeatures())
    assert score(kept, samples) == score(judge, samples)
    assert floor(kept, 60) == floor(judge, 60)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_damaged_or_foreign_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "judge.safetensors"
    prepared().save(path)
    other = RandomFeatures()
    other.name = "another"
    with pytest.raises(ValueError, match="features of random"):
        Judge.load(path, other)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(ValueError, match="cannot be read"):
        Judge.load(path, other)


def test_every_part_can_be_cancelled_within_a_block_of_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing all with all takes long for many images, so that each block of it is an event."""
    monkeypatch.setattr(neighbors, "BLOCK", 120 * 10)
    monkeypatch.setattr(kernel, "CHUNK", 10)
    monkeypatch.setattr(frechet, "CHUNK", 10)
    judge = prepared()
    rows, pairs = 120 // 10, 12 * 13 // 2
    train, held_out = pictures(120, 1), pictures(60, 2)
    blocks = [event for event in Judge.prepare(RandomFeatures(), train, held_out) if event.what == "Comparing images"]
    assert len(blocks) == 6 + rows + pairs + rows
    assert len(list(judge.floor(60))) > 6 * rows
    assert sum(event.what == "Comparing images" for event in judge.score(held_out.images)) > 6 * rows


def test_real_features_and_json() -> None:
    judge = finish(Judge.prepare(EfficientNetLite0Features(), pictures(12, 1), pictures(8, 2)))
    told: list[object] = []
    scores = finish(judge.score(pictures(8, 3).images), told.append)
    assert told
    assert msgspec.json.decode(msgspec.json.encode(scores))["extractor"] == EfficientNetLite0Features.name
    assert scores.nearest == pytest.approx(1, abs=0.5)


def test_other_unseen_images_score_within_the_margins_of_the_floor() -> None:
    judge = prepared()
    margins, best = finish(judge.margins(60)), floor(judge, 60)
    assert set(margins) == {"fid", "kid", "precision", "recall", "coverage", "nearest"}
    outside = 0
    for seed in range(10, 20):
        scores = msgspec.structs.asdict(score(judge, pictures(60, seed).images))
        outside += sum(abs(scores[name] - getattr(best, name)) > margin for name, margin in margins.items())
    assert outside <= 6  # of 60
    dim = score(judge, pictures(60, 3).images // 2)
    assert dim.fid > best.fid + margins["fid"] and dim.coverage < best.coverage - margins["coverage"]


def test_too_few_unseen_images_have_no_margins() -> None:
    assert finish(prepared(30, 10).margins(100)) == {}
