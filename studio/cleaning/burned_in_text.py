from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from models.events import Event
from studio.cleaning.check import Check, Effort, Finding
from studio.cleaning.text_masks import in_sight, text_boxes
from studio.cleaning.text_search import can_search, search
from studio.project import Project
from studio.project.items import items
from studio.text import tr, trn

MARKED = "json_extract(fields, '$.burned_in_text') = 'YES'"
SUSPECT = f"origin = 'real' AND ({MARKED} OR pixel_sha256 IN (SELECT pixel_sha256 FROM text_box WHERE boxes != '[]'))"
OFTEN = "json_extract(fields, '$.modality') IN ('US', 'IVUS', 'ES', 'XC', 'GM', 'OP', 'SC', 'OT', 'DOC', 'XA', 'RF')"
"""DICOM images of devices that write on their pictures: ultrasound, endoscopy, photos, screenshots, fluoroscopy."""
MANY = 5
"""Lines of text with a score of 1."""


class BurnedInTextSettings(msgspec.Struct, frozen=True):
    everywhere: Annotated[
        bool,
        Meta(
            title="Search all images",
            description=(
                "Otherwise only DICOM images of devices that often write on their pictures are searched for text,"
                " which takes about a second each."
            ),
        ),
    ] = False


class BurnedInText(Check):
    """Images that say that they carry text, or in which text is found, which may name a patient, and is not masked."""

    name = "burned_in_text"
    title = "Text in the image"
    summary = (
        "Names, dates or numbers may be part of the picture, and a generator repeats them. The program can search"
        " pixels for text when its extra “ocr” is installed; without, it goes by what DICOM files say of themselves."
    )
    effort = Effort.MUCH
    reads = ("images", "masked")
    Settings = BurnedInTextSettings
    settings: BurnedInTextSettings
    by_eye = True

    def find(self, project: Project) -> Iterator[Finding | Event]:
        if can_search():
            searched = "1" if self.settings.everywhere else OFTEN
            yield from search(project, list(items(project, f"origin = 'real' AND {searched}")))
        found = [(item, len(in_sight(text_boxes(project, item), item.masked))) for item in items(project, SUSPECT)]
        for item, lines in sorted(found, key=lambda each: -each[1]):
            if lines or not item.masked:
                score = min(1.0, lines / MANY) if lines else 0.5
                yield Finding(item.id, self.name, score, _reason(lines), str(item.path))


def _reason(lines: int) -> str:
    if not lines:
        return tr("The file says that text is burned into the image.")
    return trn("{n} line of text is part of the image.", "{n} lines of text are part of the image.", lines)
