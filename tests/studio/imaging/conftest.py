from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image as Pillow


@pytest.fixture
def encode() -> Callable[..., bytes]:
    """The content of a file that Pillow writes."""

    def encode(picture: Pillow.Image, format: str, **options) -> bytes:
        file = BytesIO()
        picture.save(file, format, **options)
        return file.getvalue()

    return encode
