"""Small square gray pictures, by which all images of a project are compared with each other."""

from collections.abc import Iterable

import numpy as np
from PIL import Image as Pillow

from studio.project import Project

SIDE = 32
RESAMPLING = Pillow.Resampling.HAMMING


def small_picture(pixels: np.ndarray) -> np.ndarray:
    """A thumbnail, uint8 (H, W) or (H, W, 3), as `SIDE` x `SIDE` gray pixels (uint8), stretched to a square."""
    return np.asarray(Pillow.fromarray(pixels).convert("L").resize((SIDE, SIDE), RESAMPLING))


def keep_small(project: Project, made: Iterable[tuple[str, np.ndarray]]) -> None:
    """Keep small pictures by the pixel hashes of their images; those that are known stay as they are."""
    with project.writing() as db:
        db.executemany("INSERT OR IGNORE INTO small VALUES (?, 0, ?)", ((name, each.tobytes()) for name, each in made))


def small_pictures(project: Project) -> tuple[list[str], np.ndarray]:
    """The pixel hashes of all images that were ever looked at, in the order in which they came, and their small
    pictures, uint8 (N, 32, 32)."""
    pixels = np.empty((project.db.execute("SELECT count(*) FROM small").fetchone()[0], SIDE, SIDE), np.uint8)
    names = []
    for place, row in enumerate(project.db.execute("SELECT pixel_sha256, pixels FROM small ORDER BY rowid")):
        names.append(row[0])
        pixels[place] = np.frombuffer(row[1], np.uint8).reshape(SIDE, SIDE)
    return names, pixels
