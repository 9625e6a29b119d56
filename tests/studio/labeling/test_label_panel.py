import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPushButton, QSpinBox

from models.events import finish
from studio.labeling import label, set_field, split
from studio.labeling.grouping import RELATIVES
from studio.labeling.panel import LabelPanel
from studio.labeling.panel.leak_alarm import LeakAlarm
from studio.labeling.recipe import SplitRecipe, split_as
from studio.labeling.suggest import Suggestion
from studio.project.items import class_counts, classes, count, item, items
from studio.project.runs import Plan, add_run
from studio.project.versions import keep_version
from studio.training.freeze import current_version
from studio.widgets.count_table import CountTable
from studio.widgets.gallery import Gallery
from studio.widgets.inputs import ComboBox
from studio.widgets.notices import Notice
from studio.widgets.pair import Pair
from tests.studio.waiting import A_WHILE, wait


@pytest.fixture
def images(add_image):
    """Four images without a label."""
    pixels = np.random.default_rng(0).integers(0, 256, (4, 24, 24), dtype=np.uint8)
    return [add_image(f"{number}.png", image) for number, image in enumerate(pixels)]


@pytest.fixture
def panel(qtbot, project, images, show_panel):
    panel = show_panel(LabelPanel, project)
    shows(qtbot, panel, images)
    return panel


def press(qtbot, panel, key):
    view = panel.findChild(Gallery, "label.gallery").view
    view.setFocus()
    qtbot.keyClick(view, key)


def add_class(qtbot, panel, name):
    panel.findChild(QLineEdit, "label.new_class").setText(name)
    qtbot.mouseClick(panel.findChild(QPushButton, "label.add_class"), Qt.MouseButton.LeftButton)


def shown_counts(panel):
    table = panel.findChild(CountTable, "label.classes")
    return [[table.item(row, column).text() for column in range(5)] for row in range(table.rowCount())]


