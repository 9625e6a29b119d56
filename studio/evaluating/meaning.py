"""What figures mean, in sentences, beside what unseen real images score."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from studio.text import tr, trn

if TYPE_CHECKING:
    from models.metrics import Honesty

Figures = Mapping[str, float | None]

TITLES = {
    "fid": "Likeness (FID)",
    "kid": "Likeness, whatever the number (KID)",
    "precision": "Believable (precision)",
    "recall": "Variety (recall)",
    "coverage": "Variety (coverage)",
    "ssim": "Alike among themselves (SSIM)",
    "nearest": "Newness (nearest real image)",
}
"""By figure, in the order in which they are shown; translated where they are shown."""
SHARES = ("precision", "recall", "coverage", "copies")
UNKNOWN = "unknown"
USUAL_MARGIN, USUAL_KID_MARGIN = 0.1, 100.0
FEWEST = 50
"""Held-out images with fewer of which figures change more by chance than from run to run."""


class Reading(msgspec.Struct, frozen=True):
    """What one figure means; `state` is good, warn or unknown."""

    name: str
    state: str
    sentence: str


def readings(
    figures: Figures,
    floor: Figures,
    n: int,
    instant: Figures | None = None,
    margins: Mapping[str, float] | None = None,
) -> list[Reading]:
    """What the samples' figures mean beside those of as many unseen real images (`floor`), of which there are `n`.

    instant: the figures of Instant on the same data, where another family is judged. margins: how far from the floor
    other unseen images would score by chance; where that is not known, a tenth of the floor, of KID 100. With few
    unseen images only what is said of each sample by itself, whether it is a copy, has a meaning.
    """
    beside = _Beside(floor, instant or {}, margins or {})
    return [
        _too_few(name, n) if n < FEWEST and name != "nearest" else _reading(name, figures, beside) for name in TITLES
    ]


class _Beside(msgspec.Struct, frozen=True):
    """What figures are read beside."""

    floor: Figures
    instant: Figures
    margins: Mapping[str, float]

    def margin(self, name: str) -> float:
        usual = USUAL_KID_MARGIN if name == "kid" else USUAL_MARGIN * abs(self.floor.get(name) or 0.0)
        return self.margins.get(name, usual)


def honesty_readings(honesty: "Honesty | None") -> list[Reading]:
    """Whether samples are copies in disguise or blends of a few training images, beside unseen real images."""
    if honesty is None:
        return [Reading("honesty", UNKNOWN, tr("Too few images to look for blends and copies in disguise."))]
    return [_isolation(honesty), _blends(honesty)]


def formatted(name: str, value: float | None) -> str:
    """A figure as it is shown."""
    if value is None:
        return "–"
    if name in SHARES:
        return f"{value:.0%}"
    text = f"{value:,.0f}" if name in ("fid", "kid") else f"{value:.2f}"
    return text.replace("-", "−")


def real_range(name: str, real: float | None, margin: float | None) -> str:
    """What unseen real images score: from the least to the most that chance would do, where that is known."""
    if real is None or margin is None:
        return formatted(name, real)
    low = real - margin if name == "kid" else max(0.0, real - margin)
    high = min(1.0, real + margin) if name in SHARES else real + margin
    return tr("{low} to {high}", low=formatted(name, low), high=formatted(name, high))


def _isolation(honesty: "Honesty") -> Reading:
    if not honesty.holds_copies:
        sentence = tr(
            "No closer to a single training image than unseen real images are (isolation {n:.2f} of theirs).",
            n=honesty.isolation,
        )
        return Reading("isolation", "good", sentence)
    sentence = tr(
        "{share:.0%} of the samples keep conspicuously close to a single training image (unseen real images: 5%).",
        share=honesty.isolated,
    )
    return Reading("isolation", "warn", sentence)


def _blends(honesty: "Honesty") -> Reading:
    values = {"n": honesty.blend_of_5, "share": honesty.blended}
    if not honesty.holds_blends:
        sentence = tr("No blends: five training images leave {n:.2f} of what they leave of unseen real ones.", **values)
        return Reading("blends", "good", sentence)
    sentence = tr(
        "Samples are blends of a few training images: five of them leave {n:.2f} of what they leave of unseen real"
        " ones, and {share:.0%} of the samples stand out (unseen: 5%).",
        **values,
    )
    return Reading("blends", "warn", sentence)


def _too_few(name: str, n: int) -> Reading:
    sentence = trn(
        "{n} held-out image is too few to say: Label can hold out more.",
        "{n} held-out images are too few to say: Label can hold out more.",
        n,
    )
    return Reading(name, UNKNOWN, sentence)


def _reading(name: str, figures: Figures, beside: _Beside) -> Reading:
    value, real, line = figures.get(name), beside.floor.get(name), beside.instant.get(name)
    if value is None:
        return Reading(name, UNKNOWN, tr("Too few images to say."))
    if name == "kid" and line is not None and (real is None or value > real + beside.margin(name)):
        return Reading(name, *_beside_instant(value, line))
    if real is None:
        return Reading(name, UNKNOWN, tr("Too few held-out images to compare with."))
    if name == "nearest":
        return Reading(name, *_newness(value, figures.get("copies") or 0.0, beside.floor.get("copies") or 0.0))
    if name == "fid" and value <= real + beside.margin(name) and _is_beyond("kid", figures, beside):
        sentence = tr("No farther than unseen real images may score by chance, but KID tells the samples from them.")
        return Reading(name, UNKNOWN, sentence)
    return Reading(name, *_MEANINGS[name](value, real, beside.margin(name)))


def _is_beyond(name: str, figures: Figures, beside: _Beside) -> bool:
    """Whether a figure that is best when low is higher than chance would make that of unseen real images."""
    value, real = figures.get(name), beside.floor.get(name)
    return value is not None and real is not None and value > real + beside.margin(name)


def _fid(value: float, real: float, margin: float) -> tuple[str, str]:
    times = value / max(real, 1e-9)
    if value <= real + margin:
        return "good", tr("As close to your images as unseen real ones, as far as so many can tell.")
    return "warn", tr(
        "{times:.1f} times as far from your images as unseen real ones, which score {low} to {high}.",
        times=times,
        low=formatted("fid", max(0.0, real - margin)),
        high=formatted("fid", real + margin),
    )


def _kid(value: float, real: float, margin: float) -> tuple[str, str]:
    if value <= real + margin:
        return "good", tr("Not to be told from unseen real images, as far as so many can tell.")
    return "warn", tr(
        "KID {value}, where unseen real images score {low} to {high}. Compare runs by it: the lower, the better.",
        value=formatted("kid", value),
        low=formatted("kid", real - margin),
        high=formatted("kid", real + margin),
    )


def _beside_instant(value: float, instant: float) -> tuple[str, str]:
    line = formatted("kid", instant)
    if value < instant:
        return "good", tr("Better than Instant (KID {instant}): these minutes were well spent.", instant=line)
    return "warn", tr("Instant is better (KID {instant}). Train longer, or use Instant.", instant=line)


def _precision(value: float, real: float, margin: float) -> tuple[str, str]:
    sentence = tr(
        "{share:.0%} of the samples look like one of your images; of unseen real ones {real:.0%} do.",
        share=value,
        real=real,
    )
    return "good" if value >= real - margin else "warn", sentence


def _recall(value: float, real: float, margin: float) -> tuple[str, str]:
    if value >= real - margin:
        return "good", tr("The samples span what unseen real images span.")
    return "warn", tr("Some of your images lie outside of what the samples span: rare kinds may be missing.")


def _coverage(value: float, real: float, margin: float) -> tuple[str, str]:
    values = {"share": value, "real": real}
    if value >= real - margin:
        return "good", tr("Samples vary as much as your images (coverage {share:.2f} of {real:.2f}).", **values)
    return "warn", tr(
        "Samples vary less than your images (coverage {share:.2f} of {real:.2f}). More minutes help; so do more images"
        " of rare classes.",
        **values,
    )


def _ssim(value: float, real: float, margin: float) -> tuple[str, str]:
    if value <= real + max(margin, 0.25 * (1 - real)):
        return "good", tr("Two samples differ as much as two of your images.")
    return "warn", tr("Samples are more alike than your images are: they lack variety or fine detail.")


def _newness(value: float, copies: float, real_copies: float) -> tuple[str, str]:
    if copies > real_copies + 0.01:
        return "warn", tr(
            "{share:.1%} of the samples repeat a training image: look at the pairs below before you share any.",
            share=copies,
        )
    if value < 0.5:
        return "warn", tr(
            "The samples are closer to training images than unseen real ones are: look at the pairs below."
        )
    if copies:
        return "good", tr("No more copies of training images than among unseen real ones.")
    return "good", tr("None is a copy of a training image.")


_MEANINGS: dict[str, Callable[[float, float, float], tuple[str, str]]] = {
    "fid": _fid,
    "kid": _kid,
    "precision": _precision,
    "recall": _recall,
    "coverage": _coverage,
    "ssim": _ssim,
}
