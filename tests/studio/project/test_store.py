"""A project opens whole, once at a time, or says in a sentence why it does not."""

import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from studio.errors import UserError, explain
from studio.project import Project, ProjectError
from studio.project.items import NewItem, add_items, class_counts, class_id_of, classes, count, item, items
from studio.project.lock import ProjectInUse
from studio.project.schema import MIGRATIONS


def new_item(path, **values):
    return NewItem(
        path=path, sha256=path.name, pixel_sha256=path.name, width=4, height=3, channels=1, depth=8, **values
    )


def test_a_project_made_is_found_again(tmp_path):
    with Project.create(tmp_path / "cells") as made:
        add_items(made, [new_item(tmp_path / "a.png", label="good", fields={"lot": "7"}, scores={"contrast": 0.5})])
        made.set_setting("answer", {"up": True})
    with Project.open(tmp_path / "cells") as again:
        (found,) = items(again)
        assert (found.path, found.label, found.fields) == (tmp_path / "a.png", "good", {"lot": "7"})
        assert again.setting("answer") == {"up": True}
        assert again.name == "cells"


def test_the_same_image_is_added_once(tmp_path, project):
    assert len(add_items(project, [new_item(tmp_path / "a.png")])) == 1
    assert add_items(project, [new_item(tmp_path / "a.png")]) == []
    assert count(project) == 1


def test_images_beside_the_project_move_with_it(tmp_path):
    (tmp_path / "here").mkdir()
    with Project.create(tmp_path / "here" / "cells") as project:
        add_items(project, [new_item(tmp_path / "here" / "photos" / "a.png"), new_item(tmp_path / "far.png")])
    (tmp_path / "here").rename(tmp_path / "there")
    with Project.open(tmp_path / "there" / "cells") as project:
        assert [each.path for each in items(project)] == [
            tmp_path / "there" / "photos" / "a.png",
            tmp_path / "far.png",
        ]


def test_a_project_opens_once_at_a_time_and_names_who_has_it(tmp_path):
    with Project.create(tmp_path / "cells"), pytest.raises(ProjectInUse, match=r"open in process \d+"):
        Project.open(tmp_path / "cells")
    Project.open(tmp_path / "cells").close()


def test_a_killed_program_leaves_the_project_free(tmp_path):
    script = (
        "import sys, time; from pathlib import Path; from studio.project import Project;"
        "project = Project.create(Path(sys.argv[1])); project.set_setting('step', 1);"
        "print('ready', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", script, tmp_path / "cells"], stdout=subprocess.PIPE)
    assert child.stdout is not None and child.stdout.readline() == b"ready\n"
    child.send_signal(signal.SIGKILL)
    child.communicate()
    with Project.open(tmp_path / "cells") as project:
        assert project.setting("step") == 1


def test_what_is_no_project_is_said_in_a_sentence(tmp_path):
    with pytest.raises(ProjectError, match="no project at"):
        Project.open(tmp_path / "nothing")
    Project.create(tmp_path / "cells").close()
    (tmp_path / "cells.seedbed" / "project.db").unlink()
    with pytest.raises(ProjectError, match=r"project\.db is missing"):
        Project.open(tmp_path / "cells")
    with pytest.raises(ProjectError, match="already holds something"):
        Project.create(tmp_path / "cells")


def test_a_damaged_or_newer_project_is_refused_and_left_free(tmp_path):
    Project.create(tmp_path / "cells").close()
    database = tmp_path / "cells.seedbed" / "project.db"
    shutil.copy(database, tmp_path / "good.db")
    database.write_bytes(b"not a database at all, whatever it was before" * 100)
    for leftover in database.parent.glob("project.db-*"):
        leftover.unlink()
    with pytest.raises(UserError, match="damaged"):
        Project.open(tmp_path / "cells")
    shutil.copy(tmp_path / "good.db", database)
    raw = sqlite3.connect(database)
    raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(ProjectError, match="newer Seedbed"):
        Project.open(tmp_path / "cells")


@pytest.fixture
def database(tmp_path):
    """That of a project, for doing it harm."""
    Project.create(tmp_path / "cells").close()
    return tmp_path / "cells.seedbed" / "project.db"


@pytest.mark.parametrize(
    "harm",
    ["ALTER TABLE item DROP COLUMN masked", "DROP TABLE relative", "ALTER TABLE likeness RENAME COLUMN turn TO turned"],
)
def test_a_project_of_another_version_says_what_to_do(database, harm):
    with closing(sqlite3.connect(database)) as raw:
        raw.executescript("DROP TRIGGER image_masked; DROP INDEX item_masked;" + harm)
    before = database.read_bytes()
    with pytest.raises(ProjectError, match=r"another version of Seedbed.*import the images again"):
        Project.open(database.parent)
    assert database.read_bytes() == before