def click(qtbot, panel, name):
    qtbot.mouseClick(panel.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def choose(panel, name, title):
    combo = panel.findChild(ComboBox, name)
    combo.setCurrentIndex(combo.findText(title))


def shows(qtbot, panel, ids):
    """Waits until the gallery shows these images."""
    gallery = panel.findChild(Gallery, "label.gallery")
    wait(qtbot, lambda: list(gallery.ids) == list(ids))
    return gallery


def idle(qtbot, panel):
    """Waits until all jobs have ended."""
    wait(qtbot, lambda: not panel.session.jobs.all)


def notice(panel):
    found = panel.findChild(Notice, "label.notice")
    return found.text if found.isVisible() else ""


def test_classes_are_made_and_set_by_key(qtbot, project, panel, images):
    gallery = panel.findChild(Gallery, "label.gallery")
    for name in ("good", "scratch"):
        add_class(qtbot, panel, name)
    assert classes(project) == ["good", "scratch"]
    gallery.select(images[:3])
    press(qtbot, panel, Qt.Key.Key_2)
    assert class_counts(project) == {"good": 0, "scratch": 3, None: 1}
    gallery.select(images[:1])
    press(qtbot, panel, Qt.Key.Key_0)
    assert item(project, images[0]).label is None
    assert shown_counts(panel) == [
        ["1", "good", "0", "0", "0"],
        ["2", "scratch", "2", "0", "0"],
        ["", "no label", "2", "0", "0"],
    ]


def test_a_key_without_a_class_or_a_selection_is_explained(qtbot, panel, images):
    press(qtbot, panel, Qt.Key.Key_3)
    assert "no class 3" in notice(panel)
    add_class(qtbot, panel, "good")
    press(qtbot, panel, Qt.Key.Key_1)
    assert "Select the images first" in notice(panel)


def test_space_walks_through_the_images_without_a_label(qtbot, project, panel, images):
    gallery = panel.findChild(Gallery, "label.gallery")
    add_class(qtbot, panel, "good")
    visited = []
    for _ in images:
        press(qtbot, panel, Qt.Key.Key_Space)
        visited += gallery.selected_ids()
        press(qtbot, panel, Qt.Key.Key_1)
    assert visited == images
    press(qtbot, panel, Qt.Key.Key_Space)
    assert notice(panel) == "Every image has a label."


def test_a_class_is_renamed_in_the_table(qtbot, project, panel):
    add_class(qtbot, panel, "good")
    add_class(qtbot, panel, "bad")
    table = panel.findChild(CountTable, "label.classes")
    table.item(0, 1).setText("fine")
    assert classes(project) == ["fine", "bad"]
    table.item(0, 1).setText("bad")
    assert classes(project) == ["fine", "bad"]
    assert "There is a class “bad” already" in notice(panel)
    assert table.item(0, 1).text() == "fine"


def test_split_is_one_click_and_can_be_undone(qtbot, project, panel):
    panel.findChild(QSpinBox, "label.share").setValue(25)
    panel.findChild(QSpinBox, "label.validation").setValue(25)
    click(qtbot, panel, "label.split")
    wait(qtbot, lambda: shown_counts(panel) == [["", "no label", "2", "1", "1"]])
    idle(qtbot, panel)
    panel.session.undo()
    assert shown_counts(panel) == [["", "no label", "4", "0", "0"]]


def test_the_filter_shows_a_class(qtbot, panel, images):
    add_class(qtbot, panel, "good")
    panel.findChild(Gallery, "label.gallery").select(images[1:2])
    press(qtbot, panel, Qt.Key.Key_1)
    choose(panel, "label.filter", "good")
    shows(qtbot, panel, images[1:2])
    choose(panel, "label.filter", "Without a label")
    shows(qtbot, panel, [images[0], *images[2:]])


def test_a_table_says_what_it_did(qtbot, project, panel, tmp_path):
    table = tmp_path / "labels.csv"
    table.write_text("file,label\n0.png,good\nlost.png,good\n", encoding="utf-8")
    panel.files.read_table(table)
    wait(qtbot, lambda: "lost.png" in notice(panel))
    assert class_counts(project)["good"] == 1
    table.write_text("nothing", encoding="utf-8")
    panel.files.read_table(table)
    wait(qtbot, lambda: "needs a first row" in notice(panel))


def test_suggestions_are_shown_and_accepted(qtbot, project, add_image, show_panel):
    rng = np.random.default_rng(0)
    for name, stripe in (("flat", 0), ("striped", 100)):
        for number in range(6):
            image = rng.integers(100, 110, (64, 64), dtype=np.uint8)
            image += np.where(np.arange(64) % 8 < 4, stripe, 0).astype(np.uint8)
            add_image(f"{name}{number}.png", image, label=name if number < 5 else None)
    panel = show_panel(LabelPanel, project)
    qtbot.mouseClick(panel.findChild(QPushButton, "label.suggest"), Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: "2 suggestions, 2 of them sure" in notice(panel))
    gallery = panel.findChild(Gallery, "label.gallery")
    wait(qtbot, lambda: len(gallery.ids) == 2)
    assert {gallery.caption(item(project, found)) for found in gallery.ids} == {"flat?", "striped?"}
    assert all(gallery.badge(item(project, found)).endswith("%") for found in gallery.ids)
    click(qtbot, panel, "label.notice.0")
    assert all(found.path.name.startswith(found.label) for found in items(project))

    flat = [found.id for found in items(project, "label = 'flat'")]
    choose(panel, "label.filter", "flat")
    shows(qtbot, panel, flat)
    gallery.select(flat[:1])
    click(qtbot, panel, "label.alike")
    wait(qtbot, lambda: len(gallery.ids) == 11)
    assert set(gallery.ids[:5]) == set(flat[1:])
    assert gallery.selected_ids() == list(gallery.ids)
    idle(qtbot, panel)


def test_groups_are_offered_as_fields_names_and_rows(qtbot, panel, project):
    group, words = panel.findChild(ComboBox, "label.group"), panel.findChild(QLabel, "label.groups")
    with project.writing() as db:
        db.execute("""UPDATE item SET fields = json_object('line', CAST(id % 2 AS TEXT))""")
    panel.session.changed.emit()
    wait(qtbot, lambda: group.findData("line") > 0)
    choose(panel, "label.group", "line")
    wait(qtbot, lambda: words.text().startswith("2 groups"))
    choose(panel, "label.group", "the same name")
    wait(qtbot, lambda: "No file's name fits" in words.text())
    choose(panel, "label.name", "an own pattern")
    panel.findChild(QLineEdit, "label.pattern").setText("*")
    wait(qtbot, lambda: words.text().startswith("4 groups, the largest: 0 (1)"))
    choose(panel, "label.group", "files in a row")
    panel.findChild(QSpinBox, "label.length").setValue(3)
    wait(qtbot, lambda: words.text() == "2 groups, the largest: 1 (3), 2 (1)")
    choose(panel, "label.group", "nothing")
    assert not words.isVisible()


def test_what_plainly_belongs_together_is_said_and_kept(qtbot, panel, project, images):
    words = panel.findChild(QLabel, "label.groups")
    wait(qtbot, lambda: "No field says" in words.text())
    set_field(project, images[1:3], "patient", "A")
    panel.session.changed.emit()
    wait(qtbot, lambda: words.text() == "Kept together: 1 patient.")
    panel.findChild(QSpinBox, "label.share").setValue(50)
    click(qtbot, panel, "label.split")
    wait(qtbot, lambda: count(project, "split = 'test'") == 2)
    assert item(project, images[1]).split == item(project, images[2]).split
    idle(qtbot, panel)


def test_the_split_card_begins_with_how_the_split_was_made(qtbot, panel, project, images):
    group, length = panel.findChild(ComboBox, "label.group"), panel.findChild(QSpinBox, "label.length")
    for recipe, chosen in (
        (SplitRecipe(0.5, by=("order:2",)), "files in a row"),
        (SplitRecipe(0.5, by=("name:*",)), "the same name"),
        (SplitRecipe(0.5, by=()), "nothing"),
    ):
        finish(split_as(project, recipe, thaw=True))
        panel.session.changed.emit()
        wait(qtbot, lambda chosen=chosen: group.currentText() == chosen)
    assert length.value() == 2
    assert panel.findChild(QLineEdit, "label.pattern").text() == "*"


def test_groups_of_the_split_stay_together(qtbot, panel, project, images):
    choose(panel, "label.group", "files in a row")
    panel.findChild(QSpinBox, "label.length").setValue(2)
    panel.findChild(QSpinBox, "label.share").setValue(50)
    click(qtbot, panel, "label.split")
    wait(qtbot, lambda: shown_counts(panel) == [["", "no label", "2", "0", "2"]])
    assert item(project, images[0]).split == item(project, images[1]).split
    idle(qtbot, panel)
    panel.findChild(QSpinBox, "label.length").setValue(4)
    click(qtbot, panel, "label.split")
    wait(qtbot, lambda: "too large" in notice(panel))


def test_a_split_that_a_run_stands_on_is_asked_about(qtbot, panel, project, images):
    split(project, 0.5)
    version = current_version(project, 32)
    keep_version(project, version)
    add_run(project, "dcgan", version.name, Plan(size=32))
    panel.session.changed.emit()
    frozen = panel.findChild(QLabel, "label.frozen")
    wait(qtbot, lambda: frozen.text() == "Frozen by the runs on it: dcgan-1.")
    panel.findChild(QSpinBox, "label.share").setValue(25)
    click(qtbot, panel, "label.split")
    wait(qtbot, lambda: "The split is frozen" in notice(panel))
    assert count(project, "split = 'test'") == 2
    click(qtbot, panel, "label.notice.0")
    wait(qtbot, lambda: count(project, "split = 'test'") == 1)
    wait(qtbot, lambda: not frozen.isVisible())
    idle(qtbot, panel)


def test_fields_are_set_for_the_selection(qtbot, panel, project, images):
    click(qtbot, panel, "label.field_card.fold")
    panel.findChild(ComboBox, "label.field").setEditText("lot")
    panel.findChild(QLineEdit, "label.field_text").setText("A7")
    click(qtbot, panel, "label.set_field")
    assert "Select the images first" in notice(panel)
    panel.findChild(Gallery, "label.gallery").select(images[:2])
    click(qtbot, panel, "label.set_field")
    assert [item(project, found).fields for found in images] == [{"lot": "A7"}, {"lot": "A7"}, {}, {}]
    panel.session.undo()
    assert item(project, images[0]).fields == {}


def test_a_second_reader_labels_blind_and_disagreements_are_decided(qtbot, panel, project, images):
    gallery = panel.findChild(Gallery, "label.gallery")
    for name in ("good", "pit"):
        add_class(qtbot, panel, name)
    label(project, images[:3], "good")
    label(project, images[3:], "pit")
    click(qtbot, panel, "label.reader_card.fold")
    choose(panel, "label.reader", "Second reader, blind")
    wait(qtbot, lambda: {gallery.caption(item(project, found)) for found in images} == {"not read"})
    assert shown_counts(panel)[-1] == ["", "not read", "4", "0", "0"]
    assert not gallery.bar.isVisible()
    tool_tip = gallery.view.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tool_tip == "0.png, not read"
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_1):
        press(qtbot, panel, Qt.Key.Key_Space)
        press(qtbot, panel, key)
    assert class_counts(project)["good"] == 3
    press(qtbot, panel, Qt.Key.Key_Space)
    assert notice(panel) == "Every image has been read."

    choose(panel, "label.reader", "First reader")
    button = panel.findChild(QPushButton, "label.disagreements")
    wait(qtbot, lambda: button.isVisible() and button.text() == "2 disagreements")
    words = panel.findChild(QLabel, "label.agreement").text()
    assert (
        "4 images read twice, with the same class in 50%" in words
        and "kappa −0.33 (95% between −0.77 and 0.10)" in words
    )
    click(qtbot, panel, "label.disagreements")
    shows(qtbot, panel, [images[1], images[3]])
    assert [gallery.caption(item(project, found)) for found in gallery.ids] == ["good / pit", "pit / good"]
    gallery.select([images[1]])
    press(qtbot, panel, Qt.Key.Key_2)
    shows(qtbot, panel, [images[3]])
    gallery.select([images[3]])
    press(qtbot, panel, Qt.Key.Key_1)
    shows(qtbot, panel, [])
    assert [item(project, found).label for found in images] == ["good", "pit", "good", "good"]


