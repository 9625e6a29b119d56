"""Columns of tables that name people: the identifier of a patient becomes a pseudonym, everything else stays out.

What DICOM headers say is filtered by `dicom_header`; a table has no tags, so the names of its columns must tell.
"""

import re

from studio.importing.pseudonyms import pseudonym
from studio.importing.source import Problem
from studio.text import tr

PATIENT = "patient"
_ENGLISH = ("patient", "patientid", "patientno", "patientnumber", "subject", "subjectid", "mrn", "caseid")
_CHINESE = ("患者", "患者id", "患者编号", "病人", "病人id", "病人编号", "病历号", "住院号", "门诊号")
IDENTIFIERS = frozenset((*_ENGLISH, *_CHINESE))
"""Names of columns, letters only, whose value tells patients apart."""
NAMES_PEOPLE = re.compile(
    "patientname|firstname|lastname|surname|givenname|fullname|birth|dob$|ssn|insurance|phone|address|email|accession"
    "|studydate|examdate|scandate|姓名|出生|生日|身份证|电话|手机|住址|地址|检查日期"
)


class Privacy:
    """Filters the fields of files, and remembers which columns it left out."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._left_out: set[str] = set()

    def kept(self, fields: dict[str, str]) -> dict[str, str]:
        kept: dict[str, str] = {}
        for name, value in fields.items():
            plain = re.sub(r"[\W_]+", "", name.casefold())
            if plain in IDENTIFIERS:
                kept[PATIENT] = pseudonym(self._key, PATIENT, value)
            elif NAMES_PEOPLE.search(plain):
                self._left_out.add(name)
            else:
                kept[name] = value
        return kept

    def problems(self) -> list[Problem]:
        what = tr("This column names people and was left out.")
        return [Problem(name, what) for name in sorted(self._left_out)]
