import pytest
import torch
from torch import Tensor

from models.data import ImageSet, to_bytes, to_unit
from models.events import Progress, finish
from models.families.instant import Instant, InstantSettings
from models.settings import SettingsError, with_values


def blobs(n: int, classes: int = 2, channels: int = 1, side: int = 24, seed: int = 0) -> ImageSet:
    """A bright disk that moves along a line; each class has its own line and its own size of disk."""
    random = torch.Generator().manual_seed(seed)
    labels = torch.arange(n) % classes
    position = torch.rand(n, generator=random) * 0.6 + 0.2
    line = torch.linspace(0, 1, side)
    across = (line[None, None, :] - position[:, None, None]) ** 2
    down = (line[None, :, None] - (0.3 + 0.3 * labels[:, None, None])) ** 2
    images = torch.exp(-(across + down) / (0.01 * (1 + labels[:, None, None]))) * 230 + 10
    images = images[:, None].expand(-1, channels, -1, -1).to(torch.uint8).contiguous()
    return ImageSet(images, labels, tuple("ABCD"[:classes]))


def fitted(data: ImageSet, settings: InstantSettings | None = None, seed: int = 0) -> Instant:
    family = Instant(settings or InstantSettings(), data.shape, data.class_count)
    finish(family.fit(data, seed))
    return family


def samples(family: Instant, label: int, n: int = 64, seed: int = 0) -> Tensor:
    latents = torch.randn(n, family.latent_size, generator=torch.Generator().manual_seed(seed))
    return family.sample(latents, torch.full((n,), label))


def nearest(images: Tensor, others: Tensor) -> Tensor:
    return torch.cdist(images.flatten(1), others.flatten(1)).min(1).values


def test_samples_look_like_their_class_and_are_no_copies() -> None:
    data = blobs(300)
    family = fitted(data)
    real = to_unit(data.images)
    for label in (0, 1):
        drawn = samples(family, label)
        own, other = (nearest(drawn, real[data.labels == which]) for which in (label, 1 - label))
        assert float(drawn.abs().max()) <= 1
        assert float((own < other).float().mean()) > 0.95
        assert float(nearest(to_unit(to_bytes(drawn)), real).min()) > 0
        centers = drawn.mean((1, 2)).argmax(1).float()
        assert centers.std() > 2, "disks all along the line"


def test_more_images_bring_samples_closer_to_unseen_ones() -> None:
    unseen = to_unit(blobs(100, classes=1, seed=9).images)
    few, many = (nearest(unseen, samples(fitted(blobs(n, classes=1)), 0, n=400)).mean() for n in (6, 600))
    assert many < 0.7 * few


def test_the_same_seed_gives_the_same_samples_and_another_seed_others() -> None:
    data = blobs(200)
    first, again, other = (samples(fitted(data, seed=seed), 0) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_sample_does_not_depend_on_those_drawn_with_it() -> None:
    family = fitted(blobs(200))
    latents = torch.randn(10, family.latent_size)
    labels = torch.arange(10) % 2
    together = family.sample(latents, labels)
    alone = torch.cat([family.sample(latents[i : i + 1], labels[i : i + 1]) for i in range(10)])
    torch.testing.assert_close(together, alone, rtol=0, atol=1e-5)


def test_state_makes_the_same_samples_again() -> None:
    data = blobs(200)
    family = fitted(data)
    again = Instant(InstantSettings(), data.shape, data.class_count)
    again.load_state({name: tensor.clone() for name, tensor in family.state().items()})
    assert again.latent_size == family.latent_size
    assert torch.equal(samples(family, 1), samples(again, 1))


def test_clusters_hold_forty_images_unless_told_otherwise() -> None:
    data = blobs(400)
    found = finish(Instant(InstantSettings(), data.shape, 2).fit(data, 0))
    assert 2 <= found["clusters"] <= 400 / 40
    assert found["factors"] <= 10
    told = finish(Instant(InstantSettings(clusters=20, factors=3), data.shape, 2).fit(data, 0))
    assert 10 < told["clusters"] <= 20
    assert told["factors"] == 3


def test_repeats_of_an_image_make_no_further_clusters() -> None:
    data = blobs(200)
    repeated = ImageSet(data.images.repeat(5, 1, 1, 1), data.labels.repeat(5), data.classes)
    once, often = (finish(Instant(InstantSettings(), data.shape, 2).fit(images, 0)) for images in (data, repeated))
    assert often["clusters"] <= once["clusters"]


def test_no_cluster_is_a_single_image() -> None:
    data = blobs(60, classes=1)
    outlier = torch.randint(0, 256, (1, 1, 24, 24), dtype=torch.uint8, generator=torch.Generator().manual_seed(3))
    odd = ImageSet(torch.cat([data.images, outlier]), torch.zeros(61, dtype=torch.int64))
    family = fitted(odd, InstantSettings(clusters=10))
    assert float(nearest(to_unit(outlier), samples(family, 0, n=500))) > 1


@pytest.mark.parametrize(("n", "classes"), [(2, 1), (2, 2), (3, 2), (9, 2), (41, 4)])
@pytest.mark.parametrize("channels", [1, 3])
def test_few_images_do_not_fail_and_are_not_copied(n: int, classes: int, channels: int) -> None:
    data = blobs(n, classes, channels)
    family = fitted(data)
    for label in range(classes):
        drawn = samples(family, label, n=5)
        assert drawn.shape == (5, channels, 24, 24)
        assert bool(drawn.isfinite().all())
        assert float(nearest(drawn, to_unit(data.images)).min()) > 1e-3


def test_a_class_of_which_every_image_is_in_another_one_too_is_learned() -> None:
    images = torch.randint(256, (12, 1, 8, 8), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    data = ImageSet(images.repeat(2, 1, 1, 1), torch.arange(2).repeat_interleave(12), ("A", "B"))
    family = Instant(InstantSettings(), data.shape, 2)
    finish(family.fit(data, 0))
    assert family.sample(torch.zeros(1, family.latent_size), torch.tensor([1])).shape == (1, 1, 8, 8)


def test_images_that_are_all_alike_give_that_image() -> None:
    data = ImageSet(torch.full((60, 1, 16, 16), 90, dtype=torch.uint8), torch.zeros(60, dtype=torch.int64))
    assert to_bytes(samples(fitted(data), 0)).unique().tolist() == [90]


def test_cancelling_leaves_what_was_learned_before() -> None:
    data = blobs(300)
    family = fitted(data)
    before = samples(family, 0)
    told = list(family.fit(data, 5))
    assert all(isinstance(event, Progress) for event in told)
    family.load_state(fitted(data).state())
    for steps in range(len(told)):
        task = family.fit(data, 5)
        for _ in range(steps):
            next(task)
        task.close()
        assert torch.equal(samples(family, 0), before)


def test_settings_are_checked() -> None:
    assert with_values(InstantSettings(), {"clusters": "30"}).clusters == 30
    with pytest.raises(SettingsError, match="factors"):
        with_values(InstantSettings(), {"factors": 1000})