@pytest.mark.parametrize("content", ["", "CREATE TABLE song (title)"])
def test_a_database_of_another_program_is_left_alone(database, content):
    database.unlink()
    with closing(sqlite3.connect(database)) as raw:
        raw.executescript(content)
    with pytest.raises(ProjectError, match="no project of Seedbed"):
        Project.open(database.parent)
    with closing(sqlite3.connect(database)) as raw:
        assert len(raw.execute("SELECT * FROM sqlite_schema").fetchall()) == bool(content)


def test_a_database_cut_off_is_damaged(database):
    database.write_bytes(database.read_bytes()[:6000])
    with pytest.raises(ProjectError, match=r"damaged.*Restore it from a copy"):
        Project.open(database.parent)


def test_a_failed_transaction_leaves_nothing(project, tmp_path):
    with pytest.raises(RuntimeError), project.writing():
        add_items(project, [new_item(tmp_path / "a.png", label="good")])
        raise RuntimeError
    assert count(project) == 0 and classes(project) == []


def test_threads_read_what_another_wrote(project, tmp_path):
    writer = threading.Thread(target=lambda: add_items(project, [new_item(tmp_path / "a.png")]))
    writer.start()
    writer.join()
    assert count(project) == 1


def test_counts_name_every_class_and_leave_out_what_is_set_aside(project, tmp_path):
    first, _, _ = add_items(
        project, [new_item(tmp_path / f"{n}.png", label=label) for n, label in enumerate(["a", "b", None])]
    )
    with project.writing() as db:
        db.execute("UPDATE item SET decision = 'exclude' WHERE id = ?", (first,))
    assert class_counts(project) == {"a": 0, "b": 1, None: 1}
    with pytest.raises(KeyError):
        item(project, 99)


def test_a_full_disk_is_explained(project):
    pages = project.db.execute("PRAGMA page_count").fetchone()[0]
    project.db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(sqlite3.OperationalError) as error:
        project.set_setting("big", "x" * 1_000_000)
    assert "disk is full" in (explain(error.value) or "")
    assert project.setting("big") is None


def test_connection_of_an_ended_thread_is_closed(tmp_path):
    with Project.create(tmp_path / "cells") as project:
        used = []

        def read() -> None:
            project.db.execute("SELECT 1")
            used.append(project.db)

        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            used[0].execute("SELECT 1")
        project.db.execute("SELECT 1")


def test_a_project_of_an_earlier_version_is_brought_up_to_date(tmp_path, monkeypatch):
    with Project.create(tmp_path / "old") as project:
        class_id_of(project, "scratch")
    later = (*MIGRATIONS, "CREATE TABLE later (id INTEGER PRIMARY KEY);")
    monkeypatch.setattr("studio.project.database.MIGRATIONS", later)
    with Project.open(tmp_path / "old") as project:
        assert classes(project) == ["scratch"]
        assert project.db.execute("PRAGMA user_version").fetchone()[0] == len(later)
        assert project.db.execute("SELECT count(*) FROM later").fetchone()[0] == 0


def test_a_project_is_known_by_its_folder_however_that_is_given(tmp_path, monkeypatch):
    Project.create(tmp_path / "sub" / ".." / "cells").close()
    monkeypatch.chdir(tmp_path / "cells.seedbed")
    with Project.open(Path()) as project:
        assert project.folder == tmp_path / "cells.seedbed"
        assert project.name == "cells"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not allow such names")
def test_names_that_no_project_can_have(tmp_path):
    for path in (Path("/"), tmp_path / "caf\udce9"):
        with pytest.raises(ProjectError) as refused:
            Project.create(path)
        str(refused.value).encode()


def test_a_project_that_cannot_be_made_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("studio.project.database.MIGRATIONS", ("CREATE nonsense;",))
    with pytest.raises(sqlite3.OperationalError):
        Project.create(tmp_path / "cells")
    assert not any(tmp_path.iterdir())
    monkeypatch.undo()
    Project.create(tmp_path / "cells").close()


def test_images_in_the_project_come_along_when_it_is_renamed(tmp_path):
    with Project.create(tmp_path / "cells") as project:
        add_items(project, [new_item(project.folder / "images" / "a.png")])
    (tmp_path / "cells.seedbed").rename(tmp_path / "parts.seedbed")
    with Project.open(tmp_path / "parts") as project:
        assert [each.path for each in items(project)] == [tmp_path / "parts.seedbed" / "images" / "a.png"]