def test_labels_in_doubt_are_answered_by_key_and_the_hit_rate_is_said(qtbot, panel, project, images):
    for name in ("good", "pit"):
        add_class(qtbot, panel, name)
    label(project, images, "good")
    with project.writing() as db:
        rows = [(item_id, 1, 2, 0.9 - 0.1 * number, 1) for number, item_id in enumerate(images)]
        db.executemany("INSERT INTO suspicion VALUES (?, ?, ?, ?, ?)", rows)
    choose(panel, "label.filter", "Suspicious labels")
    gallery, hint = panel.findChild(Gallery, "label.gallery"), panel.findChild(QLabel, "label.hint")
    wait(qtbot, lambda: hint.text().startswith("Of the next 20 about 75 % will be wrong."))
    idle(qtbot, panel)
    assert gallery.caption(item(project, images[0])) == "good, or pit?"
    assert gallery.badge(item(project, images[0])) == "90%"
    press(qtbot, panel, Qt.Key.Key_Space)
    press(qtbot, panel, Qt.Key.Key_2)
    shows(qtbot, panel, images[1:])
    press(qtbot, panel, Qt.Key.Key_Space)
    press(qtbot, panel, Qt.Key.Key_K)
    shows(qtbot, panel, images[2:])
    wait(qtbot, lambda: hint.text().startswith("1 of 2 labels looked at were wrong."))
    assert [item(project, found).label for found in images] == ["pit", "good", "good", "good"]
    press(qtbot, panel, Qt.Key.Key_Space)
    press(qtbot, panel, Qt.Key.Key_Space)
    assert gallery.selected_ids() == images[3:]
    idle(qtbot, panel)


