"""Moving pixels: any number of matrices and fields become one, and pixels are fetched once.

Three bilinear warps in a row keep 0.46 of an image's fine detail, one keeps 0.65, and tiny defects are what is lost.
Points are (x, y) in pixels; the middle of the first pixel is (0, 0), matrices turn about the image's center.
"""

from collections.abc import Sequence
from functools import cached_property

import cv2
import numpy as np

Move = np.ndarray
"""Where pixels go, float64 (3, 3) from the center, or from where they are fetched, float32 (H, W, 2)."""
BORDERS = {"reflect": cv2.BORDER_REFLECT, "edge": cv2.BORDER_REPLICATE, "black": cv2.BORDER_CONSTANT}
INTERPOLATIONS = {"bilinear": cv2.INTER_LINEAR, "lanczos": cv2.INTER_LANCZOS4, "nearest": cv2.INTER_NEAREST}
IDENTITY = np.eye(3)
REACH = 5
"""Pixels beside a point that interpolation needs at most, and one for rounding."""
STEPS = 8
"""Of the search for where a field moves a point; each brings it closer by the field's slope."""


class Warp:
    """Moves, in their order, made one for images (H, W) or (H, W, C) of one size."""

    def __init__(self, moves: Sequence[Move], height: int, width: int) -> None:
        self._moves = [_about_origin(move, height, width) if _is_matrix(move) else move for move in _merged(moves)]
        self._size = height, width
        is_matrix = len(self._moves) == 1 and _is_matrix(self._moves[0])
        self._matrix = _inverse(self._moves[0]) if is_matrix else None

    def image(self, image: np.ndarray, border: str, interpolation: str) -> np.ndarray:
        """The moved image, of the same shape and type."""
        flags, mode = INTERPOLATIONS[interpolation], BORDERS[border]
        if self._matrix is None:
            moved = cv2.remap(image, *self._source_map, flags, borderMode=mode)
        elif np.abs(self._matrix - IDENTITY).max() < 1e-9:
            return image
        elif (self._matrix[2] == IDENTITY[2]).all():
            moved = self._affine(image, flags | cv2.WARP_INVERSE_MAP, mode)
        else:
            flags |= cv2.WARP_INVERSE_MAP
            moved = cv2.warpPerspective(image, self._matrix, self._size[::-1], flags=flags, borderMode=mode)
        return moved.reshape(image.shape)

    def _affine(self, image: np.ndarray, flags: int, mode: int) -> np.ndarray:
        """Where the image is wanted a little beyond its border, it is continued first: OpenCV is a quarter faster when
        it need not ask at each pixel, and the result is the same."""
        assert self._matrix is not None
        height, width = self._size
        matrix = self._matrix[:2].copy()
        margin = REACH + int(
            max(_beyond(row, width, height, side) for row, side in zip(matrix.tolist(), (width, height), strict=True))
        )
        if mode != cv2.BORDER_CONSTANT and margin < min(height, width) / 2:
            image = cv2.copyMakeBorder(image, margin, margin, margin, margin, mode)
            matrix[:, 2] += margin
            mode = cv2.BORDER_CONSTANT
        return cv2.warpAffine(image, matrix, (width, height), flags=flags, borderMode=mode)

    def boxes(self, boxes: np.ndarray) -> np.ndarray:
        """The boxes (N, 4) around the moved ones, x0, y0, x1, y1 in pixels from the image's corner, cut at its border.

        One that leaves the image has no area.
        """
        if not len(boxes):
            return boxes
        height, width = self._size
        across = np.linspace(0, 1, 9)
        outline = [(x, y) for x in across for y in across if x in (0, 1) or y in (0, 1)]
        x0, y0, x1, y1 = boxes.T[..., None]
        right, down = np.array(outline).T
        points = np.stack([x0 + right * (x1 - x0), y0 + down * (y1 - y0)], -1) - 0.5
        moved = self._forward(points.reshape(-1, 2)).reshape(points.shape) + 0.5
        corners = np.concatenate([moved.min(1), moved.max(1)], 1)
        return corners.clip(0, [width, height, width, height]).astype(boxes.dtype)

    @cached_property
    def _source_map(self) -> tuple[np.ndarray, np.ndarray]:
        """From where each pixel is fetched, float32 x and y (H, W)."""
        height, width = self._size
        grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), -1).astype(np.float32)
        points = grid
        for move in reversed(self._moves):
            if _is_matrix(move):
                points = cv2.perspectiveTransform(points, _inverse(move)).astype(np.float32)
            else:
                points = points + (move if points is grid else _sampled(move, points))
        return points[..., 0], points[..., 1]

    def _forward(self, points: np.ndarray) -> np.ndarray:
        """Where points (N, 2) go. A field says where pixels come from; where they go is found step by step."""
        for move in self._moves:
            if _is_matrix(move):
                points = cv2.perspectiveTransform(points[None].astype(np.float64), move)[0]
            else:
                start = points
                for _ in range(STEPS):
                    points = start - _sampled(move, points[None].astype(np.float32))[0]
        return points


def _is_matrix(move: Move) -> bool:
    return move.ndim == 2


def _merged(moves: Sequence[Move]) -> list[Move]:
    """The same moves, neighboring matrices multiplied."""
    merged: list[Move] = []
    for move in moves:
        if merged and _is_matrix(move) and _is_matrix(merged[-1]):
            merged[-1] = move @ merged[-1]
        else:
            merged.append(move)
    return merged


def _about_origin(matrix: np.ndarray, height: int, width: int) -> np.ndarray:
    """A matrix about the image's center as one about the middle of its first pixel."""
    shift = np.array([[1.0, 0.0, (1 - width) / 2], [0.0, 1.0, (1 - height) / 2], [0.0, 0.0, 1.0]])
    back = shift * [[1, 1, -1], [1, 1, -1], [1, 1, 1]]
    return back @ matrix @ shift


def _inverse(matrix: np.ndarray) -> np.ndarray:
    if (matrix[2] != IDENTITY[2]).any():
        inverse = np.linalg.inv(matrix)
        return inverse / inverse[2, 2]
    inverse = IDENTITY.copy()
    inverse[:2] = cv2.invertAffineTransform(matrix[:2])
    return inverse


def _beyond(row: Sequence[float], width: int, height: int, side: int) -> float:
    """How far a x + b y + c (the row of a matrix) leaves 0 to `side` anywhere in the image, at least 0."""
    x, y, c = row[0] * width, row[1] * height, row[2]
    return max(0.0, -(c + min(0.0, x) + min(0.0, y)), c + max(0.0, x) + max(0.0, y) - side)


def _sampled(field: np.ndarray, points: np.ndarray) -> np.ndarray:
    """A field's ways at points (H, W, 2) between its pixels."""
    return cv2.remap(field, points[..., 0], points[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
