"""What belongs together is found once after an import, kept on one side of a split, and proves its leaks."""

import numpy as np
import pytest
from PIL import Image

from models.events import Progress, finish
from studio.cleaning import check_named, expected_false, scan, set_settings
from studio.cleaning.leakage import LeakPair, leak_pairs
from studio.cleaning.relate import relate
from studio.cleaning.relatives import groups
from studio.importing import import_sources
from studio.labeling import label
from studio.project.edits import edit
from studio.project.items import item, item_ids
from tests.studio.cleaning.test_residuals import planted


@pytest.fixture
def parts(project, tmp_path) -> list[int]:
    """Parts 0 to 119, of which 3, 5 and 7 are relatives of the one before, in files of 128 px; 1 is a copy of 0."""
    pictures = planted(0)
    pictures[1], pictures[9] = pictures[0], planted(1)[9]
    for number, picture in enumerate(pictures):
        Image.fromarray(picture.repeat(4, 0).repeat(4, 1)).save(tmp_path / f"part{number:03}.png")
    finish(import_sources(project, sorted(tmp_path.glob("*.png"))))
    return item_ids(project, order="path")


def found(project, name: str) -> dict[int, tuple[int, ...]]:
    return {finding.item: finding.related for finding in finish(scan(project, [name])) if finding.check == name}


def test_relatives_are_found_named_and_kept(project, parts):
    findings = finish(scan(project, ["relative"]))
    assert {finding.item: finding.related for finding in findings} == {
        parts[one]: (parts[other],) for one, other in ((2, 3), (3, 2), (4, 5), (5, 4), (6, 7), (7, 6))
    }
    by_item = {finding.item: finding for finding in findings}
    assert "part006.png, turned upside down" in by_item[parts[7]].reason
    assert "part002.png (" in by_item[parts[3]].reason
    assert [finding.score for finding in findings] == sorted((f.score for f in findings), reverse=True)
    assert expected_false(project, findings)["relative"] == 0
    events: list = []
    finish(relate(project), events.append)
    assert not any(isinstance(event, Progress) for event in events)


def test_the_threshold_is_the_users(project, parts):
    check = check_named("relative")
    set_settings(project, check, check.Settings(likeness=95))
    assert found(project, "relative") == {}
    assert set(groups(project)) == set(parts[:2])


def test_groups_join_copies_and_relatives_and_leave_the_others_alone(project, parts):
    finish(relate(project))
    assert groups(project) == {
        **dict.fromkeys(parts[:2], parts[0]),
        **dict.fromkeys(parts[2:4], parts[2]),
        **dict.fromkeys(parts[4:6], parts[4]),
        **dict.fromkeys(parts[6:8], parts[6]),
    }


def test_leaks_are_proved_by_pairs(project, parts):
    finish(relate(project))
    assert leak_pairs(project) == []
    edit(project, "split", "split", dict.fromkeys(parts, "train") | {parts[1]: "validation", parts[2]: "test"})
    copy, relative = leak_pairs(project)
    assert copy == LeakPair(parts[0], parts[1], "copy", 1.0)
    assert (relative.first, relative.second, relative.kind) == (parts[3], parts[2], "relative")
    assert 0.7 < relative.likeness < 1
    assert found(project, "leakage") == {parts[1]: (parts[0],), parts[2]: (parts[3],)}
    edit(project, "exclude", "decision", {parts[0]: "exclude", parts[3]: "exclude"})
    assert leak_pairs(project) == []


def test_relatives_with_two_labels_contradict_each_other(project, parts):
    label(project, parts, "good")
    label(project, [parts[3]], "scratch")
    findings = finish(scan(project, ["label_conflict"]))
    assert {finding.item: finding.related for finding in findings} == {
        parts[2]: (parts[3],),
        parts[3]: (parts[2],),
    }
    assert all("has the same marks and is labeled" in finding.reason for finding in findings)


def test_new_images_are_looked_at(project, parts, tmp_path):
    finish(relate(project))
    again = planted(0)[50].repeat(4, 0).repeat(4, 1)
    Image.fromarray((again * 0.9).astype(np.uint8)).save(tmp_path / "again.png")
    finish(import_sources(project, [tmp_path / "again.png"]))
    finish(relate(project))
    newest = item_ids(project)[-1]
    assert groups(project)[newest] == parts[50]


def test_images_that_were_looked_at_are_not_compared_again(project, parts, tmp_path):
    finish(relate(project))
    with project.writing() as db:
        db.execute("DELETE FROM relative")
    marks = planted(0)[4].repeat(4, 0).repeat(4, 1)
    Image.fromarray(np.roll(marks, 4, 1)).save(tmp_path / "again.png")
    finish(import_sources(project, [tmp_path / "again.png"]))
    finish(relate(project))
    newest = item_ids(project)[-1]
    links = {frozenset(pair) for pair in project.db.execute("SELECT first, second FROM relative")}
    hashes = {item_id: item(project, item_id).pixel_sha256 for item_id in (*parts[4:6], newest)}
    assert links == {frozenset((hashes[newest], hashes[each])) for each in parts[4:6]}


def test_parts_of_one_file_are_no_finding_but_leak(project, tmp_path):
    pages = [Image.fromarray(picture.repeat(4, 0).repeat(4, 1)) for picture in planted(0)]
    (tmp_path / "parts").mkdir()
    for number in range(6, len(pages)):
        pages[number].save(tmp_path / "parts" / f"part{number:03}.png")
    pages[2].save(tmp_path / "parts" / "stack.tif", save_all=True, append_images=[pages[3], pages[4]])
    pages[5].save(tmp_path / "parts" / "apart.png")
    finish(import_sources(project, [tmp_path / "parts"]))
    stacked = [row[0] for row in project.db.execute("SELECT id FROM item WHERE path LIKE '%stack.tif' ORDER BY id")]
    apart = project.db.execute("SELECT id FROM item WHERE path LIKE '%apart.png'").fetchone()[0]
    related = found(project, "relative")
    assert related[apart] == (stacked[2],) and related[stacked[2]] == (apart,)
    assert not set(stacked[:2]) & set(related)
    label(project, stacked, "good")
    label(project, stacked[:1], "scratch")
    assert found(project, "label_conflict") == {}
    edit(project, "split", "split", {stacked[0]: "train", stacked[1]: "test"})
    assert found(project, "leakage") == {stacked[1]: (stacked[0],)}
