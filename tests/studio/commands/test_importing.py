"""`seedbed import`, and what the project then says of itself."""

import shutil
from pathlib import Path

from resources.sample.draw import FOLDER


def test_import_lists_what_it_rejects(tmp_path, sources, result):
    result("new", tmp_path / "metal")
    imported = result("import", tmp_path / "metal", sources)
    assert imported["imported"] == 30
    assert [Path(each["file"]).name for each in imported["rejected"]] == ["letter.png"]
    assert imported["rejected"][0]["reason"]


def test_import_tells_the_layout_before_anything_happens(tmp_path, sources, result, seedbed):
    result("new", tmp_path / "metal")
    code, out, _ = seedbed("import", tmp_path / "metal", sources, "--dry-run")
    assert code == 0
    assert out.splitlines()[:3] == [
        "A folder for each class: 31 images, 2 classes, 8 bits",
        "  good: 20 files",
        "  pits: 11 files",
    ]
    told = result("import", tmp_path / "metal", sources, "--dry-run")
    assert (told["layout"], told["classes"], told["depths"]) == ("folders", {"good": 20, "pits": 11}, [8])
    assert Path(told["problems"][0]["where"]).name == "letter.png"
    assert result("info", tmp_path / "metal")["items"] == 0
    imported = result("import", tmp_path / "metal", sources, "--layout", "flat")
    assert (imported["layout"], imported["imported"], imported["classes"]) == ("flat", 30, {"": 31})


def test_import_again_and_relink(filled, sources, result):
    shutil.copy(FOLDER / "scratch" / "scratch-01.png", sources / "good")
    again = result("import", filled, "--again")
    assert (again["imported"], again["unchanged"], again["vanished"]) == (1, 30, [])
    moved = sources.rename(sources.with_name("moved"))
    assert len(result("import", filled, "--again")["vanished"]) == 31
    assert result("relink", filled, moved) == {"relinked": 31, "missing": []}
    assert result("import", filled, "--again")["unchanged"] == 31


def test_import_takes_archives_and_cuts(tmp_path, sources, result):
    result("new", tmp_path / "metal")
    archive = shutil.make_archive(str(tmp_path / "metal-photos"), "zip", sources)
    imported = result("import", tmp_path / "metal", archive, "--set", "cut=grid", "--set", "tile=32")
    assert imported["imported"] > 30 and imported["classes"] == {"good": 20, "pits": 11}
