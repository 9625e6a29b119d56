"""Judging a run by clicking: every figure with its floor and its meaning, suspicious samples beside real images."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QWidget

from models.events import finish
from studio.augmenting import Chain, set_project_chain
from studio.evaluating.evaluate import SUSPECTS, evaluate, evaluations
from studio.evaluating.meaning import TITLES
from studio.evaluating.panel import EvaluatePanel
from studio.evaluating.panel import usefulness as card
from studio.evaluating.panel.trial_plot import TrialPlot
from studio.evaluating.usefulness import kept_usefulness, usefulness
from studio.evaluating.verdict import headline
from studio.training.train import train
from studio.widgets.images import ImageGrid
from studio.widgets.inputs import SpinBox
from studio.widgets.run_picker import RunPicker


@pytest.fixture
def show(show_panel):
    return lambda project: show_panel(EvaluatePanel, project)


def figures(panel) -> dict[str, str]:
    return {name: panel.findChild(QLabel, f"evaluate.{name}").text() for name in TITLES}


def test_without_a_run_the_way_to_training_is_offered(qtbot, cells, show):
    panel = show(cells)
    offer = panel.findChild(QAbstractButton, "evaluate.train")
    assert offer.isVisible() and not panel.findChild(QAbstractButton, "evaluate.start").isEnabled()
    with qtbot.waitSignal(panel.session.navigate) as asked:
        qtbot.mouseClick(offer, Qt.MouseButton.LeftButton)
    assert asked.args == ["train"]


def test_a_run_is_judged_and_every_figure_explained(qtbot, trained, show, monkeypatch, tmp_path):
    panel = show(trained)
    assert "Instant has not been judged yet" in panel._sentence.text() and panel._none_yet.isVisible()
    assert not panel.findChild(QAbstractButton, "evaluate.report").isEnabled()
    panel.findChild(SpinBox, "evaluate.n").setValue(24)
    qtbot.mouseClick(panel.findChild(QAbstractButton, "evaluate.start"), Qt.MouseButton.LeftButton)
    assert not panel.findChild(QAbstractButton, "evaluate.start").isEnabled()
    qtbot.waitUntil(lambda: bool(evaluations(trained)) and panel._figures.isVisible(), timeout=60_000)
    assert all(text not in ("", "–") for text in figures(panel).values())
    sentences = [cells[-1].text() for cells in panel._figures._rows.values()]
    assert all(sentence.endswith(".") for sentence in sentences)
    assert "12 samples against 12 unseen real images" in panel._figures.note_label.text()
    assert panel.findChild(ImageGrid, "evaluate.pairs").count == 2 * SUSPECTS
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(tmp_path / "page.html"), ""))
    qtbot.mouseClick(panel.findChild(QAbstractButton, "evaluate.report"), Qt.MouseButton.LeftButton)
    assert "Newness" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_each_run_shows_its_own_evaluation(qtbot, trained, show):
    finish(evaluate(trained, "instant-1", n=24))
    finish(train(trained, "vae", size=32, steps=1, settings={"width": 8, "batch": 8}))
    panel = show(trained)
    runs = panel.findChild(RunPicker, "evaluate.run")
    assert runs.run_name == "vae-1" and not panel._figures.isVisible()
    runs.setCurrentIndex(runs.findData("instant-1"))
    runs.activated.emit(runs.currentIndex())
    assert panel._figures.isVisible() and figures(panel)["fid"] != ""


def test_a_narrow_window_scrolls_and_nothing_overlaps(qtbot, trained, show):
    finish(evaluate(trained, "instant-1", n=24))
    panel = show(trained)
    panel.resize(760, 420)
    pairs, distances = panel.findChild(ImageGrid, "evaluate.pairs"), panel._pairs._distances
    qtbot.waitUntil(lambda: panel._figures.width() < 760)
    qtbot.waitUntil(lambda: pairs.geometry().bottom() < distances.geometry().top())
    assert distances.geometry().bottom() < panel._pairs.height()
    assert panel._figures.geometry().bottom() < panel._pairs.geometry().top()


def words(panel) -> str:
    return panel.findChild(QLabel, "evaluate.usefulness.words").text()


def test_whether_it_helps_is_tried_and_answered(qtbot, lamps, inverted, show, monkeypatch):
    set_project_chain(lamps, inverted)
    finish(train(lamps, "instant", size=16))
    monkeypatch.setattr(card, "usefulness", lambda project, run: usefulness(project, run, trials=2))
    panel = show(lamps)
    start, answer = (panel.findChild(QWidget, f"evaluate.usefulness{part}") for part in ("", ".answer"))
    qtbot.waitUntil(lambda: "It will take about" in words(panel), timeout=60_000)
    assert start.isEnabled() and not answer.isVisible()
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    assert not start.isEnabled()
    qtbot.waitUntil(lambda: panel.findChild(TrialPlot) is not None, timeout=60_000)  # before there is an answer
    qtbot.waitUntil(answer.isVisible, timeout=60_000)
    assert start.isEnabled() and answer.text() == headline(kept_usefulness(lamps, "instant-1"))
    plot = panel.findChild(TrialPlot)
    assert all(title in plot.accessibleName() for title in ("Real images alone", "With augmented images", "With both"))
    set_project_chain(lamps, Chain())
    panel.refresh()
    assert "has changed since" in words(panel)


def test_a_test_that_cannot_be_is_not_offered(qtbot, trained, show):
    panel = show(trained)
    qtbot.waitUntil(lambda: "at least 10 training images" in words(panel), timeout=60_000)
    assert not panel.findChild(QAbstractButton, "evaluate.usefulness").isEnabled()
