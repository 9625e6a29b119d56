"""What of a DICOM header the project keeps: nothing that names a patient.

PS3.15, Annex E lists the attributes that may identify someone (Table E.1-1). Attributes that it does not list are kept
by name, the few here and no others. The identifiers, which it wants removed or replaced, are replaced: by a keyed hash,
so that images of one patient can be kept together without anyone knowing whose they are.
"""

import re
from collections.abc import Iterable, Iterator

import numpy as np
from pydicom.dataset import Dataset

from studio.imaging.dicom import DAMAGED_HEADER
from studio.importing.pseudonyms import pseudonym

KEPT = {
    "modality": ("Modality",),
    "body_part": ("BodyPartExamined",),
    "laterality": ("ImageLaterality", "Laterality"),
    "view": ("ViewPosition",),
    "burned_in_text": ("BurnedInAnnotation",),
}
"""Codes, as fields of the item by the attributes that they come from, the first that has a value."""
CODE = re.compile(r"[A-Z0-9 _]{1,16}")
"""A code string (PS3.5, 6.2). What is longer or in small letters was typed by someone, and may be anything."""
HASHED = {
    "patient": ("IssuerOfPatientID", "PatientID"),
    "study": ("StudyInstanceUID",),
    "series": ("SeriesInstanceUID",),
    "camera": ("Manufacturer", "DeviceSerialNumber", "ManufacturerModelName"),
}
"""Identifiers by the field that their hash becomes; the last of each must have a value."""
MOST_INSTANCES = 99_999
"""A greater number of an image in its series may be a date, or the number of a patient."""
IDENTIFYING = ("PatientID", "AccessionNumber", "StudyDate", "PatientBirthDate", "StudyInstanceUID", "SeriesInstanceUID")
SHORTEST_PART = 4
"""Characters from which on an identifier counts also as a part of a text."""


def fields_of(header: Dataset, key: bytes) -> dict[str, str]:
    """The fields of an item: the codes that are kept, and pseudonyms in place of identifiers."""
    codes = {field: _first(header, keywords) for field, keywords in KEPT.items()}
    fields = {field: code for field, code in codes.items() if CODE.fullmatch(code) and not names_patient(header, code)}
    for field, keywords in HASHED.items():
        identifier = [_text(header, keyword) for keyword in keywords]
        if identifier[-1]:
            fields[field] = pseudonym(key, field, *identifier)
    return fields | _place(header)


def names_patient(header: Dataset, text: str) -> bool:
    """Whether a text, such as the name of a folder, says who the patient is or when they were examined."""
    words = set(_words(text))
    if words & set(_names(header)):
        return True
    joined = "".join(_words(text))
    identifiers = ("".join(_words(_text(header, keyword))) for keyword in IDENTIFYING)
    return any(each and (each == joined or (len(each) >= SHORTEST_PART and each in joined)) for each in identifiers)


def _place(header: Dataset) -> dict[str, str]:
    """Where an image stands in its series: its number, or, where it has none, how far along the axis it was taken."""
    number = _text(header, "InstanceNumber")
    if number.isdecimal() and int(number) <= MOST_INSTANCES:
        return {"instance": number}
    try:
        position, rows = np.array(header.ImagePositionPatient), np.array(header.ImageOrientationPatient).reshape(2, 3)
        along = float(np.cross(*rows) @ position)
    except DAMAGED_HEADER:
        return {}
    return {"position_mm": f"{along:.2f}"} if np.isfinite(along) else {}


def _first(header: Dataset, keywords: Iterable[str]) -> str:
    return next(filter(None, (_text(header, keyword) for keyword in keywords)), "")


def _names(header: Dataset) -> Iterator[str]:
    """The parts of the patient's names, single letters left out."""
    for keyword in ("PatientName", "OtherPatientNames", "PatientBirthName"):
        yield from (word for word in _words(_text(header, keyword)) if len(word) > 1)


def _text(header: Dataset, keyword: str) -> str:
    """The value of an attribute; empty where it is absent or damaged."""
    try:
        return str(header.get(keyword) or "").strip()
    except DAMAGED_HEADER:
        return ""


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())
