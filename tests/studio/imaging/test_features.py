"""Features are computed once an image, and are near for images that look alike."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from models.events import Progress, finish
from studio.imaging.features import directions, features, principal_features
from studio.importing import import_sources
from studio.project import Project
from studio.project.items import items


def test_features_are_kept_and_an_unreadable_image_has_none(tmp_path, photos):
    with Project.create(tmp_path / "cells") as project:
        finish(import_sources(project, [photos]))
        chosen = list(items(project))
        first = finish(features(project, chosen))
        assert first.shape == (24, 1280)
        assert np.isfinite(first).all()

        events = []
        again = finish(features(project, chosen), events.append)
        assert not any(isinstance(event, Progress) for event in events)
        np.testing.assert_array_equal(again, first)

        (project.folder / "features.db").unlink()
        (project.folder / "thumbnails.db").unlink()
        gone = photos.parent / "gone.png"
        lost = [*chosen[:2], type(chosen[0])(**{**_facts(chosen[0]), "path": gone, "pixel_sha256": "gone"})]
        rows = finish(features(project, lost))
        np.testing.assert_allclose(rows[:2], first[:2], rtol=0.1, atol=0.05)
        assert np.isnan(rows[2]).all()


def _facts(item):
    return {name: getattr(item, name) for name in item.__struct_fields__}


@pytest.mark.parametrize("damage", ["no database", "damaged inside", "cut off vectors"])
def test_a_damaged_cache_is_made_again(project, stripes_and_noise, damage):
    chosen = list(items(project))
    first = finish(features(project, chosen))
    file = project.folder / "features.db"
    if damage == "no database":
        file.write_bytes(b"nothing of the kind" * 100)
    elif damage == "damaged inside":
        content = bytearray(file.read_bytes())
        content[4096:] = b"\xff" * (len(content) - 4096)
        file.write_bytes(content)
    else:
        with closing(sqlite3.connect(file)) as db, db:
            db.execute("UPDATE feature SET vector = substr(vector, 100)")
    np.testing.assert_array_equal(finish(features(project, chosen)), first)


def test_principal_features_keep_the_distances_of_directions(project, stripes_and_noise):
    chosen = list(items(project))
    whole, short = finish(features(project, chosen)), finish(principal_features(project, chosen))
    assert short.shape == (16, 128)
    np.testing.assert_allclose(_distances(short), _distances(directions(whole)), rtol=1e-3, atol=1e-3)
    assert finish(principal_features(project, [])).shape == (0, 128)


def test_new_images_only_are_looked_at(project, stripes_and_noise, add_image):
    finish(features(project, list(items(project))))
    add_image("new.png", np.full((64, 64), 7, np.uint8))
    events: list = []
    finish(features(project, list(items(project))), events.append)
    assert {event.total for event in events} == {1}


def _distances(rows):
    return np.linalg.norm(rows[:, None] - rows[None], axis=2)
