"""What is known of a run's samples as one page that any browser shows and prints, pictures included."""

import base64
from collections.abc import Iterable, Sequence
from html import escape
from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image

from models.atomic import write_atomically
from studio.errors import UserError
from studio.evaluating.by_class import ClassFigures
from studio.evaluating.evaluate import Evaluation, evaluations, explained, suspect_pairs
from studio.evaluating.meaning import TITLES, Reading, formatted, honesty_readings, real_range
from studio.evaluating.usefulness import Usefulness, kept_usefulness
from studio.evaluating.verdict import ARM_TITLES, FIGURE_TITLES, compared, headline, in_percent, interval, verdicts
from studio.project import Project
from studio.project.runs import find_run
from studio.text import tr

SPACE = 4
SHOWN_SIDE = 96
MARKS = {"good": "✓", "warn": "!", "unknown": "–"}
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1d2330; max-width: 60em; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; margin: .5em 0 1.5em; }
td, th { text-align: left; padding: .25em .8em; border-bottom: 1px solid #e3e6eb; vertical-align: top; }
th, .note { color: #667085; font-weight: 400; }
.good { color: #1a8f5a; } .warn { color: #b7791f; }
img { image-rendering: auto; max-width: 100%; }
"""


def write_report(project: Project, run: str, path: Path) -> None:
    """Write the newest evaluation and usefulness test of a run as HTML. Raises `UserError` or `OSError`."""
    write_atomically(path, html_report(project, run).encode())


def html_report(project: Project, run: str) -> str:
    """The page. Raises `UserError` for a run that was not judged yet."""
    judged = [each for each in evaluations(project) if each.run == find_run(project, run).name]
    if not judged:
        raise UserError(tr("The run “{name}” has not been judged yet: evaluate it first.", name=run))
    found, tested = judged[-1], kept_usefulness(project, run)
    title = tr("{project}: samples of {run}", project=project.name, run=run)
    sections = [
        f"<h1>{escape(title)}</h1>",
        _figures(project, found),
        _copies(project, found),
        _classes(found.classes),
        "" if tested is None else _usefulness(tested),
    ]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return f"<!doctype html><html><head>{head}</head><body>{''.join(sections)}</body></html>\n"


def _figures(project: Project, found: Evaluation) -> str:
    samples, real = msgspec.structs.asdict(found.matched), msgspec.structs.asdict(found.floor)
    meanings, instant = explained(project, found)
    line = [tr("Instant")] if instant else []
    heads = ("", tr("Figure"), tr("Samples"), tr("Real images"), *line, tr("What it means"))
    rows = [
        (
            _mark(reading),
            escape(tr(TITLES[reading.name])),
            formatted(reading.name, samples[reading.name]),
            real_range(reading.name, real[reading.name], found.margins.get(reading.name)),
            *([formatted(reading.name, instant.get(reading.name))] if instant else []),
            escape(reading.sentence),
        )
        for reading in meanings
    ]
    note = tr(
        "{n:,} samples against {real:,} unseen real images, {extractor}",
        n=found.matched.n,
        real=found.floor.n,
        extractor=found.extractor,
    )
    facts = tr("Checkpoint {name}, judged {date}.", name=found.checkpoint, date=found.created[:10])
    return f"<h2>{escape(tr('Figures'))}</h2>{_note(facts)}{_note(note)}{_table(heads, rows)}"


def _copies(project: Project, found: Evaluation) -> str:
    said = "".join(f"<p>{_mark(each)} {escape(each.sentence)}</p>" for each in honesty_readings(found.honesty))
    if not found.suspects:
        return f"<h2>{escape(tr('Copies?'))}</h2>{said}"
    note = tr("the samples most like a real image, above; the training image, below")
    distances = ", ".join(f"{suspect.distance:.2f}" for suspect in found.suspects)
    told = tr("Distances, where 1 is what unseen real images have and below 0.25 is a copy: {list}.", list=distances)
    picture = _picture(suspect_pairs(project, found.run))
    return f"<h2>{escape(tr('Copies?'))}</h2>{said}{_note(note)}{picture}{_note(told)}"


def _classes(classes: Sequence[ClassFigures]) -> str:
    if not classes:
        return ""
    heads = (tr("Class"), tr("Learned from"), tr("Believable"), tr("Variety"), tr("Recognized"))
    rows = [
        (
            escape(each.label),
            f"{each.learned:,}",
            f"{each.believable:.0%} ({each.believable_real:.0%})",
            f"{each.variety:.0%} ({each.variety_real:.0%})",
            f"{each.recognized:.0%} ({each.recognized_real:.0%})",
        )
        for each in classes
    ]
    note = _note(tr("in brackets: as many held-out real images of the class"))
    return f"<h2>{escape(tr('By class'))}</h2>{note}{_table(heads, rows)}"


def _usefulness(found: Usefulness) -> str:
    heads = (
        "",
        *(tr(FIGURE_TITLES[name]) for name in found.arms[0].figures),
        tr("Points more {figure} (95% interval)", figure=tr(FIGURE_TITLES[found.figure])),
    )
    rows = [
        (
            escape(tr(ARM_TITLES[arm.name])),
            *map(in_percent, arm.figures.values()),
            interval(arm.gains[found.figure]) if arm.gains else "",
        )
        for arm in found.arms
    ]
    said = "".join(f"<p>{_mark(each)} {escape(each.sentence)}</p>" for each in verdicts(found))
    answer = f"<p><strong>{escape(headline(found))}</strong></p>"
    return f"<h2>{escape(tr('Does it help?'))}</h2>{answer}{said}{_table(heads, rows)}{_note(*compared(found))}"


def _table(heads: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are HTML already."""
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _mark(reading: Reading) -> str:
    return f'<span class="{reading.state}">{MARKS[reading.state]}</span>'


def _note(*sentences: str) -> str:
    return f'<p class="note">{escape(" ".join(sentences))}</p>'


def _picture(pairs: np.ndarray) -> str:
    """Pairs uint8 (k, 2, H, W, C) side by side, each sample above its real image, as an image inside the page."""
    k, _, height, width, channels = pairs.shape
    sheet = np.full((2 * (height + SPACE), k * (width + SPACE), channels), 255, np.uint8)
    for column, pair in enumerate(pairs):
        for row, pixels in enumerate(pair):
            top, left = row * (height + SPACE), column * (width + SPACE)
            sheet[top : top + height, left : left + width] = pixels
    content = BytesIO()
    Image.fromarray(sheet[:, :, 0] if channels == 1 else sheet).save(content, "PNG")
    encoded = base64.b64encode(content.getvalue()).decode()
    shown = sheet.shape[1] * max(1, SHOWN_SIDE // width)
    return f'<img width="{shown}" alt="" src="data:image/png;base64,{encoded}">'
