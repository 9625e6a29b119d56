"""An evaluation says how good samples are beside unseen real images, and keeps what it said."""

import html

import msgspec
import numpy as np
import pytest

from models.events import Progress, finish
from models.metrics import Honesty, honesty
from studio.errors import UserError
from studio.evaluating import evaluate as engine
from studio.evaluating.evaluate import SUSPECTS, evaluate, evaluations, suspect_pairs
from studio.evaluating.meaning import FEWEST, TITLES, formatted, honesty_readings, readings
from studio.evaluating.report import html_report, write_report
from studio.project.items import item
from studio.project.runs import Plan, add_run, find_run
from studio.project.versions import find_version
from studio.training.dataset import open_dataset


def test_every_figure_comes_with_its_floor(trained):
    found = finish(evaluate(trained, "instant-1", n=40))
    result = msgspec.to_builtins(found)
    assert (found.n, found.floor.n, found.matched.n) == (40, 12, 12)
    for name in TITLES:
        assert isinstance(result[name], float) and isinstance(result["floor"][name], float)
    assert found.extractor.startswith("EfficientNet-Lite0")
    assert found.fid < found.matched.fid  # more samples, less distance: only the matched one compares with the floor
    assert set(found.margins) == {"fid", "kid", "precision", "recall", "coverage", "nearest"}
    assert evaluations(trained) == [found]


def test_the_most_suspicious_samples_are_kept_beside_their_real_images(trained):
    found = finish(evaluate(trained, "instant-1", n=24))
    pairs = suspect_pairs(trained, "instant-1")
    assert pairs.shape == (SUSPECTS, 2, 32, 32, 1) and pairs.dtype == np.uint8
    distances = [suspect.distance for suspect in found.suspects]
    assert distances == sorted(distances)
    for suspect in found.suspects:
        assert item(trained, suspect.item).split == "train"


def test_a_run_that_repeats_its_training_images_raises_the_alarm(trained, monkeypatch):
    monkeypatch.setattr(honesty, "FEWEST", 10)
    version = find_version(trained, find_run(trained, "instant-1").version)
    mirrored = finish(open_dataset(trained, version)).originals.images[:24].flip(3)

    def repeat(sampler, labels):
        yield Progress(0, 0)
        return mirrored

    monkeypatch.setattr(engine, "_samples", repeat)
    found = finish(evaluate(trained, "instant-1", n=24))
    assert found.matched.copies == 1 and all(suspect.distance < 0.25 for suspect in found.suspects)
    assert [reading.state for reading in honesty_readings(found.honesty)] == ["warn", "warn"]
    pairs = suspect_pairs(trained, "instant-1")
    assert np.array_equal(pairs[:, 0], pairs[:, 1, :, ::-1])  # each beside the very image that it repeats


def test_a_report_is_one_page_with_everything_in_it(trained, tmp_path):
    with pytest.raises(UserError, match="has not been judged yet"):
        html_report(trained, "instant-1")
    found = finish(evaluate(trained, "instant-1", n=24))
    write_report(trained, "instant-1", tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    for name in TITLES:
        assert TITLES[name] in page
    assert html.escape(honesty_readings(found.honesty)[0].sentence) in page
    assert page.count("data:image/png;base64,") == 1 and "http" not in page.replace("http-equiv", "")


def test_canceling_keeps_nothing(trained):
    task = evaluate(trained, "instant-1", n=24)
    next(task)
    task.close()
    assert evaluations(trained) == []


def test_what_cannot_be_evaluated_is_refused_in_a_sentence(trained):
    with pytest.raises(UserError, match="at least 2 samples"):
        finish(evaluate(trained, "instant-1", n=1))
    add_run(trained, "vae", "v", Plan(size=32))
    with pytest.raises(UserError, match="has no checkpoint yet"):
        finish(evaluate(trained, "vae-1"))


REAL = {"fid": 60, "kid": 0, "precision": 0.9, "recall": 0.9, "coverage": 0.95, "ssim": 0.3, "nearest": 1, "copies": 0}


def states(figures: dict, **options) -> dict[str, str]:
    return {reading.name: reading.state for reading in readings(figures, REAL, options.pop("n", FEWEST), **options)}


def test_real_images_in_the_samples_place_are_good_in_every_respect():
    assert set(states(REAL).values()) == {"good"}


def test_copies_are_pointed_out_though_their_likeness_is_perfect():
    found = states(REAL | {"fid": 19, "nearest": 0.0, "copies": 1.0})
    assert found["fid"] == "good" and found["nearest"] == "warn"


def test_samples_that_are_all_alike_are_pointed_out():
    found = states(REAL | {"fid": 1031, "recall": 0.0, "coverage": 0.05, "ssim": 0.9})
    assert {found[name] for name in ("fid", "recall", "coverage", "ssim")} == {"warn"}


def test_only_what_chance_would_do_as_well_is_called_as_close_as_unseen_images():
    near = REAL | {"fid": 100, "coverage": 0.85}
    assert states(near, margins={"fid": 50, "coverage": 0.15})["fid"] == "good"
    assert states(near, margins={"fid": 20, "coverage": 0.02})["fid"] == "warn"
    said = {each.name: each for each in readings(near, REAL, FEWEST, margins={"fid": 20, "coverage": 0.02})}
    assert said["fid"].sentence.startswith("1.7 times as far") and "40 to 80" in said["fid"].sentence
    assert said["coverage"].state == "warn"


def test_a_distance_within_chance_is_no_praise_where_another_tells_samples_apart():
    near = REAL | {"fid": 100, "kid": 350}
    assert states(near, margins={"fid": 50, "kid": 100})["fid"] == "unknown"
    assert states(near, margins={"fid": 50, "kid": 400})["fid"] == "good"
    assert states(near, margins={"fid": 20, "kid": 100})["fid"] == "warn"


def test_copies_in_disguise_and_blends_are_named():
    clean = Honesty(isolation=1.05, blend_of_2=1.0, blend_of_5=0.95, isolated=0.03, blended=0.04)
    assert [reading.state for reading in honesty_readings(clean)] == ["good", "good"]
    copied, blended = honesty_readings(msgspec.structs.replace(clean, isolated=0.4, blend_of_5=0.3))
    assert copied.state == "warn" and "40% of the samples keep conspicuously close" in copied.sentence
    assert blended.state == "warn" and "0.30 of what they leave" in blended.sentence
    assert [reading.state for reading in honesty_readings(None)] == ["unknown"]


def test_a_family_is_compared_with_instant():
    figures = REAL | {"kid": 400}
    assert states(figures, instant={"kid": 500})["kid"] == "good"
    assert states(figures, instant={"kid": 300})["kid"] == "warn"


def test_few_held_out_images_say_no_more_than_whether_samples_are_copies():
    found = states(REAL, n=12)
    assert found.pop("nearest") == "good"
    assert set(found.values()) == {"unknown"}


def test_what_is_unknown_is_said_to_be():
    assert {reading.state for reading in readings({}, {}, FEWEST)} == {"unknown"}
    assert {reading.state for reading in readings(REAL, {}, FEWEST)} == {"unknown"}
    assert formatted("fid", None) == "–"
    assert [formatted("fid", 1214.4), formatted("coverage", 0.391), formatted("nearest", 1.259)] == [
        "1,214",
        "39%",
        "1.26",
    ]
