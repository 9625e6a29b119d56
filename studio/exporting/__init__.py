"""Export: folders that the user's own training pipeline reads."""

from studio.exporting.export import FORMATS, ExportResult, export

__all__ = ["FORMATS", "ExportResult", "export"]
