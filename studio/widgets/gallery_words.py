"""The gallery's filters and orders in words."""

from studio.cleaning import CHECKS
from studio.project.browse import ANY_FINDING, Filter
from studio.project.items import FILE_ORDER
from studio.text import tr

SCORE_TITLES = {
    "sharpness": "sharpness",
    "contrast": "contrast",
    "light": "brightness of the light parts",
    "shade": "brightness of the dark parts",
    "color": "color",
    "black": "darkest value",
    "white": "brightest value",
    "clipped": "share at the brightest value",
    "isolation": "distance from the images most like it",
}
SPLIT_TITLES = {"train": "training", "validation": "validation", "test": "test", "": "not split"}
DECISION_TITLES = {"exclude": "set aside", "keep": "kept", "": "not decided"}


def score_title(name: str) -> str:
    return tr(SCORE_TITLES[name]) if name in SCORE_TITLES else name


def field_title(name: str) -> str:
    return tr("file order") if name == FILE_ORDER else name


def check_title(name: str) -> str:
    titles = {check.name: tr(check.title) for check in CHECKS}
    return tr("anything") if name == ANY_FINDING else titles.get(name, name)


def label_title(label: str) -> str:
    return label or tr("no label")


def in_words(shown: Filter) -> str:
    """What is shown, but for the text searched, which stands in its own field."""
    words = []
    if shown.label is not None:
        words.append(label_title(shown.label))
    if shown.split is not None:
        words.append(tr(SPLIT_TITLES[shown.split]))
    if shown.decision is not None:
        words.append(tr(DECISION_TITLES[shown.decision]))
    if shown.check is not None:
        words.append(tr("found: {check}", check=check_title(shown.check)))
    if shown.field is not None:
        words.append(tr("{field}: {value}", field=shown.field[0], value=shown.field[1]))
    if shown.score is not None:
        low, high = (f"{end:,.4g}" for end in (shown.score.low, shown.score.high))
        words.append(tr("{score} {low} to {high}", score=score_title(shown.score.name), low=low, high=high))
    return " · ".join(words)
