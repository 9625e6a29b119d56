"""The project's database file: connecting to it, making its tables, and seeing that they are those of this program."""

import sqlite3
from contextlib import closing
from pathlib import Path

from studio.errors import UserError
from studio.project.schema import MIGRATIONS
from studio.text import tr

Columns = frozenset[tuple[str, str]]
"""Names of tables with those of their columns."""


class ProjectError(UserError):
    """A project cannot be made or opened."""


def connect(file: Path) -> sqlite3.Connection:
    """A connection that begins no transaction by itself. Rows are `sqlite3.Row`."""
    # check_same_thread: only `Project.close` touches a connection from another thread.
    connection = sqlite3.connect(file, timeout=30, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;")
    return connection


def make_tables(file: Path) -> None:
    """Make the database of a new project."""
    with closing(connect(file)) as db:
        _migrate(db, 0)


def update_tables(file: Path) -> None:
    """Bring the database of an existing project up to date; `ProjectError` says why it is none of this program's."""
    try:
        with closing(connect(file)) as db:
            version = _checked_version(db, file.parent)
            _migrate(db, version)
            if not _columns(db) >= _own_columns():
                raise ProjectError(
                    tr(
                        "“{path}” was made by another version of Seedbed, which kept other things. Open it with that"
                        " version, or make a new project and import the images again.",
                        path=file.parent,
                    )
                )
    except sqlite3.DatabaseError as error:
        raise ProjectError(
            tr("“{path}” is damaged: {reason}. Restore it from a copy.", path=file.parent, reason=error)
        ) from error


def _checked_version(db: sqlite3.Connection, folder: Path) -> int:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise ProjectError(
            tr("“{path}” was made by a newer Seedbed. Install the newer program to open it.", path=folder)
        )
    if version == 0:  # never finished, or made by something else
        raise ProjectError(
            tr(
                "“{path}” holds no project of Seedbed: its project.db is empty or belongs to another program."
                " Restore it from a copy, or choose another folder.",
                path=folder,
            )
        )
    return version


def _migrate(db: sqlite3.Connection, version: int) -> None:
    for number in range(version, len(MIGRATIONS)):
        db.executescript(f"BEGIN; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;")


def _own_columns() -> Columns:
    """What the migrations make."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        _migrate(db, 0)
        return _columns(db)


def _columns(db: sqlite3.Connection) -> Columns:
    rows = db.execute("SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'")
    return frozenset((table, column) for table, column in rows)
