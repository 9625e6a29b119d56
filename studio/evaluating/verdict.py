"""What a usefulness test says, in sentences that can say "no benefit found"."""

from models.usefulness import Gain
from studio.evaluating.meaning import UNKNOWN, Reading
from studio.evaluating.usefulness import Arm, Usefulness
from studio.text import tr, trn

ARM_TITLES = {
    "real": "Real images alone",
    "augmented": "With augmented images",
    "synthetic": "With synthetic images",
    "both": "With both",
}
"""Titles by name; translated where they are shown."""
FIGURE_TITLES = {"auroc": "AUROC", "balanced_accuracy": "Balanced accuracy", "accuracy": "Accuracy"}


def headline(found: Usefulness) -> str:
    """The answer, in a sentence."""
    states = {reading.name: reading.state for reading in verdicts(found)}
    helpful = [name for name, state in states.items() if state == "good"]
    if helpful:
        best = max((arm for arm in found.arms if arm.name in helpful), key=lambda arm: arm.figures[found.figure])
        return _HELPFUL[best.name]()
    if all(state == "warn" for state in states.values()):
        return tr("It does harm: learn from the real images alone.")
    return tr("No benefit found.")


def verdicts(found: Usefulness) -> list[Reading]:
    """What is to be said of each arm with added images; `state` is good, warn (harm) or unknown (neither)."""
    real = found.arms[0].figures[found.figure]
    return [_verdict(arm, found.figure, real) for arm in found.arms if found.figure in arm.gains]


def compared(found: Usefulness) -> list[str]:
    """What was compared with what, in sentences."""
    what = found.comparison
    sentences = [
        tr(
            "Learned from {learned}; judged by {unseen} that were held out.",
            learned=_by_class(what.learned),
            unseen=_by_class(what.unseen),
        )
    ]
    if what.related:
        sentences.append(
            trn(
                "{n} held-out image was left out: a training image is of the same thing.",
                "{n} held-out images were left out: training images are of the same things.",
                what.related,
            )
        )
    sentences += [
        trn(
            "{n} image of each kind was added to each class.",
            "{n} images of each kind were added to each class.",
            what.added,
        ),
        trn(
            "{n} trial. The interval at 95% allows for other training and held-out images of the same kind.",
            "{n} trials. The interval at 95% allows for other training and held-out images of the same kind.",
            len(found.arms[0].by_trial),
        ),
        tr(
            "The classifier is logistic regression on what {extractor} sees. A network that learns to see by itself may"
            " profit more, or less.",
            extractor=found.extractor,
        ),
    ]
    return sentences


def in_percent(share: float) -> str:
    return f"{share:.1%}"


def in_points(difference: float) -> str:
    """A difference of shares, in percentage points, with its sign."""
    return f"{100 * difference:+.1f}".replace("-", "−")


def interval(gain: Gain) -> str:
    return tr("{low} to {high}", low=in_points(gain.low), high=in_points(gain.high))


def _verdict(arm: Arm, figure: str, real: float) -> Reading:
    gain = arm.gains[figure]
    values = {
        "arm": tr(ARM_TITLES[arm.name]),
        "figure": tr(FIGURE_TITLES[figure]),
        "value": in_percent(arm.figures[figure]),
        "real": in_percent(real),
        "points": in_points(gain.difference),
        "low": in_points(gain.low),
        "high": in_points(gain.high),
    }
    if gain.low > 0:
        sentence = tr(
            "{arm}: it helps. {figure} {value} instead of {real} ({points} points, {low} to {high}).", **values
        )
        return Reading(arm.name, "good", sentence)
    if gain.high < 0:
        sentence = tr(
            "{arm}: it harms. {figure} {value} instead of {real} ({points} points, {low} to {high}).", **values
        )
        return Reading(arm.name, "warn", sentence)
    sentence = tr(
        "{arm}: no benefit found. {figure} {value} instead of {real}; the difference ({points} points, {low} to {high})"
        " may be chance.",
        **values,
    )
    return Reading(arm.name, UNKNOWN, sentence)


_HELPFUL = {
    "augmented": lambda: tr("Augmentation helps."),
    "synthetic": lambda: tr("Synthetic images help."),
    "both": lambda: tr("Augmented and synthetic images together help most."),
}


def _by_class(counts: dict[str, int]) -> str:
    return ", ".join(f"{n:,} {name}" for name, n in counts.items())
