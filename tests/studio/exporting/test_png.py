import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from studio.exporting.png import encode_png


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([0, 1, 2, 3, 4]), st.integers(0, 1000))
def test_pillow_reads_8_bit_files_back(height, width, channels, seed):
    shape = (height, width, channels) if channels else (height, width)
    pixels = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    image = Image.open(io.BytesIO(encode_png(pixels)))
    np.testing.assert_array_equal(np.asarray(image).reshape(shape), pixels)
    assert image.info == {}


def test_gray_keeps_16_bits():
    pixels = np.random.default_rng(0).integers(0, 65536, (30, 20), dtype=np.uint16)
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(encode_png(pixels)))), pixels)


@pytest.mark.parametrize("channels", [3, 4])
def test_color_keeps_16_bits(tmp_path, channels):
    import torch
    from torchvision.io import ImageReadMode, decode_png

    pixels = np.random.default_rng(0).integers(0, 65536, (30, 20, channels), dtype=np.uint16)
    data = torch.frombuffer(bytearray(encode_png(pixels)), dtype=torch.uint8)
    decoded = decode_png(data, ImageReadMode.UNCHANGED)
    np.testing.assert_array_equal(decoded.numpy().transpose(1, 2, 0), pixels)
