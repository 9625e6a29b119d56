"""Which labels are probably wrong, from probabilities by a classifier that did not learn from the images it judges.

labels: classes as whole numbers (n,). probabilities: (n, C), rows that sum to 1.
"""

import numpy as np

from studio.labeling.classifier import TEMPERATURES, tempered

ROUNDS = 50
RIGHT = 30
"""Labels taken for right beforehand: few images, or classes that are hard to tell apart, accuse no label."""
TINY = 1e-12


def confidently_other(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Whether each image lies off the diagonal of the confident joint (Northcutt, Jiang & Chuang 2021), bool (n,).

    It does when another class reaches the mean probability that it has among images so labeled, and the label is not
    the likeliest class. The same rows as cleanlab finds by "confident_learning".
    """
    own = _own(labels, probabilities)
    counts = np.bincount(labels, minlength=probabilities.shape[1])
    sums = np.bincount(labels, own, minlength=probabilities.shape[1])
    thresholds = np.where(counts, sums / counts.clip(1), np.inf)
    reached = probabilities >= thresholds - 1e-6  # as far as probabilities are rounded
    reached[np.arange(len(labels)), labels] = False
    return reached.any(1) & (probabilities.argmax(1) != labels)


def wrong_shares(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """How probable it is that each label is wrong, 0..1 (n,).

    Labels are taken for a mixture: most follow the classifier, whose over- or underconfidence a temperature mends (Guo
    et al. 2017), and a share is drawn from the other classes by chance. Both numbers are the likeliest ones
    (expectation maximization), given `RIGHT` labels more that are right. An estimate: an image of its class that is
    like none of its kind counts as wrong.
    """
    classes = probabilities.shape[1]
    fits = [_fit_share(_own(labels, tempered(probabilities, each)), classes) for each in TEMPERATURES]
    _, wrong = max(fits, key=lambda fit: fit[0])
    return wrong


def _fit_share(own: np.ndarray, classes: int) -> tuple[float, np.ndarray]:
    """The log posterior of the likeliest share of wrong labels, and how probable it makes each label wrong."""
    by_chance = (1 - own) / max(classes - 1, 1)
    share = 0.05
    for _ in range(ROUNDS):
        both = (1 - share) * own + share * by_chance + TINY
        wrong = share * by_chance / both
        share = float(wrong.sum() / (len(own) + RIGHT))
    return float(np.log(both).sum() + RIGHT * np.log(1 - share)), wrong


def _own(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    return probabilities[np.arange(len(labels)), labels]
