"""`seedbed clean`."""

import shutil

from PIL import Image


def test_clean_finds_and_excludes_only_when_asked(filled, sources, result):
    shutil.copy(sources / "good" / "good-01.png", sources / "good" / "again.png")
    result("import", filled, sources)
    findings = result("clean", filled)["findings"]
    assert {finding["check"] for finding in findings} == {"exact_copy", "unreadable"}
    assert all(finding.keys() == {"item", "check", "score", "reason", "related"} for finding in findings)
    (copy,) = (finding for finding in findings if finding["check"] == "exact_copy")
    assert {copy["item"], *copy["related"]} == {str(sources / "good" / f"{name}.png") for name in ("again", "good-01")}
    assert result("info", filled)["excluded"] == 0
    assert result("clean", filled, "--check", "exact_copy", "--apply")["excluded"] == 1
    assert result("info", filled)["excluded"] == 1


def test_clean_finds_near_copies_and_says_how_many_may_be_false(filled, sources, result):
    with Image.open(sources / "good" / "good-01.png") as photo:
        photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(sources / "good" / "again.jpg", quality=60)
    result("import", filled, sources)
    found = result("clean", filled, "--check", "near_copy")
    (finding,) = (each for each in found["findings"] if "again.jpg" in each["item"] + each["reason"])
    assert "mirrored" in finding["reason"] and finding["related"]
    assert found["expected_false"].keys() == {"near_copy"} and found["seconds"] > 0
