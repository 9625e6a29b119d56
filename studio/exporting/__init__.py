"""Export: folders that the user's own training pipeline reads."""

from studio.exporting.export import FORMATS, ExportResult, chosen_items, export

__all__ = ["FORMATS", "ExportResult", "chosen_items", "export"]
