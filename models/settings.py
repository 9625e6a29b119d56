"""Settings that describe themselves.

A settings type is a `msgspec.Struct` whose fields are `Annotated` with `msgspec.Meta`: title, description, bounds, and
`extra={"unit": ..., "step": ..., "typical": ...}`. Forms, the command line's `--set`, validation and files all come
from that declaration.
A pair `tuple[float, float]` is a range, written `low..high`.
"""

import math
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from models.errors import ModelError

Settings = TypeVar("Settings", bound=msgspec.Struct)


class SettingsError(ModelError):
    """A setting that does not exist or a value out of its bounds; the message is one sentence for the user."""


class Field(msgspec.Struct, frozen=True):
    """One setting as a form or a help text needs it. `kind`: int, float, bool, choice, text or range (a pair).

    typical: between what a range mostly lies, if that is much less than its bounds.
    """

    name: str
    title: str
    kind: str
    default: Any
    description: str = ""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()
    typical: tuple[float, float] | None = None

    def reach(self, low: float, high: float) -> tuple[float, float]:
        """Between what a slider shows the range low..high: what is typical, for one beyond it all that is allowed."""
        assert self.minimum is not None and self.maximum is not None
        if self.typical is not None and self.typical[0] <= low and high <= self.typical[1]:
            return self.typical
        return self.minimum, self.maximum


def fields_of(settings_type: type[msgspec.Struct]) -> tuple[Field, ...]:
    """The settings of a type in the order of their declaration."""
    hints = get_type_hints(settings_type, include_extras=True)
    return tuple(_field(info.name, hints[info.name], _default(info)) for info in msgspec.structs.fields(settings_type))


def with_values(settings: Settings, values: dict[str, Any]) -> Settings:
    """A copy of `settings` with some values replaced; texts are read as the field's type, bounds are checked.

    Raises `SettingsError` naming the setting when it is unknown, cannot be read, or is out of bounds.
    """
    known = {field.name: field for field in fields_of(type(settings))}
    current = msgspec.structs.asdict(settings)
    for name, value in values.items():
        if name not in known:
            raise SettingsError("There is no setting “{name}”. There are: {known}.", name=name, known=", ".join(known))
        current[name] = _parse_range(value) if known[name].kind == "range" else value
        try:
            msgspec.convert(current, type(settings), strict=False)
        except msgspec.ValidationError as error:
            raise _refusal(known[name], value) from error
        _check_finite(known[name], current[name])
    return msgspec.convert(current, type(settings), strict=False)


REFUSALS = {
    "int": "The setting {name} cannot be “{value}”: it takes a whole number from {low} to {high}.",
    "float": "The setting {name} cannot be “{value}”: it takes a number from {low} to {high}.",
    "range": "The setting {name} cannot be “{value}”: it takes two numbers from {low} to {high}, as in 0.5..2.",
    "bool": "The setting {name} cannot be “{value}”: it takes true or false.",
    "choice": "The setting {name} cannot be “{value}”: it takes one of {choices}.",
    "text": "The setting {name} cannot be “{value}”.",
}


def _refusal(field: Field, value: Any) -> SettingsError:
    return SettingsError(
        REFUSALS[field.kind],
        name=field.name,
        value="..".join(map(str, value)) if isinstance(value, tuple) else value,
        low="−∞" if field.minimum is None else f"{field.minimum:g}",
        high="∞" if field.maximum is None else f"{field.maximum:g}",
        choices=", ".join(field.choices),
    )


def _default(info: msgspec.structs.FieldInfo) -> Any:
    if info.default_factory is not msgspec.NODEFAULT:
        return info.default_factory()
    return None if info.default is msgspec.NODEFAULT else info.default


def _field(name: str, hint: Any, default: Any) -> Field:
    kind_hint, metas = _unwrap(hint)
    kind, choices = _kind(kind_hint)
    if kind == "range":
        metas += _unwrap(get_args(kind_hint)[0])[1]
    facts: dict[str, Any] = {}
    for meta in metas:
        facts |= {
            key: getattr(meta, key)
            for key in ("title", "description", "ge", "gt", "le", "lt")
            if getattr(meta, key) is not None
        }
        facts |= meta.extra or {}
    return Field(
        name=name,
        title=facts.get("title", name.replace("_", " ").capitalize()),
        kind=kind,
        default=default,
        description=facts.get("description", ""),
        unit=facts.get("unit", ""),
        minimum=facts.get("ge", facts.get("gt")),
        maximum=facts.get("le", facts.get("lt")),
        step=facts.get("step"),
        typical=facts.get("typical"),
        choices=choices,
    )


def _unwrap(hint: Any) -> tuple[Any, list[msgspec.Meta]]:
    """The bare type of an `Annotated` hint, and its `Meta` objects."""
    if hasattr(hint, "__metadata__"):
        return hint.__origin__, [meta for meta in hint.__metadata__ if isinstance(meta, msgspec.Meta)]
    return hint, []


def _kind(hint: Any) -> tuple[str, tuple[str, ...]]:
    if hint in (int, float, bool, str):
        return {int: "int", float: "float", bool: "bool", str: "text"}[hint], ()
    if get_origin(hint) is tuple and len(get_args(hint)) == 2:
        return "range", ()
    choices = get_args(hint)  # typing.Literal
    if choices and all(isinstance(choice, str) for choice in choices):
        return "choice", choices
    raise TypeError(f"a setting cannot be of type {hint}")


def _parse_range(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    low, separator, high = value.partition("..")
    return (low, high if separator else low)


def _check_finite(field: Field, value: Any) -> None:
    numbers = value if isinstance(value, tuple | list) else (value,)
    if field.kind in ("int", "float", "range") and not all(math.isfinite(float(number)) for number in numbers):
        raise SettingsError("The setting {name} must be a finite number.", name=field.name)
    if field.kind == "range" and float(numbers[0]) > float(numbers[1]):
        raise SettingsError("The setting {name} must go from low to high, as in 0.5..2.", name=field.name)
