"""Label: classes, labels, and the split into training, validation and test images."""

from studio.labeling.classes import make_class, rename_class
from studio.labeling.counts import side_counts
from studio.labeling.fields import set_field
from studio.labeling.frozen import is_frozen, runs_on_split
from studio.labeling.grouping import find_groups, group_fields
from studio.labeling.label_table import TableResult, label_from_table, write_label_table
from studio.labeling.labels import label, next_unlabeled
from studio.labeling.recipe import SplitRecipe, split_as
from studio.labeling.split import split

__all__ = [
    "SplitRecipe",
    "TableResult",
    "find_groups",
    "group_fields",
    "is_frozen",
    "label",
    "label_from_table",
    "make_class",
    "next_unlabeled",
    "rename_class",
    "runs_on_split",
    "set_field",
    "side_counts",
    "split",
    "split_as",
    "write_label_table",
]
