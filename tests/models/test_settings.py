"""Settings describe themselves and refuse what they do not allow, in one sentence that names the setting."""

from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import Meta

from models.settings import SettingsError, fields_of, with_values

Angle = Annotated[float, Meta(ge=-180, le=180)]


class Turn(msgspec.Struct, frozen=True):
    degrees: Annotated[tuple[Angle, Angle], Meta(title="Angle", extra={"unit": "°"})] = (-8.0, 8.0)
    probability: Annotated[float, Meta(title="How often", ge=0, le=1, extra={"step": 0.05})] = 0.5
    times: Annotated[int, Meta(ge=1, description="How many turns.")] = 1
    fill: Literal["reflect", "edge"] = "reflect"
    enabled: bool = True


def test_a_declaration_is_all_a_form_needs():
    degrees, probability, times, fill, enabled = fields_of(Turn)
    assert (degrees.kind, degrees.title, degrees.unit, degrees.minimum, degrees.maximum) == (
        "range",
        "Angle",
        "°",
        -180,
        180,
    )
    assert (probability.kind, probability.default, probability.step) == ("float", 0.5, 0.05)
    assert (times.kind, times.title, times.minimum, times.maximum) == ("int", "Times", 1, None)
    assert times.description == "How many turns."
    assert (fill.kind, fill.choices) == ("choice", ("reflect", "edge"))
    assert enabled.kind == "bool"


def test_texts_of_the_command_line_become_values():
    turned = with_values(
        Turn(), {"degrees": "-3..5", "probability": "0.25", "times": "4", "fill": "edge", "enabled": "false"}
    )
    assert turned == Turn((-3.0, 5.0), 0.25, 4, "edge", False)


@pytest.mark.parametrize(
    ("name", "value"),
    [("degrees", "-200..5"), ("degrees", "9..3"), ("degrees", "nan..3"), ("probability", "2"), ("probability", "nan"),
     ("times", "0"), ("times", "many"), ("fill", "purple")],
)  # fmt: skip
def test_a_value_that_is_not_allowed_is_refused_by_name(name, value):
    with pytest.raises(SettingsError, match=f"setting {name} "):
        with_values(Turn(), {name: value})


def test_an_unknown_setting_lists_the_known_ones():
    with pytest.raises(SettingsError, match="degrees, probability, times, fill, enabled"):
        with_values(Turn(), {"angle": "3"})


def test_a_refusal_says_what_is_allowed():
    with pytest.raises(SettingsError, match="it takes a number from 0 to 1"):
        with_values(Turn(), {"probability": "2"})
    with pytest.raises(SettingsError, match="one of reflect, edge"):
        with_values(Turn(), {"fill": "purple"})
