"""Steps that lose detail as files do: JPEG artifacts and fewer pixels."""

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Category, Photometry, Values


class JpegArtifacts(Photometry, frozen=True):
    name: ClassVar[str] = "jpeg"
    title: ClassVar[str] = "JPEG artifacts"
    summary: ClassVar[str] = "Leaves the blocks and ringing of a small JPEG file."
    category: ClassVar[Category] = "quality"
    neutral: ClassVar[dict[str, float]] = {"quality": 100.0}
    any_depth: ClassVar[bool] = True
    generator_note: ClassVar[str] = "Generators train without it: they would paint the blocks."

    quality: Annotated[
        tuple[Annotated[float, Meta(ge=1.0, le=100.0)], Annotated[float, Meta(ge=1.0, le=100.0)]],
        Meta(title="Quality", description="100 leaves the image as it is, 10 ruins it.", extra={"step": 1.0}),
    ] = (40.0, 95.0)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        """Deep images keep their depth: what eight bits would lose is added to them."""
        if image.dtype == np.uint8:
            return _compressed(image, round(values["quality"]))
        shallow = np.rint(image * 255).astype(np.uint8)
        lost = _compressed(shallow, round(values["quality"])).astype(np.float32) - shallow
        return image + lost / 255


class Downscale(Photometry, frozen=True):
    name: ClassVar[str] = "downscale"
    title: ClassVar[str] = "Downscale"
    summary: ClassVar[str] = "Makes the image smaller and then as large as it was: detail is gone."
    category: ClassVar[Category] = "quality"
    neutral: ClassVar[dict[str, float]] = {"factor": 1.0}
    any_depth: ClassVar[bool] = True
    generator_note: ClassVar[str] = "Generators train without it: they would paint the blur."

    factor: Annotated[
        tuple[Annotated[float, Meta(ge=0.1, le=1.0)], Annotated[float, Meta(ge=0.1, le=1.0)]],
        Meta(title="Factor", description="0.5 keeps every other pixel.", extra={"unit": "×", "step": 0.05}),
    ] = (0.4, 1.0)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        import cv2

        height, width = image.shape[:2]
        size = [max(1, round(side * values["factor"])) for side in (width, height)]
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def _compressed(image: np.ndarray, quality: int) -> np.ndarray:
    """uint8 (H, W, 1 or 3) after a way through a JPEG file."""
    import cv2

    color = image.shape[2] == 3
    _, content = cv2.imencode(".jpg", image[..., ::-1] if color else image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(content, cv2.IMREAD_COLOR if color else cv2.IMREAD_GRAYSCALE)
    assert decoded is not None
    return decoded.reshape(image.shape)[..., ::-1]
