"""What came of an import, and what the user should know of it."""

from collections.abc import Iterator, Sequence

import msgspec

from models.events import Notice
from studio.imaging.normalize import Normalization
from studio.importing.rejections import Rejected
from studio.importing.source import Problem
from studio.text import tr, trn

VISIBLE = 2
"""Pixels that a mark must be wide for a network to see it."""


class ImportResult(msgspec.Struct):
    """What came of an import.

    imported: new images; unchanged: images that the project has already; refreshed: those whose file had another
    content since; moved: files that lay elsewhere before; annotated: images of which annotations say something else
    now; skipped: files that are no images and do not look like any; problems: what the layout says that cannot be
    used, or contradicts the user. frames: images of animations, and volumes of series, beyond the first of each;
    named: images whose folder was not taken as class because it names the patient; burned_in: images that say they
    show text. smallest: how many pixels wide the thinnest mark in the project is at the size that training begins
    with.
    """

    layout: str = ""
    imported: int = 0
    unchanged: int = 0
    refreshed: int = 0
    moved: int = 0
    annotated: int = 0
    rejected: list[Rejected] = []
    skipped: int = 0
    problems: list[Problem] = []
    frames: int = 0
    named: int = 0
    burned_in: int = 0
    smallest: float | None = None


def problems_sentence(problems: Sequence[Problem]) -> str:
    """How many there are, and the first."""
    return trn(
        "{n} entry could not be used: {where}: {what} Mend it and import again.",
        "{n} entries could not be used, the first: {where}: {what} Mend them and import again.",
        len(problems),
        where=problems[0].where,
        what=problems[0].what,
    )


def notices(result: ImportResult) -> Iterator[Notice]:
    """Sentences on what did not come in as it lay there."""
    if not (result.imported or result.refreshed or result.unchanged or result.rejected):
        yield Notice(tr("There are no images in it: PNG, JPEG, TIFF, BMP, WebP, GIF, HEIC, DICOM or NIfTI."), "warn")
    if n := len(result.rejected):
        yield Notice(trn("{n} file could not be imported.", "{n} files could not be imported.", n), "warn")
    if result.problems:
        yield Notice(problems_sentence(result.problems), "warn")
    if n := result.refreshed:
        yield Notice(trn("{n} file had changed and was read again.", "{n} files had changed and were read again.", n))
    if n := result.annotated:
        text = trn(
            "What annotations say of {n} image now was taken over, which can be undone.",
            "What annotations say of {n} images now was taken over, which can be undone.",
            n,
        )
        yield Notice(text)
    if n := result.frames:
        text = trn(
            "Of animations, and of volumes that repeat over time, only the first came in; {n} was left out.",
            "Of animations, and of volumes that repeat over time, only the first came in; {n} were left out.",
            n,
        )
        yield Notice(text, "warn")
    if n := result.named:
        text = trn(
            "{n} image has no class: its folder is named after the patient.",
            "{n} images have no class: their folders are named after patients.",
            n,
        )
        yield Notice(text, "warn")
    if n := result.burned_in:
        text = trn(
            "{n} image says that text is burned into it: look at it before you pass it on.",
            "{n} images say that text is burned into them: look at them before you pass them on.",
            n,
        )
        yield Notice(text, "warn")
    if result.imported and result.smallest is not None and result.smallest < VISIBLE:
        text = tr(
            "At {size} px the smallest mark is only {width:.1f} px wide. Cut the images into tiles, or train larger.",
            width=result.smallest,
            size=Normalization().size,
        )
        yield Notice(text, "warn")
