"""A chain as JSON, and what can be wrong with it, each a sentence that names the place.

{"schema": 1, "border": "reflect", "interpolation": "bilinear", "strength": 1.0, "steps": [
    {"operation": "rotate", "enabled": true, "settings": {"angle": [-8, 8], "probability": 1.0}},
    {"group": "one_of", "enabled": true, "probability": 0.5, "count": [1, 2], "copies": 3, "steps": [...]}]}
"""

import json
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from models.settings import SettingsError, with_values
from studio.augmenting.operation import Operation
from studio.augmenting.operations import BY_NAME
from studio.augmenting.steps import Group, Step
from studio.errors import UserError, explain
from studio.text import tr

SCHEMA = 1
CHOICES = {"border": ("reflect", "edge", "black"), "interpolation": ("bilinear", "lanczos")}


class ChainError(UserError):
    """A chain cannot be read or carried out; the sentence names the place."""


def parse_json(content: bytes) -> Any:
    """Python's own reader takes NaN too, so that its place can be named. Raises `ChainError`."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ChainError(tr("The chain is not readable JSON: {reason}.", reason=error)) from error


def write_steps(steps: Sequence[Step | Group]) -> list[dict[str, Any]]:
    """What the JSON of steps holds."""
    return [_write_group(step) if isinstance(step, Group) else _write_step(step) for step in steps]


class ChainReader:
    """Reads what it can; `problems` says what it had to leave out or change.

    may_empty: an operation that leaves nothing of images to see is no problem. Raises `ChainError` for what is no chain
    at all.
    """

    def __init__(self, content: Any, may_empty: bool = False) -> None:
        self.problems: list[str] = []
        self._may_empty = may_empty
        if not isinstance(content, dict) or not isinstance(content.get("steps"), list):
            raise ChainError(tr("This is not a chain: it has no list of steps."))
        schema = content.get("schema")
        if not isinstance(schema, int) or schema < 1:
            raise ChainError(tr("This is not a chain: it does not name its schema."))
        if schema > SCHEMA:
            self._note(tr("The chain was made by a newer Seedbed. Install the newer program to use it."))
        self.fields: dict[str, Any] = {name: self._choice(content, name) for name in CHOICES}
        self.fields["strength"] = self._share(content, "strength", tr("The chain's strength"))
        steps = (self._entry(str(number), entry) for number, entry in enumerate(content["steps"], 1))
        self.fields["steps"] = tuple(step for step in steps if step is not None)

    def _note(self, sentence: str) -> None:
        self.problems.append(sentence)

    def _choice(self, content: dict[str, Any], name: str) -> str:
        known = CHOICES[name]
        value = content.get(name, known[0])
        if value in known:
            return value
        self._note(
            tr("The chain's {name} is “{value}”; it can be {known}.", name=name, value=value, known=", ".join(known))
        )
        return known[0]

    def _share(self, content: dict[str, Any], name: str, what: str) -> float:
        value = content.get(name, 1.0)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
            return float(value)
        self._note(tr("{what} is “{value}”; it must be a number from 0 to 1.", what=what, value=value))
        return 1.0

    def _entry(self, number: str, content: Any) -> Step | Group | None:
        if isinstance(content, dict) and "group" in content:
            return self._group(number, content)
        return self._step(number, content)

    def _group(self, number: str, content: dict[str, Any]) -> Group | None:
        entries = content.get("steps")
        fields: dict[str, Any] = {"kind": content["group"]}
        fields |= {name: content[name] for name in ("enabled", "probability", "count", "copies") if name in content}
        try:
            group = msgspec.convert(fields, Group)
        except msgspec.ValidationError as error:
            self._note_in_step(number, "group", tr("It is damaged: {reason}.", reason=error))
            return None
        if not isinstance(entries, list) or group.count[0] > group.count[1]:
            self._note_in_step(number, "group", tr("It is damaged."))
            return None
        steps = (self._step(f"{number}.{inner}", entry) for inner, entry in enumerate(entries, 1))
        return replace(group, steps=tuple(step for step in steps if step is not None))

    def _step(self, number: str, content: Any) -> Step | None:
        name = content.get("operation") if isinstance(content, dict) else None
        if not isinstance(name, str):
            self._note(tr("Step {number} of the chain does not name its operation.", number=number))
            return None
        if name not in BY_NAME:
            self._note(
                tr(
                    "Step {number} of the chain is “{name}”, which this Seedbed does not know. It knows {known}.",
                    number=number,
                    name=name,
                    known=", ".join(BY_NAME),
                )
            )
            return None
        enabled, settings = content.get("enabled", True), content.get("settings", {})
        if not isinstance(enabled, bool) or not isinstance(settings, dict):
            self._note_in_step(number, name, tr("It is damaged."))
            return None
        return Step(self._operation(number, name, settings), enabled)

    def _operation(self, number: str, name: str, settings: dict[str, Any]) -> Operation:
        """With each setting that can be read; the others are as in a new step."""
        operation = BY_NAME[name]()
        for setting, value in settings.items():
            try:
                operation = with_values(operation, {setting: value})
            except SettingsError as error:
                self._note_in_step(number, name, explain(error))
        if operation.empties() and not self._may_empty:
            self._note_in_step(number, name, tr("Nothing of any image would be left to see."))
            return BY_NAME[name]()
        return operation

    def _note_in_step(self, number: str, name: str, reason: str | None) -> None:
        self._note(tr("Step {number} of the chain ({name}): {reason}", number=number, name=name, reason=reason))


def _write_step(step: Step) -> dict[str, Any]:
    settings = msgspec.to_builtins(step.operation)
    return {"operation": step.operation.name, "enabled": step.enabled, "settings": settings}


def _write_group(group: Group) -> dict[str, Any]:
    return {
        "group": group.kind,
        "enabled": group.enabled,
        "probability": group.probability,
        "count": list(group.count),
        "copies": group.copies,
        "steps": write_steps(group.steps),
    }
