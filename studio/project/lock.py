"""One program at a time works in a project; who does is said by name."""

import os
import socket
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from studio.errors import UserError
from studio.text import tr


class ProjectInUse(UserError):
    """Another program, named in the sentence, has the project open."""


class Holder(msgspec.Struct):
    """Who holds a project: kept beside the lock for the sentence only; the operating system's lock decides."""

    host: str
    process: int


class ProjectLock:
    """The operating system's lock on `project.lock`; it falls with the process, however that ends.

    Raises `ProjectInUse` when another process, or this one, has it already.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = FileLock(folder / "project.lock", is_singleton=False)
        self._note = folder / "project.holder"
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise ProjectInUse(self._who(folder)) from None
        try:
            self._note.write_bytes(msgspec.json.encode(Holder(socket.gethostname(), os.getpid())))
        except OSError:
            self.release()
            raise

    def release(self) -> None:
        self._note.unlink(missing_ok=True)
        self._lock.release()

    def _who(self, folder: Path) -> str:
        try:
            holder = msgspec.json.decode(self._note.read_bytes(), type=Holder)
        except (OSError, msgspec.DecodeError):
            return tr("“{name}” is open in another program. Close it there first.", name=folder.stem)
        return tr(
            "“{name}” is open in process {process} on {host}. Close it there first.",
            name=folder.stem,
            process=holder.process,
            host=holder.host,
        )
