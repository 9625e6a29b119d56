"""Import: image files become items of the project."""

from studio.importing.importing import import_sources
from studio.importing.layouts import LAYOUTS
from studio.importing.rejections import Rejected, rejections
from studio.importing.result import ImportResult

__all__ = ["LAYOUTS", "ImportResult", "Rejected", "import_sources", "rejections"]
