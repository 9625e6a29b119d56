"""Archives are unpacked once and inside their folder; malicious and damaged ones leave nothing behind."""

import io
import random
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from models.events import Notice, Progress, finish
from studio.errors import UserError
from studio.importing import archives, import_sources
from studio.importing.archives import FOLDER, discard_unused, unpack, unpacked_places
from studio.importing.recognize import recognize
from studio.project.items import count, items
from tests.studio.dicom_files import dicom_file


@pytest.fixture
def zipped(tmp_path) -> Callable[..., Path]:
    """Writes a zip with these members."""

    def zipped(members: dict[str | zipfile.ZipInfo, bytes], name: str = "set.zip") -> Path:
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return tmp_path / name

    return zipped


def tarred(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w") as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def refused(project, archive: Path, match: str) -> None:
    before = sorted(path for path in archive.parent.rglob("*") if not path.is_relative_to(project.folder))
    with pytest.raises(UserError, match=match):
        finish(unpack(project, archive))
    assert not [path for place in unpacked_places(project) for path in place.glob("*")]
    assert sorted(path for path in archive.parent.rglob("*") if not path.is_relative_to(project.folder)) == before


@pytest.mark.parametrize("suffix", ["zip", "tar", "tar.gz", "tar.bz2", "tar.xz"])
def test_classes_come_in_from_archives_once(project, photos, tmp_path, suffix):
    folder = photos("good/1.png", "bad/2.png", "bad/3.png")
    archive = tmp_path / f"cells.{suffix}"
    if suffix == "zip":
        with zipfile.ZipFile(archive, "w") as opened:
            for path in sorted(folder.rglob("*.png")):
                opened.write(path, Path("cells") / path.relative_to(folder))
    else:
        with tarfile.open(archive, f"w:{suffix.partition('.')[2]}") as opened:
            opened.add(folder, "cells")
    before = archive.read_bytes()
    found = finish(recognize(project, [archive]))
    assert (found.layout, found.classes) == ("folders", {"bad": 2, "good": 1})
    assert finish(import_sources(project, [archive])).imported == 3
    renamed = archive.rename(tmp_path / f"again.{suffix}")
    assert finish(import_sources(project, [renamed])).unchanged == 3
    assert {item.label for item in items(project)} == {"good", "bad"}
    assert all(item.path.is_relative_to(project.folder / FOLDER) for item in items(project))
    assert renamed.read_bytes() == before
    discard_unused(project)
    assert all(item.path.is_file() for item in items(project))


def test_several_archives_dropped_together_are_classes_by_their_names(project, photos, tmp_path):
    folder = photos("1.png", "2.png")
    given = []
    for number, name in ((1, "good.zip"), (2, "bad parts.tar.gz")):
        given.append(tmp_path / name)
        if name.endswith("zip"):
            with zipfile.ZipFile(given[-1], "w") as archive:
                archive.write(folder / f"{number}.png", f"{number}.png")
        else:
            with tarfile.open(given[-1], "w:gz") as archive:
                archive.add(folder / f"{number}.png", f"{number}.png")
    finish(import_sources(project, given))
    assert {item.path.name: item.label for item in items(project)} == {"1.png": "good", "2.png": "bad parts"}


def test_problems_name_the_archive(project, photos, zipped):
    png = (photos("1.png") / "1.png").read_bytes()
    archive = zipped({"1.png": png, "labels.csv": b"file,label\n1.png,pit\n2.png,pit"})
    result = finish(import_sources(project, [archive]))
    assert [problem.where for problem in result.problems] == [f"{archive}/labels.csv: row 3"]


def test_what_was_only_looked_at_is_removed(project, photos, zipped):
    archive = zipped({"1.png": (photos("1.png") / "1.png").read_bytes()})
    finish(recognize(project, [archive]))
    assert len(list((project.folder / FOLDER).iterdir())) == 1
    discard_unused(project)
    assert not (project.folder / FOLDER).exists()


@pytest.mark.parametrize(
    "name", ["../evil.png", "a/../../evil.png", "/evil.png", "C:\\evil.png", "..\\evil.png", "//x/y"]
)
def test_no_member_gets_out_of_its_folder(project, zipped, tmp_path, name):
    refused(project, zipped({"good.png": b"x", name: b"evil"}), "outside of its folder")
    refused(project, tarred(tmp_path / "set.tar", (member(name), b"evil")), "outside of its folder")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
@pytest.mark.parametrize("target", ["/etc/passwd", "../../secret.txt", "../x/../../secret.txt"])
def test_no_link_gets_out_of_its_folder(project, tmp_path, kind, target):
    (tmp_path / "secret.txt").write_text("secret")
    archive = tarred(tmp_path / "set.tar", (member("link.png", kind, target), b""), (member("link.png"), b"evil"))
    refused(project, archive, "outside of its folder")


def test_no_folder_that_is_a_link_leads_out(project, tmp_path):
    """The member behind it would be written through the link."""
    link = member("sub", tarfile.SYMTYPE, "inner")
    archive = tarred(tmp_path / "set.tar", (link, b""), (member("sub/1.png"), b"content"))
    folder = finish(unpack(project, archive))
    assert (folder / "sub" / "1.png").read_bytes() == b"content" and not (folder / "sub").is_symlink()


def test_links_inside_become_copies(project, tmp_path):
    members = [
        (member("a/1.png"), b"content"),
        (member("a/2.png", tarfile.LNKTYPE, "a/1.png"), b""),
        (member("b/3.png", tarfile.SYMTYPE, "../a/1.png"), b""),
        (member("b/4.png", tarfile.SYMTYPE, "nowhere.png"), b""),
    ]
    folder = finish(unpack(project, tarred(tmp_path / "set.tar", *members)))
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.png")}
    assert found == dict.fromkeys(["a/1.png", "a/2.png", "b/3.png"], b"content")
    assert not any(path.is_symlink() for path in folder.rglob("*"))


def test_links_of_zip_are_no_links_either(project, zipped):
    info = zipfile.ZipInfo("link.png")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    refused(project, zipped({info: b"../../secret.txt"}), "outside of its folder")


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_devices_are_refused(project, tmp_path, kind):
    refused(project, tarred(tmp_path / "set.tar", (member("device", kind), b"")), "damaged, or no archive")


def test_bombs_are_refused(project, zipped, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "HARMLESS_BYTES", 1 << 20)
    refused(project, zipped({"1.bmp": bytes(8 << 20)}), "far more than its own size")
    with tarfile.open(tmp_path / "set.tar.gz", "w:gz") as archive:
        for number in range(8):
            info = tarfile.TarInfo(f"{number}.bmp")
            info.size = 1 << 20
            archive.addfile(info, io.BytesIO(bytes(1 << 20)))
    refused(project, tmp_path / "set.tar.gz", "far more than its own size")


def test_links_do_not_multiply_content(project, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "HARMLESS_BYTES", 1 << 20)
    monkeypatch.setattr(archives, "MOST_RATIO", 10)
    links = [(member(f"{number}.bmp", tarfile.SYMTYPE, "1.bin"), b"") for number in range(100)]
    refused(project, tarred(tmp_path / "set.tar", (member("1.bin"), bytes(900_000)), *links), "far more than")


def test_too_many_files_are_refused(project, zipped, monkeypatch):
    monkeypatch.setattr(archives, "MOST_FILES", 10)
    refused(project, zipped({f"{number}.png": b"" for number in range(11)}), "more than 10 files")


def test_a_size_that_the_header_hides_is_not_unpacked(project, zipped):
    """The member claims 10 bytes, and its stream has a million."""
    archive = zipped({"1.bin": bytes(1_000_000)})
    content = archive.read_bytes().replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    archive.write_bytes(content)
    refused(project, archive, "damaged, or no archive")


def test_a_member_without_a_name_is_left_out(project, zipped):
    """Found by damaging files."""
    archive = zipped({"1.bin": b"content", "2.bin": b"more"})
    content = archive.read_bytes()
    central = content.index(b"PK\1\2")
    archive.write_bytes(content[:central] + content[central:].replace(b"1.bin", b"\0.bin"))
    folder = finish(unpack(project, archive))
    assert [path.name for path in folder.iterdir()] == ["2.bin"]


def test_a_member_before_the_beginning_is_damage(project, zipped):
    """Found by damaging files."""
    archive = zipped({"1.bin": b"content"})
    content = archive.read_bytes()
    end = content.index(b"PK\5\6")
    archive.write_bytes(content[: end + 16] + b"\xff\xff\xff\x7f" + content[end + 20 :])
    refused(project, archive, "damaged, or no archive")


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz"])
def test_a_checksum_that_is_wrong_is_damage(project, tmp_path, kind):
    """Found by damaging files: each compression says so in its own way."""
    with tarfile.open(tmp_path / f"set.tar.{kind}", f"w:{kind}") as archive:
        info = member("1.bin")
        info.size = 5000
        archive.addfile(info, io.BytesIO(random.Random(0).randbytes(5000)))
    content = (tmp_path / f"set.tar.{kind}").read_bytes()
    middle = len(content) // 2
    (tmp_path / f"set.tar.{kind}").write_bytes(content[:middle] + b"\xff\x00\xff" + content[middle + 3 :])
    refused(project, tmp_path / f"set.tar.{kind}", "damaged, or no archive")


@pytest.mark.parametrize("keep", [0, 10, 60, 200])
@pytest.mark.parametrize("suffix", ["zip", "tar", "tar.gz", "tar.xz"])
def test_truncated_archives_are_refused(project, photos, tmp_path, keep, suffix):
    folder = photos("1.png", "2.png")
    archive = tmp_path / f"set.{suffix}"
    if suffix == "zip":
        with zipfile.ZipFile(archive, "w") as opened:
            opened.write(folder / "1.png", "1.png")
    else:
        with tarfile.open(archive, f"w:{suffix.partition('.')[2]}") as opened:
            opened.add(folder / "1.png", "1.png")
    archive.write_bytes(archive.read_bytes()[:keep])
    refused(project, archive, "damaged, or no archive")


def test_locked_archives_are_refused(project, zipped):
    archive = zipped({"1.png": b"content"})
    content = bytearray(archive.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    archive.write_bytes(content)
    refused(project, archive, "locked with a password")


def test_names_in_every_script_and_of_250_letters(project, photos, zipped, tmp_path):
    png = (photos("1.png") / "1.png").read_bytes()
    names = ["缺陷/图像.png", "трещина/фото.png", "عيب/صورة.png", "🙂/é.png", "字" * 250 + ".png", "n" * 250 + ".png"]
    folder = finish(unpack(project, zipped(dict.fromkeys(names, png))))
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.png"))
    assert len(found) == 6 and set(names[:4]) <= set(found)
    assert all(len(part.encode()) <= 255 for name in found for part in name.split("/"))


def test_names_in_the_encoding_of_chinese_windows(project, tmp_path):
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr("XXXX/XX.png", b"content")
    content = (tmp_path / "set.zip").read_bytes().replace(b"XXXX/XX.png", "划痕/图.png".encode("gbk"))
    (tmp_path / "set.zip").write_bytes(content)
    folder = finish(unpack(project, tmp_path / "set.zip"))
    assert (folder / "划痕" / "图.png").read_bytes() == b"content"


def test_members_that_stand_in_each_others_way_are_refused(project, tmp_path):
    archive = tarred(tmp_path / "set.tar", (member("a"), b"file"), (member("a/1.png"), b"inside"))
    refused(project, archive, "damaged, or no archive")


def test_canceling_leaves_nothing_behind(project, zipped):
    archive = zipped({f"{number}.png": bytes(100) for number in range(10)})
    task = unpack(project, archive)
    for event in task:
        if isinstance(event, Progress) and event.what == "Unpacking archives":
            break
    task.close()
    assert not any(place.exists() for place in unpacked_places(project))
    assert count(project) == 0


def test_patients_do_not_get_into_the_project(project, tmp_path):
    content = dicom_file(np.arange(1024, dtype=np.uint16).reshape(32, 32), PatientName="Geheim^Gerda", PatientID="4711")
    archive = tarred(tmp_path / "set.tar", (member("well/1"), content), (member("ill/2"), content[:-1] + b"\1"))
    events: list = []
    result = finish(import_sources(project, [archive]), events.append)
    assert result.imported == 2
    assert any(isinstance(event, Notice) and "beside the project" in event.text for event in events)
    for path in project.folder.rglob("*"):
        assert not path.is_file() or b"Geheim" not in path.read_bytes()
    assert finish(import_sources(project, [archive])).unchanged == 2
    discard_unused(project)
    assert all(item.path.is_file() for item in items(project))
