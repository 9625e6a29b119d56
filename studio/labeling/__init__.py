"""Label: classes, labels, and the split into training and test images."""

from studio.labeling.labels import TableResult, label, label_from_table, make_class, next_unlabeled, rename_class
from studio.labeling.split import group_fields, split

__all__ = [
    "TableResult",
    "group_fields",
    "label",
    "label_from_table",
    "make_class",
    "next_unlabeled",
    "rename_class",
    "split",
]