def test_space_goes_to_the_least_sure_suggestion_first(qtbot, panel, project, images):
    add_class(qtbot, panel, "good")
    panel._take_suggestions([Suggestion(images[0], "good", 0.9), Suggestion(images[2], "pit", 0.6)])
    gallery = shows(qtbot, panel, [images[0], images[2]])
    press(qtbot, panel, Qt.Key.Key_Space)
    assert gallery.selected_ids() == [images[2]]
    press(qtbot, panel, Qt.Key.Key_Space)
    assert gallery.selected_ids() == [images[0]]
    press(qtbot, panel, Qt.Key.Key_A)
    assert item(project, images[0]).label == "good"
    shows(qtbot, panel, [images[2]])
    gallery.select([images[2]])
    press(qtbot, panel, Qt.Key.Key_R)
    assert item(project, images[2]).label is None
    shows(qtbot, panel, images)
    gallery.select([images[0]])
    press(qtbot, panel, Qt.Key.Key_Space)
    assert gallery.selected_ids() == [images[1]]


def test_labels_are_saved_as_a_table(qtbot, panel, project, images, tmp_path):
    label(project, images[:1], "good")
    panel.files.write_table(tmp_path / "labels.csv")
    wait(qtbot, lambda: notice(panel).startswith("4 images in"))
    assert "sources/0.png,good" in (tmp_path / "labels.csv").read_text(encoding="utf-8")


