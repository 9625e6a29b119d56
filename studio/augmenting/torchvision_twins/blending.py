"""What blends images."""

import torch
from torch import Tensor

from studio.augmenting.torchvision_twins.basics import uniform


def mixed(image: Tensor, copies: list[Tensor]) -> Tensor:
    # torchvision's AugMix has operations of its own
    weights = torch.distributions.Dirichlet(torch.ones(len(copies))).sample() * uniform(0, 1)
    return image + sum(weight * (copy - image) for weight, copy in zip(weights, copies, strict=True))


def mixup(
    images: Tensor, labels: Tensor, share: tuple[float, float], partner: str, happening: float
) -> tuple[Tensor, Tensor]:
    # torchvision's MixUp takes one share for the whole batch
    others = partners(labels, partner)
    shares = torch.empty(len(images)).uniform_(*share) / 100 * (torch.rand(len(images)) < happening)
    return images.lerp(images[others], shares[:, None, None, None]), labels.lerp(labels[others], shares[:, None])


def cutmix(
    images: Tensor, labels: Tensor, share: tuple[float, float], partner: str, happening: float
) -> tuple[Tensor, Tensor]:
    # torchvision's CutMix takes one box for the whole batch
    others, (height, width) = partners(labels, partner), images.shape[-2:]
    mixed, mixed_labels = images.clone(), labels.clone()
    for number in torch.nonzero(torch.rand(len(images)) < happening).flatten().tolist():
        part = (uniform(*share) / 100) ** 0.5
        tall, wide = round(height * part), round(width * part)
        top, left = int(torch.randint(0, height - tall + 1, ())), int(torch.randint(0, width - wide + 1, ()))
        box = slice(top, top + tall), slice(left, left + wide)
        mixed[number, :, *box] = images[others[number], :, *box]
        mixed_labels[number] = labels[number].lerp(labels[others[number]], tall * wide / (height * width))
    return mixed, mixed_labels


def partners(labels: Tensor, partner: str) -> Tensor:
    """Another image for each, drawn from all, or from those whose soft label (N, classes) says the same class."""
    classes = labels.argmax(1) if partner == "same class" else torch.zeros(len(labels), dtype=torch.long)
    others = torch.arange(len(labels))
    for number in classes.unique():
        members = torch.nonzero(classes == number).flatten()
        members = members[torch.randperm(len(members))]
        others[members] = members.roll(1)
    return others
