"""Chains and images that the tests of operations share."""

import cv2
import numpy as np

from studio.augmenting import Chain, Step


def chain_of(*operations, **fields):
    return Chain(tuple(map(Step, operations)), **fields)


def photo(shape=(60, 80, 3), dtype=np.float32, seed=0):
    """Texture from black to white over large shapes."""
    random = np.random.default_rng(seed)
    coarse = cv2.resize(random.random((6, 8, shape[2]), np.float32), shape[1::-1], interpolation=cv2.INTER_CUBIC)
    image = (0.8 * coarse.reshape(shape) + 0.2 * random.random(shape, np.float32)).clip(0, 1)
    return np.rint(image * 255).astype(np.uint8) if dtype == np.uint8 else image.astype(np.float32)


def flat(level=0.5, shape=(200, 200)):
    return np.full(shape, level, np.float32)
