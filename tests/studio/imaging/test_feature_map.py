import numpy as np

from models.events import Progress, finish
from studio.imaging.feature_map import RoughMap, feature_map


def test_images_that_look_alike_lie_close_on_the_map(project, stripes_and_noise):
    stripes, noise = stripes_and_noise
    events: list = []
    places = finish(feature_map(project, [*noise, *stripes]), events.append)
    assert places.shape == (len(noise) + len(stripes), 2)
    (rough,) = (event for event in events if not isinstance(event, Progress))
    assert isinstance(rough, RoughMap) and rough.points.shape == places.shape
    again: list = []
    np.testing.assert_array_equal(finish(feature_map(project, [*noise, *stripes]), again.append), places)
    assert not again  # it was kept
    centers = places[: len(noise)].mean(0), places[len(noise) :].mean(0)
    apart = np.linalg.norm(centers[0] - centers[1])
    assert apart > 3 * max(places[: len(noise)].std(), places[len(noise) :].std())
    np.testing.assert_allclose(finish(feature_map(project, stripes[::-1])).shape, (len(stripes), 2))


def test_a_lost_image_has_no_place(project, stripes_and_noise):
    stripes, noise = stripes_and_noise
    for file in project.folder.parent.glob("sources/noise0.png"):
        file.unlink()
    places = finish(feature_map(project, [*noise, *stripes]))
    assert np.isnan(places[0]).all()
    assert np.isfinite(places[1:]).all()


def test_no_images_make_an_empty_map(project):
    assert finish(feature_map(project, [])).shape == (0, 2)
