"""Which errors the user can mend, and which are defects of the program."""

import sqlite3

from studio.errors import explain


def test_a_damaged_project_file_is_told_from_a_defect_that_reads_a_closed_one(tmp_path) -> None:
    (tmp_path / "project.db").write_bytes(b"no database" * 100)
    file = sqlite3.connect(tmp_path / "project.db")
    damaged = _error(file)
    assert "is damaged" in (explain(damaged) or "")
    file.close()
    assert explain(_error(file)) is None


def _error(file: sqlite3.Connection) -> sqlite3.Error:
    try:
        file.execute("SELECT * FROM item")
    except sqlite3.Error as error:
        return error
    raise AssertionError
