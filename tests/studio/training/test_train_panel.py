"""Training by clicking: start, watch, pause, go on, stop, and come back to past runs."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
)

from models import run_log
from models.events import MetricPoint
from models.families import FAMILIES
from studio.labeling.panel.leak_alarm import LeakAlarm
from studio.project.edits import edit
from studio.project.items import items
from studio.project.runs import Moment, Plan, add_run, find_run, run_folder, runs
from studio.training.lines import Lines, write_lines
from studio.training.panel import TrainPanel
from studio.training.panel.samples import SampleOverlay
from studio.training.planned import PlannedRun
from studio.training.presets import PRESETS
from studio.training.queue import enqueue, queued
from studio.widgets.forms import Form
from studio.widgets.images import ImageGrid
from studio.widgets.inputs import ComboBox, DoubleSpinBox, Slider, SpinBox
from studio.widgets.plots import Chart
from studio.widgets.run_picker import RunPicker
from studio.widgets.theme import apply_theme

WHOLE_RUN = 120_000


@pytest.fixture
def show(show_panel):
    return lambda project: show_panel(TrainPanel, project)


def button(panel, name: str) -> QAbstractButton:
    return panel.findChild(QAbstractButton, name)


def click(qtbot, panel, name: str) -> None:
    qtbot.mouseClick(button(panel, name), Qt.MouseButton.LeftButton)


def sentence(panel) -> str:
    return panel._sentence.text()


def choose_small(panel, family: str) -> None:
    panel.findChild(QRadioButton, f"train.family.{family}").setChecked(True)
    size = panel.findChild(ComboBox, "train.size")
    size.setCurrentIndex(size.findData(32))
    if family != "instant":
        button(panel, "train.settings").setChecked(True)
        panel.findChild(SpinBox, f"train.{family}.width").setValue(8)
        panel.findChild(SpinBox, f"train.{family}.batch").setValue(8)


def has_line(panel, chart: str, name: str, points: int = 1) -> bool:
    lines = panel.findChild(Chart, chart)._points
    return len(lines.get(name, ((), ()))[0]) >= points


def test_instant_is_one_click_away(qtbot, cells, show):
    panel = show(cells)
    choose_small(panel, "instant")
    assert "60 images to learn from" in sentence(panel)
    assert not panel.findChild(DoubleSpinBox, "train.minutes").isEnabled()
    click(qtbot, panel, "train.start")
    qtbot.waitUntil(lambda: [run.state for run in runs(cells)] == ["done"], timeout=WHOLE_RUN)
    qtbot.waitUntil(lambda: button(panel, "train.new").isVisible(), timeout=5_000)
    assert not panel.findChild(Chart, "train.likeness").isVisible()  # one point is no curve
    assert panel._watch._samples.film.grid.count == 24
    assert panel._watch._samples.width() > panel.width() // 2
    assert sentence(panel).startswith("Instant is done")
    assert "12 of 60 images were held out" in panel._notice.text


def test_automatic_is_what_a_newcomer_starts(qtbot, cells, show):
    panel = show(cells)
    assert panel.findChild(QRadioButton, "train.family.automatic").isChecked()
    assert not button(panel, "train.settings").isVisible()
    size = panel.findChild(ComboBox, "train.size")
    size.setCurrentIndex(size.findData(32))
    panel.findChild(DoubleSpinBox, "train.minutes").setValue(0.1)
    click(qtbot, panel, "train.start")
    qtbot.waitUntil(lambda: [run.state for run in runs(cells)] == ["done", "done"], timeout=WHOLE_RUN)
    assert [run.family for run in runs(cells)] == ["instant", "refined"]
    qtbot.waitUntil(lambda: button(panel, "train.new").isVisible(), timeout=5_000)
    assert panel.findChild(Chart, "train.likeness").isVisible()


def test_a_run_is_watched_paused_and_stopped(qtbot, trained, show):
    panel = show(trained)
    click(qtbot, panel, "train.new")
    choose_small(panel, "dcgan")
    panel.findChild(DoubleSpinBox, "train.minutes").setValue(60)
    click(qtbot, panel, "train.start")
    qtbot.waitUntil(lambda: has_line(panel, "train.losses", "generator", 3), timeout=WHOLE_RUN)
    assert "DCGAN is learning on top" in sentence(panel)
    with qtbot.waitSignal(panel.session.navigate) as asked:
        click(qtbot, panel, "train.pause")
    assert asked.args == ["synthesize"]
    assert button(panel, "train.resume").isVisible() and not button(panel, "train.pause").isVisible()
    click(qtbot, panel, "train.resume")
    seen = len(panel._watch._log.losses)
    qtbot.waitUntil(lambda: len(panel._watch._log.losses) > seen + 2, timeout=WHOLE_RUN)
    click(qtbot, panel, "train.stop")
    qtbot.waitUntil(lambda: find_run(trained, "dcgan-1").state == "paused", timeout=10_000)
    qtbot.waitUntil(lambda: button(panel, "train.new").isVisible(), timeout=5_000)
    assert button(panel, "train.resume").isVisible()
    assert find_run(trained, "dcgan-1").plan.settings == {"width": 8, "batch": 8}


def test_pausing_in_the_job_bar_shows_in_the_panel(qtbot, trained, show):
    panel = show(trained)
    click(qtbot, panel, "train.new")
    choose_small(panel, "vae")
    click(qtbot, panel, "train.start")
    qtbot.waitUntil(lambda: has_line(panel, "train.losses", "kl"), timeout=WHOLE_RUN)
    panel.session.jobs.running("train").pause()
    assert button(panel, "train.resume").isVisible() and button(panel, "train.stop").isVisible()
    click(qtbot, panel, "train.stop")
    qtbot.waitUntil(lambda: panel.session.jobs.running("train") is None, timeout=10_000)


def test_past_runs_are_drawn_again(qtbot, with_gan, show):
    panel = show(with_gan)
    assert has_line(panel, "train.likeness", "fid")
    assert panel._watch._samples.film.grid.count == 24
    assert panel.findChild(RunPicker, "train.run").run_name == "mlp_gan-1"
    assert not button(panel, "train.resume").isVisible()
    click(qtbot, panel, "train.curve.kid")
    assert has_line(panel, "train.likeness", "kid")
    click(qtbot, panel, "train.new")
    click(qtbot, panel, "train.past")
    assert sentence(panel).startswith("Simple GAN is done")


def test_the_names_of_lines_have_the_colors_of_the_theme_in_force(with_gan, show):
    losses = show(with_gan)._watch._losses
    for theme in ("light", "dark"):
        apply_theme(theme)
        assert losses.chart.line_color("generator") in losses.legend.text()
    apply_theme("system")


def test_a_figure_is_shown_with_its_lines_and_what_the_mouse_points_at(qtbot, trained, show):
    run = add_run(trained, "mlp_gan", runs(trained)[0].version, Plan(size=32))
    folder = run_folder(trained, run.name)
    floor = {"fid": (200.0, 216.0), "coverage": (0.28, 0.3)}
    write_lines(folder, Lines(256, floor, {"fid": 306.0, "coverage": 0.13}, {"fid": 259.0}))
    for minute in range(8):
        values = {"fid": 900 - 80 * minute + 10 * (-1) ** minute, "coverage": 0.03 * minute, "precision": 0.1 * minute}
        run_log.append(folder, MetricPoint(minute, 0, 60.0 * minute, 256, values))
    figures = show(trained)._watch._figures
    words = "lower is better · band: real images 200–216 · dots: Instant 306 · dashes: two images mixed 259"
    assert figures.legend.text() == f"{words} · shade: chance"
    smoothing = next(label for label in figures.findChildren(QLabel) if label.text() == "Smoothing")
    assert smoothing.isVisible() and smoothing.buddy() is figures.findChild(Slider, "train.likeness.smooth")
    assert "256 unseen real images" in figures.legend.toolTip()  # of which Evaluate's range is not made
    figures.chart.pointer.point_at(2.1)
    assert figures.chart.pointer.words == "minute 2.0 · FID 750"
    qtbot.mouseClick(figures.findChild(QAbstractButton, "train.curve.coverage"), Qt.MouseButton.LeftButton)
    assert "band: real images 0.28–0.30 · dots: Instant 0.13" in figures.legend.text()
    qtbot.mouseClick(figures.findChild(QAbstractButton, "train.curve.kid"), Qt.MouseButton.LeftButton)
    assert not figures.legend.toolTip()  # there is no band
    qtbot.mouseClick(figures.findChild(QAbstractButton, "train.curve.coverage"), Qt.MouseButton.LeftButton)
    figures.chart.pointer.point_at(3)
    assert figures.chart.pointer.words == "minute 3.0 · Variety (coverage) 0.09 · Believable (precision) 0.30"


def test_too_few_held_out_images_are_told_once_with_what_to_do(trained, show):
    panel = show(trained)
    told = [reading.sentence for reading in panel._watch._readings._shown]
    assert told == ["12 held-out images are too few to say more: Label can hold out more."]


def test_the_slider_goes_back_in_time(qtbot, with_gan, show):
    panel = show(with_gan)
    slider = panel.findChild(Slider, "train.time")
    assert slider.isVisible() and slider.value() == slider.maximum() >= 1
    note = panel._watch._samples.note_label
    newest = note.text()
    slider.setValue(0)
    assert note.text() != newest and "step 1" in note.text()


@pytest.mark.parametrize("family", ["instant", "dcgan"])
def test_every_setting_of_a_family_can_be_seen(qtbot, cells, show, family):
    panel = show(cells)
    panel.findChild(QRadioButton, f"train.family.{family}").setChecked(True)
    assert not [form for form in panel.findChildren(Form) if form.isVisible()]
    click(qtbot, panel, "train.settings")
    assert [form.objectName() for form in panel.findChildren(Form) if form.isVisible()] == [f"train.{family}"]


def test_every_family_can_be_chosen_by_keyboard_once_the_others_are_unfolded(qtbot, cells, show):
    panel = show(cells)
    shown = [choice.objectName() for choice in panel.findChildren(QRadioButton) if choice.isVisible()]
    assert shown == ["train.family.automatic", "train.family.instant", "train.family.refined"]
    qtbot.keyClick(button(panel, "train.others"), Qt.Key.Key_Space)
    choices = [choice for choice in panel.findChildren(QRadioButton) if choice.isVisible()]
    assert {choice.objectName().removeprefix("train.family.") for choice in choices} == {"automatic", *FAMILIES}
    assert all(choice.toolTip() and choice.accessibleDescription() for choice in choices)
    assert all(choice.focusPolicy() & Qt.FocusPolicy.TabFocus for choice in choices)
    qtbot.keyClick(choices[-1], Qt.Key.Key_Space)
    assert panel._setup.planned.family == choices[-1].objectName().removeprefix("train.family.")


def test_how_long_is_one_of_three_choices_or_any_number_of_minutes(qtbot, cells, show):
    panel = show(cells)
    minutes = panel.findChild(DoubleSpinBox, "train.minutes")
    assert button(panel, "train.preset.good").isChecked() and minutes.value() == 20
    click(qtbot, panel, "train.preset.look")
    assert minutes.value() == 1 and panel._setup.planned.plan.minutes == 1
    minutes.setValue(7)
    assert not any(button(panel, f"train.preset.{name}").isChecked() for name in PRESETS)
    click(qtbot, panel, "train.preset.best")
    assert minutes.value() == 480


def test_a_probe_says_what_to_expect_and_leaves_the_project_as_it_is(qtbot, cells, show):
    panel = show(cells)
    choose_small(panel, "mlp_gan")
    panel.findChild(DoubleSpinBox, "train.minutes").setValue(0.1)
    words = panel._setup._outlook
    qtbot.waitUntil(lambda: any("expect a preview" in r.sentence for r in words._readings._shown), timeout=5_000)
    click(qtbot, panel, "train.probe")
    qtbot.waitUntil(lambda: "MB" in panel.findChild(QLabel, "train.outlook.memory").text(), timeout=WHOLE_RUN)
    qtbot.waitUntil(lambda: len(words._readings._shown) == 2, timeout=5_000)
    assert "steps fit" in words._readings._shown[1].sentence
    assert runs(cells) == [] and not (cells.folder / "versions").exists()
    qtbot.waitUntil(button(panel, "train.probe").isEnabled, timeout=5_000)


def test_too_few_images_are_said_before_anyone_clicks(qtbot, cells, show):
    panel = show(cells)
    edit(cells, "exclude", "decision", {item.id: "exclude" for item in list(items(cells))[1:]})
    panel.session.changed.emit()
    assert "at least 2 images to learn from" in sentence(panel)
    assert not button(panel, "train.start").isEnabled()


def test_what_goes_wrong_is_said_in_the_panel(qtbot, cells, show, monkeypatch):
    with cells.writing() as db:
        db.execute("UPDATE item SET path = '/nowhere/a.png' WHERE id = 1")
    panel = show(cells)
    choose_small(panel, "instant")
    click(qtbot, panel, "train.start")
    qtbot.waitUntil(lambda: "not there any more" in panel._notice.text, timeout=20_000)
    assert button(panel, "train.start").isVisible() and runs(cells) == []


def test_a_leaking_split_must_be_answered_before_training_starts(qtbot, project, add_image, show):
    noise = np.random.default_rng(0).integers(0, 240, (6, 64, 64), dtype=np.uint8)
    for number, image in enumerate(noise):
        add_image(f"{number}.png", image, split="train")
        add_image(f"{number}-copy.png", image + np.uint8(9), split="train" if number else "test")
    panel = show(project)
    choose_small(panel, "instant")
    click(qtbot, panel, "train.start")
    alarm = panel.findChild(LeakAlarm, "train.leaks")
    qtbot.waitUntil(alarm.isVisible, timeout=WHOLE_RUN)
    qtbot.waitUntil(lambda: not panel.session.jobs.all)
    assert runs(project) == []
    click(qtbot, panel, "train.leaks.leave")
    assert not alarm.isVisible()
    qtbot.waitUntil(lambda: [run.state for run in runs(project)] == ["done"], timeout=WHOLE_RUN)
    qtbot.waitUntil(lambda: not panel.session.jobs.all)


def test_images_without_classes_are_not_said_to_be_of_0_classes(project, add_image, show):
    for number in range(3):
        add_image(f"{number}.png", np.full((32, 32), 40 * number, np.uint8))
    assert sentence(show(project)).startswith("3 images to learn from. Instant")


def menu_action(panel, name: str) -> QAction:
    return panel.findChild(QAction, f"train.{name}")


def test_the_samples_through_time_are_played_and_seen_in_large(qtbot, with_gan, show):
    panel = show(with_gan)
    card = panel._watch._samples
    player = card.film.player
    click(qtbot, panel, "train.time.play")
    assert player.is_playing and player.value == 0
    qtbot.waitUntil(lambda: not player.is_playing, timeout=10_000)
    assert player.value == player._slider.maximum() >= 1
    click(qtbot, panel, "train.enlarge")
    large = panel.window().findChild(SampleOverlay, "train.large")
    assert large.isVisible() and large._film.grid.count == 24 and "step 3" in large._moment.text()
    qtbot.keyClick(large, Qt.Key.Key_Escape)
    assert not large.isVisible()


def test_what_is_written_about_a_run_is_kept_at_once(qtbot, with_gan, show):
    panel = show(with_gan)
    note, title = panel.findChild(QPlainTextEdit, "train.note"), panel.findChild(QLineEdit, "train.title")
    qtbot.keyClicks(note, "too dark")
    assert find_run(with_gan, "mlp_gan-1").note == "too dark"
    menu_action(panel, "rename").trigger()
    qtbot.keyClicks(title, "First try")
    qtbot.keyClick(title, Qt.Key.Key_Return)
    assert sentence(panel).startswith("First try is done")
    assert panel.findChild(RunPicker, "train.run").currentText() == "First try, 32 px, done"
    panel.findChild(RunPicker, "train.run").picked.emit("instant-1")
    assert note.toPlainText() == "" and title.text() == ""
    assert find_run(with_gan, "mlp_gan-1").note == "too dark"


def test_a_run_branches_from_the_moment_in_view_with_other_settings(qtbot, with_gan, show):
    panel = show(with_gan)
    panel.findChild(Slider, "train.time").setValue(0)
    menu_action(panel, "branch").trigger()
    assert panel.findChild(QLabel, "train.origin").text().startswith("Begins from Simple GAN at step 1.")
    assert not button(panel, "train.family.vae").isVisible() and not panel.findChild(ComboBox, "train.size").isEnabled()
    panel.findChild(DoubleSpinBox, "train.mlp_gan.learning_rate").setValue(0.0001)
    panel.findChild(DoubleSpinBox, "train.minutes").setValue(0.1)
    assert panel._setup.planned == PlannedRun(
        "mlp_gan",
        Plan(size=32, minutes=0.1, settings={"width": 8, "batch": 8, "learning_rate": 0.0001}),
        Moment("mlp_gan-1", 1),
    )
    click(qtbot, panel, "train.anew")
    assert panel._setup.planned.parent is None and button(panel, "train.family.vae").isVisible()


def cells_of(table: QGridLayout) -> dict[str, list[str]]:
    """The texts of a table of labels by row."""
    texts = [
        [place.widget().text() for column in range(table.columnCount()) if (place := table.itemAtPosition(row, column))]
        for row in range(table.rowCount())
    ]
    return {first: others for first, *others in filter(None, texts)}


def test_runs_are_compared_side_by_side(qtbot, with_gan, show):
    panel = show(with_gan)
    menu_action(panel, "compare").trigger()
    chart = panel.findChild(Chart, "train.compare.curves")
    assert chart._points.keys() == {"instant-1", "mlp_gan-1"}
    assert cells_of(panel._compare._table)["Family"] == ["Instant", "Simple GAN"]
    assert "Size" not in cells_of(panel._compare._table)
    assert panel._compare.findChild(ImageGrid, "train.compare.samples.1").count == 12
    click(qtbot, panel, "train.compare.curve.fid")
    assert "Simple GAN" in panel._compare._curves.legend.text()
    panel.findChild(QCheckBox, "train.compare.instant-1").setChecked(False)
    assert chart._points.keys() == {"mlp_gan-1"} and cells_of(panel._compare._table).keys() == {
        "Tick runs that differ."
    }
    click(qtbot, panel, "train.past")
    assert panel._watch.isVisible()


def test_deleting_asks_once_and_says_what_it_frees(qtbot, with_gan, show):
    panel = show(with_gan)
    menu_action(panel, "delete").trigger()
    assert "Delete Simple GAN" in panel._notice.text and "MB and cannot be undone" in panel._notice.text
    assert len(runs(with_gan)) == 2
    click(qtbot, panel, "train.notice.0")
    qtbot.waitUntil(lambda: [run.name for run in runs(with_gan)] == ["instant-1"], timeout=10_000)
    qtbot.waitUntil(lambda: sentence(panel).startswith("Instant is done"), timeout=5_000)


def test_all_figures_can_be_saved_as_a_table(with_gan, tmp_path, show):
    panel = show(with_gan)
    run = find_run(with_gan, "mlp_gan-1")
    panel._files.write_table(run, tmp_path / "figures.csv")
    assert "loss generator" in (tmp_path / "figures.csv").read_text().splitlines()[0]
    assert "figures.csv" in panel._notice.text
    panel._files.write_table(run, tmp_path / "nowhere" / "figures.csv")
    assert "not there" in panel._notice.text


def test_runs_are_planned_while_one_goes_and_follow_it(qtbot, with_gan, show):
    panel = show(with_gan)
    click(qtbot, panel, "train.new")
    choose_small(panel, "mlp_gan")
    panel.findChild(DoubleSpinBox, "train.minutes").setValue(0.1)
    click(qtbot, panel, "train.start")
    qtbot.waitUntil(lambda: "Simple GAN 2 is learning" in sentence(panel), timeout=WHOLE_RUN)
    for family in ("dcgan", "instant"):
        click(qtbot, panel, "train.plan")
        panel.findChild(QRadioButton, f"train.family.{family}").setChecked(True)
        click(qtbot, panel, "train.enqueue")
    assert [waiting.family for waiting in queued(with_gan)] == ["dcgan", "instant"]
    assert panel._watch.isVisible() and panel._queue.isVisible()
    click(qtbot, panel, "train.queue.1.up")
    assert [waiting.family for waiting in queued(with_gan)] == ["instant", "dcgan"]
    click(qtbot, panel, "train.queue.1.remove")
    click(qtbot, panel, "train.plan")
    qtbot.waitUntil(
        lambda: [r.name for r in runs(with_gan) if r.state == "done"][2:] == ["mlp_gan-2", "instant-2"],
        timeout=WHOLE_RUN,
    )
    qtbot.waitUntil(lambda: panel._job is None, timeout=10_000)
    assert queued(with_gan) == [] and not panel._queue.isVisible()
    assert panel._setup.isVisible()  # who plans is left in peace when the next run begins


def test_what_waits_does_not_begin_when_the_user_stops_a_run_or_opens_the_project_again(qtbot, with_gan, show):
    enqueue(with_gan, PlannedRun("instant", Plan(size=32, seed=1)))
    panel = show(with_gan)
    click(qtbot, panel, "train.new")
    choose_small(panel, "mlp_gan")
    click(qtbot, panel, "train.start")
    qtbot.waitUntil(lambda: "Simple GAN 2 is learning" in sentence(panel), timeout=WHOLE_RUN)
    click(qtbot, panel, "train.stop")
    qtbot.waitUntil(lambda: panel._job is None, timeout=10_000)
    assert len(queued(with_gan)) == 1 and button(panel, "train.queue.start").isVisible()
    click(qtbot, panel, "train.queue.start")
    qtbot.waitUntil(lambda: runs(with_gan)[-1].family == "instant", timeout=WHOLE_RUN)
    qtbot.waitUntil(lambda: runs(with_gan)[-1].state == "done", timeout=WHOLE_RUN)
    qtbot.waitUntil(lambda: panel._job is None, timeout=10_000)
