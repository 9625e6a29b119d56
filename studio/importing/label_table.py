"""Classes and fields of files from a table."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from studio.importing.source import SourceFile
from studio.labeling.table import match_files, read_table


def with_labels(files: Sequence[SourceFile], table: Path) -> tuple[list[SourceFile], list[str]]:
    """The files with what a table says of them, and its files that match none or several. Raises `UserError`."""
    rows = read_table(table)
    matches = match_files([row.file for row in rows], [file.path for file in files])
    by_path = {matches.found[row.file]: row for row in rows if row.file in matches.found}
    labeled = [
        msgspec.structs.replace(file, label=row.label, fields=row.fields) if (row := by_path.get(file.path)) else file
        for file in files
    ]
    return labeled, matches.unmatched + matches.ambiguous
