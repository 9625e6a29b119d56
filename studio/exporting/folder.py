"""Folders that appear whole or not at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from studio.errors import UserError
from studio.text import tr

PARTIAL_SUFFIX = ".seedbed-partial"


@contextmanager
def new_folder(path: Path, plan: str = "") -> Iterator[Path]:
    """Fill the yielded folder; when the block ends it takes its place at `path`, when the block raises it is removed.

    It is made beside `path` in a hidden folder with `PARTIAL_SUFFIX`. What a killed process left there is removed by
    the next call for the same path, or yielded again where both calls name the same `plan`, to be gone on with.
    Raises `UserError` when `path` holds something or another process is filling it.
    """
    path = path.absolute()
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise UserError(tr("“{path}” already holds something. Choose a new or empty folder.", path=path))
    partial = path.with_name(f".{path.name}{PARTIAL_SUFFIX}")
    partial.mkdir(parents=True, exist_ok=True)
    lock = FileLock(partial / "lock", is_singleton=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise UserError(
            tr("“{path}” is being written already. Wait for that to end or choose another folder.", path=path)
        ) from None
    try:
        content = _content(partial, plan)
        yield content
        if path.exists():
            path.rmdir()
        content.rename(path)
    finally:
        lock.release()
        shutil.rmtree(partial, ignore_errors=True)


def _content(partial: Path, plan: str) -> Path:
    """The folder to fill, empty unless it was left by a call with the same plan."""
    content, note = partial / "content", partial / "plan"
    is_same = plan and note.exists() and note.read_text(encoding="utf-8") == plan
    if content.exists() and not is_same:
        shutil.rmtree(content)
    note.write_text(plan, encoding="utf-8")
    content.mkdir(exist_ok=True)
    return content
