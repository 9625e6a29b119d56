"""Features are computed once an image, and are near for images that look alike."""

import numpy as np

from models.events import Progress, finish
from studio.imaging.features import features
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
