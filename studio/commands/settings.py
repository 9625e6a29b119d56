"""The settings of a family or of the preparation in lines, as `--describe` prints them."""

from typing import Any

from studio.text import tr


def field_line(field: Any) -> str:
    """A field as `models.settings.fields_of` tells it: name, choices or bounds, unit, default, and what it is for."""
    bounds = f"{_bound(field.minimum)}..{_bound(field.maximum)}" if field.kind in ("int", "float", "range") else ""
    facts = " ".join(filter(None, [", ".join(field.choices) or bounds, field.unit, f"({field.default})"]))
    return f"{field.name:16} {facts:28} {tr(field.description)}"


def _bound(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
