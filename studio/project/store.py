"""The project's folder and its database: opening, locking, transactions, small settings."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Any, Self
from weakref import WeakSet

import msgspec

from studio.project.database import ProjectError, connect, make_tables, update_tables
from studio.project.lock import ProjectInUse, ProjectLock
from studio.text import tr

SUFFIX = ".seedbed"
DATABASE = "project.db"
STEPS_BETWEEN = 10_000
"""Of SQLite's machine, about a millisecond, between two questions whether to go on."""
INSIDE = "./"
"""How kept places of files in the project's own folder begin."""


class _Held:
    """The connection of one thread, closed when the thread ends and lets go of it: a window starts many threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class Project:
    """An open project, safe to use from several threads: each reads through its own connection, one writes at a time.

    Make one with `Project.create` or `Project.open`, both also context managers; a process holds the project's lock
    from then until `close`.
    """

    def __init__(self, folder: Path, lock: ProjectLock) -> None:
        self.folder = folder
        self._lock = lock
        self._writing = threading.RLock()
        self._local = threading.local()
        self._held: WeakSet[_Held] = WeakSet()

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a new project folder (the suffix `.seedbed` is added) and open it; when that fails, there is none."""
        folder = project_folder(path)
        if folder.exists() and any(folder.iterdir()):
            raise ProjectError(tr("“{path}” already holds something. Choose another name.", path=folder))
        folder.mkdir(parents=True, exist_ok=True)
        try:
            return cls._begin(folder, make_tables)
        except ProjectInUse:  # another program makes it at this moment
            raise
        except BaseException:
            rmtree(folder, ignore_errors=True)
            raise

    @classmethod
    def _begin(cls, folder: Path, prepare: Callable[[Path], None]) -> Self:
        """Take hold of a folder, and make its database ready."""
        project = cls(folder, ProjectLock(folder))
        try:
            prepare(folder / DATABASE)
        except BaseException:
            project.close()
            raise
        return project

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an existing project; `ProjectError` says why not (absent, damaged, in use, of another version)."""
        folder = _absolute(path) if (path / DATABASE).is_file() else project_folder(path)
        if not folder.is_dir():
            raise ProjectError(tr("There is no project at “{path}”.", path=path))
        if not (folder / DATABASE).is_file():
            raise ProjectError(
                tr("“{path}” is incomplete: its project.db is missing. Restore it from a copy.", path=folder)
            )
        project = cls._begin(folder, update_tables)
        try:
            # The lock is ours, so whatever trained has ended with its process.
            project.db.execute("UPDATE run SET state = 'paused' WHERE state = 'running'")
        except BaseException:
            project.close()
            raise
        return project

    def close(self) -> None:
        """Close every connection and release the lock. No thread may use the project any more."""
        for held in list(self._held):
            held.connection.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        return self.folder.stem

    @property
    def db(self) -> sqlite3.Connection:
        """This thread's connection, for reading."""
        held = getattr(self._local, "held", None)
        if held is None:
            held = self._local.held = _Held(connect(self.folder / DATABASE))
            self._held.add(held)
        return held.connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is kept when the block ends, none of it when the block raises."""
        with self._writing:
            connection = self.db
            if connection.in_transaction:  # nested: the outermost block commits
                yield connection
                return
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def stoppable(self, is_unwanted: Callable[[], bool]) -> Iterator[None]:
        """In the block, what this thread asks of the database ends with `sqlite3.OperationalError` soon after it has
        become unwanted; a transaction that it was in is taken back."""
        connection = self.db
        connection.set_progress_handler(is_unwanted, STEPS_BETWEEN)
        try:
            yield
        finally:
            connection.set_progress_handler(None, 0)

    def setting(self, key: str, default: Any = None) -> Any:
        """A small value kept with the project (JSON)."""
        row = self.db.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
        return default if row is None else msgspec.json.decode(row["value"])

    def set_setting(self, key: str, value: Any) -> None:
        with self.writing() as db:
            db.execute("REPLACE INTO setting VALUES (?, ?)", (key, msgspec.json.encode(value).decode()))

    def store_path(self, path: Path) -> str:
        """How a file's place is kept: relative to the project where it lies in it, which may then be renamed, and to
        its parent where it lies beside it, so that both can move."""
        absolute = path.absolute().as_posix()
        for folder, mark in ((self.folder, INSIDE), (self.folder.parent, "")):
            begin = f"{folder.as_posix().rstrip('/')}/"
            if os.path.normcase(absolute).startswith(os.path.normcase(begin)):  # pathlib takes ten times as long
                return f"{mark}{absolute[len(begin) :]}"
        return absolute

    def resolve_path(self, stored: str) -> Path:
        return (self.folder if stored.startswith(INSIDE) else self.folder.parent) / stored


def project_folder(path: Path) -> Path:
    """`path`, absolute, with the suffix of a project folder. Raises `ProjectError` when it cannot be one."""
    path = _absolute(path)
    if not path.name:
        raise ProjectError(tr("“{path}” cannot be a project. Give the project a name.", path=path))
    return path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)


def _absolute(path: Path) -> Path:
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() follows links
    readable = str(absolute).encode("utf-8", "replace").decode()
    if readable != str(absolute):
        raise ProjectError(tr("“{path}” is not valid Unicode. Rename it and try again.", path=readable))
    return absolute
