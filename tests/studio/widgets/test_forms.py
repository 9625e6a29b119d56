"""Forms: every kind of setting can be changed, and says its unit, its meaning and what is wrong."""

from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import Meta
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit

from studio.widgets.forms import Form
from studio.widgets.inputs import ComboBox, DoubleSpinBox, RangeSlider, Slider, SpinBox


class Settings(msgspec.Struct, frozen=True):
    width: Annotated[
        int, Meta(title="Width", description="More is richer.", ge=8, le=64, extra={"unit": "filters"})
    ] = 16
    rate: Annotated[float, Meta(title="Rate", ge=1e-6, le=0.1, extra={"step": 1e-4})] = 2e-4
    share: Annotated[float, Meta(title="Share", ge=0, le=1)] = 0.5
    mirror: Annotated[bool, Meta(title="Mirror")] = False
    fill: Annotated[Literal["reflect", "edge"], Meta(title="Fill")] = "reflect"
    name: Annotated[str, Meta(title="Name", max_length=5)] = "abc"
    angle: tuple[Annotated[float, Meta(ge=-45, le=45, extra={"unit": "°", "typical": (-10, 10)})], float] = (-8.0, 8.0)


@pytest.fixture
def form(show) -> Form:
    return show(Form(Settings, "settings"))


@pytest.fixture
def told(form) -> list[Settings]:
    told: list[Settings] = []
    form.changed.connect(told.append)
    return told


def test_shows_the_defaults(form) -> None:
    assert form.value() == Settings()
    assert form.findChild(SpinBox, "settings.width").text() == "16 filters"
    assert form.findChild(DoubleSpinBox, "settings.rate").text() == "0.0002"
    ends = [form.findChild(DoubleSpinBox, f"settings.angle{end}").text() for end in ("", ".most")]
    assert ends == ["-8°", "8°"]


def test_every_kind_can_be_changed(form, told) -> None:
    form.findChild(SpinBox, "settings.width").setValue(32)
    form.findChild(Slider, "settings.share.slider").setValue(75)
    form.findChild(QCheckBox, "settings.mirror").click()
    form.findChild(ComboBox, "settings.fill").setCurrentIndex(1)
    form.findChild(RangeSlider, "settings.angle.slider").setValue((-3.0, 4.0))
    expected = Settings(width=32, share=0.75, mirror=True, fill="edge", angle=(-3.0, 4.0))
    assert told[-1] == form.value() == expected


def test_a_range_shows_what_is_typical_and_takes_what_is_typed_beyond(form, told) -> None:
    slider = form.findChild(RangeSlider, "settings.angle.slider")
    low, high = (form.findChild(DoubleSpinBox, f"settings.angle{end}") for end in ("", ".most"))
    assert (slider.minimum(), slider.maximum()) == (-10, 10)
    high.setValue(40)
    assert (slider.minimum(), slider.maximum(), slider.ends()) == (-45, 45, (-8, 40))
    low.setValue(42)
    assert told[-1].angle == (42, 42)
    high.setValue(3)
    assert told[-1].angle == (3, 3)
    assert (slider.minimum(), slider.maximum()) == (-10, 10)


def test_tool_tip_is_the_description(form) -> None:
    assert form.findChild(SpinBox, "settings.width").toolTip() == "More is richer."


def test_slider_only_where_it_can_hit_every_step(form) -> None:
    assert form.findChild(Slider, "settings.width.slider") is not None
    assert form.findChild(Slider, "settings.rate.slider") is None


def test_what_is_wrong_is_said_below_and_not_told(qtbot, form, told) -> None:
    line = form.findChild(QLineEdit, "settings.name")
    line.setText("much too long")
    line.editingFinished.emit()
    errors = [label.text() for label in form.findChildren(QLabel) if label.property("role") == "error" and label.text()]
    assert len(errors) == 1
    assert "much too long" in errors[0]
    assert told == []
    assert not form.is_valid
    line.setText("ok")
    line.editingFinished.emit()
    assert told[-1].name == "ok"


def test_setting_the_value_is_silent(form, told) -> None:
    form.set_value(Settings(width=64, angle=(0.0, 1.0)))
    assert told == []
    assert form.value() == Settings(width=64, angle=(0.0, 1.0))
    assert form.findChild(SpinBox, "settings.width").value() == 64


def test_wheel_changes_nothing(form, told) -> None:
    for kind, name in ((ComboBox, "settings.fill"), (SpinBox, "settings.width"), (Slider, "settings.share.slider")):
        widget = form.findChild(kind, name)
        widget.setFocus()
        here = QPointF(widget.rect().center())
        down = QPoint(0, -120)
        wheel = QWheelEvent(
            here, widget.mapToGlobal(here), down, down, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, wheel)
    assert told == []


def test_families_and_operations_have_forms(qtbot) -> None:
    from models.families import FAMILIES, family_class
    from studio.augmenting import OPERATIONS

    kinds = [*(family_class(name).Settings for name in FAMILIES), *OPERATIONS]
    for kind in kinds:
        form = Form(kind)
        qtbot.addWidget(form)
        assert form.is_valid
