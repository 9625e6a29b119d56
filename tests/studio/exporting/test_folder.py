import subprocess
import sys

import pytest

from studio.errors import UserError
from studio.exporting.folder import new_folder


def entries(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_appears_only_when_it_is_whole(tmp_path):
    out = tmp_path / "deep" / "out"
    with new_folder(out) as folder:
        (folder / "a.txt").write_text("a")
        assert not out.exists()
    assert entries(out) == ["a.txt"]
    assert entries(out.parent) == ["out"]


def test_an_empty_folder_is_taken_and_a_full_one_or_a_file_refused(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    with new_folder(out) as folder:
        (folder / "a.txt").write_text("a")
    for path in (out, out / "a.txt"):
        with pytest.raises(UserError, match="already holds something"), new_folder(path):
            pass
    assert (out / "a.txt").read_text() == "a"


def test_a_failure_leaves_nothing(tmp_path):
    with pytest.raises(OSError, match="full"), new_folder(tmp_path / "out") as folder:
        (folder / "a.txt").write_text("a")
        raise OSError("full")
    assert entries(tmp_path) == []


def test_two_at_once_are_refused(tmp_path):
    with new_folder(tmp_path / "out") as folder:
        with pytest.raises(UserError, match="being written"), new_folder(tmp_path / "out"):
            pass
        (folder / "a.txt").write_text("a")
    assert entries(tmp_path / "out") == ["a.txt"]


def test_what_a_killed_process_left_is_cleared_by_the_next(tmp_path):
    code = (
        "import sys; from pathlib import Path; from studio.exporting.folder import new_folder\n"
        "with new_folder(Path(sys.argv[1])) as folder:\n"
        "    (folder / 'old.txt').write_text('x'); print('ready', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "out")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout.readline() == b"ready\n"
        process.kill()
    assert not (tmp_path / "out").exists()
    assert len(entries(tmp_path)) == 1
    with new_folder(tmp_path / "out") as folder:
        (folder / "new.txt").write_text("x")
    assert entries(tmp_path) == ["out"]
    assert entries(tmp_path / "out") == ["new.txt"]
