"""SQLite files beside a project that may be deleted at any time: what they hold can be made again."""

import sqlite3
from pathlib import Path


def open_cache(path: Path, table: str) -> sqlite3.Connection:
    """Open the cache at `path`, for use from any one thread at a time, and make its table as the SQL `table` says.

    A damaged one is begun anew. Raises `sqlite3.OperationalError` for what that would not mend: a full disk, a lock.
    """
    try:
        return _connect(path, table)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        delete_cache(path)
        return _connect(path, table)


def delete_cache(path: Path) -> None:
    for part in ("", "-wal", "-shm"):
        path.with_name(path.name + part).unlink(missing_ok=True)


def _connect(path: Path, table: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=30, check_same_thread=False)
    try:
        db.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; {table}")
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db
