"""How good samples are: features once, statistics many.

An extractor turns images into feature rows; every statistic here compares two sets of rows, in double precision and by
operations that release the interpreter lock, so that a window stays smooth while they run. `Judge` puts them together.
"""

from models.metrics.features import EfficientNetLite0Features, Extractor
from models.metrics.frechet import frechet_distance
from models.metrics.honesty import Honesty, find_isolation, find_remainders, judge_honesty
from models.metrics.judge import Assessment, Judge, Nearest, Scores
from models.metrics.kernel import kernel_distance
from models.metrics.neighbors import coverage, density, nearest_neighbors, precision_recall
from models.metrics.ssim import pairwise_ssim, structural_similarity

__all__ = [
    "Assessment",
    "EfficientNetLite0Features",
    "Extractor",
    "Honesty",
    "Judge",
    "Nearest",
    "Scores",
    "coverage",
    "density",
    "find_isolation",
    "find_remainders",
    "frechet_distance",
    "judge_honesty",
    "kernel_distance",
    "nearest_neighbors",
    "pairwise_ssim",
    "precision_recall",
    "structural_similarity",
]
