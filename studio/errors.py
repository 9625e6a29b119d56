"""Failures as one sentence that a user can act on."""

import errno
import sqlite3

import msgspec

from models.errors import ModelError
from studio.text import tr


class UserError(Exception):
    """Something could not be done; the message is one clear sentence with what to do about it."""


def explain(error: BaseException) -> str | None:
    """The sentence for an error a user can cause or mend; None for a defect of the program."""
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, ModelError):
        return tr(error.template, **error.values)
    if (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)) or _is_full(error):
        return tr("The disk is full. Free some space and try again; nothing half-written was kept.")
    if isinstance(error, PermissionError):
        return tr("No permission for “{path}”. Choose another place or ask for access.", path=error.filename)
    if isinstance(error, FileNotFoundError):
        return tr(
            "“{path}” is not there any more. Check that the folder or drive is connected.",
            path=error.filename,
        )
    if isinstance(error, OSError):
        return tr("“{path}” could not be used: {reason}.", path=error.filename, reason=error.strerror)
    if isinstance(error, MemoryError):
        return tr("There is not enough memory. Choose a smaller image size or fewer images.")
    if isinstance(error, sqlite3.ProgrammingError):
        return None
    if isinstance(error, sqlite3.DatabaseError | msgspec.DecodeError):
        return tr("The project file is damaged: {reason}. Restore it from a copy.", reason=error)
    return None


def _is_full(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode == sqlite3.SQLITE_FULL