@pytest.fixture
def twins(project, add_image):
    """Ten noisy images and a brighter copy of each."""
    noise = np.random.default_rng(0).integers(0, 240, (10, 64, 64), dtype=np.uint8)
    for number, image in enumerate(noise):
        add_image(f"{number}.png", image)
        add_image(f"{number}-copy.png", image + np.uint8(9))


@pytest.mark.parametrize(("answer", "aside"), [("again", 0), ("held_out", True), ("others", True)])
def test_a_leaking_split_raises_the_alarm_with_its_proof_until_it_is_mended(
    qtbot, project, twins, show_panel, answer, aside
):
    panel = show_panel(LabelPanel, project)
    alarm = panel.findChild(LeakAlarm, "label.leaks")
    click(qtbot, panel, "label.split")
    wait(qtbot, alarm.isVisible)
    pair = alarm.findChild(Pair, "label.leaks.pair")
    wait(qtbot, lambda: pair.count == 2)
    assert any("in train" in label.text() and "in test" in label.text() for label in alarm.findChildren(QLabel))
    click(qtbot, panel, f"label.leaks.{answer}")
    wait(qtbot, lambda: notice(panel) == "Nothing leaks any more.")
    assert not alarm.isVisible()
    assert bool(count(project, "decision = 'exclude'")) == aside
    relatives = panel.findChild(QCheckBox, "label.relatives")
    wait(qtbot, lambda: relatives.isChecked() == (answer == "again"))


def test_the_split_card_begins_with_the_latest_split(qtbot, project, twins, show_panel):
    finish(split_as(project, SplitRecipe(0.3, 0.1, (RELATIVES,), seed=7)))
    panel = show_panel(LabelPanel, project)
    inputs = [panel.findChild(QSpinBox, f"label.{name}") for name in ("share", "validation", "seed")]
    wait(qtbot, lambda: [each.value() for each in inputs] == [30, 10, 7])
    assert panel.findChild(QCheckBox, "label.relatives").isChecked()


def test_an_alarm_that_the_user_knows_about_goes(qtbot, project, twins, show_panel):
    panel = show_panel(LabelPanel, project)
    alarm = panel.findChild(LeakAlarm, "label.leaks")
    click(qtbot, panel, "label.split")
    wait(qtbot, alarm.isVisible)
    click(qtbot, panel, "label.leaks.next")
    click(qtbot, panel, "label.leaks.leave")
    assert not alarm.isVisible()
    with qtbot.waitSignal(alarm.clear, timeout=A_WHILE):
        click(qtbot, panel, "label.split")
    idle(qtbot, panel)
    assert not alarm.isVisible()


def test_masks_come_from_a_folder_and_go_into_one(qtbot, panel, project, images, tmp_path):
    (tmp_path / "masks" / "pit").mkdir(parents=True)
    for name in ("1_mask.png", "lost.png"):
        Image.new("L", (24, 24), 255).save(tmp_path / "masks" / "pit" / name)
    panel.files.read_masks(tmp_path / "masks")
    wait(qtbot, lambda: "1 image is marked by its mask. 1 name fits no image" in notice(panel))
    choose(panel, "label.filter", "Marked")
    shows(qtbot, panel, images[1:2])
    panel.files.write_masks(tmp_path / "out")
    wait(qtbot, lambda: notice(panel).startswith("1 mask in"))
    assert (tmp_path / "out" / "pit" / f"real-{images[1]:06}.png").is_file()
    idle(qtbot, panel)
