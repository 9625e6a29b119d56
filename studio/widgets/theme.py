"""Colors and type: the tokens of both themes, and the style sheet and palette made from them."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

Choice = Literal["system", "light", "dark"]

RAIL_WIDTH = 208
GAP = 14
EDGE = 24
CARD_PADDING = (16, 12)
"""Horizontal and vertical, px."""


@dataclass(frozen=True)
class Tokens:
    """The colors of a theme by their use; `good`, `warn` and `bad` mark states, always with a shape or a word."""

    background: str
    panel: str
    line: str
    text: str
    mute: str
    accent: str
    on_accent: str
    soft: str
    good: str
    warn: str
    bad: str
    image_ground: str
    series: tuple[str, ...]
    """Lines of plots: Okabe & Ito's colors that are told apart by every eye and readable on the panel."""


LIGHT = Tokens(
    background="#f6f7f9",
    panel="#ffffff",
    line="#e3e6eb",
    text="#1d2330",
    mute="#667085",
    accent="#2f6fed",
    on_accent="#ffffff",
    soft="#e9f0ff",
    good="#1a8f5a",
    warn="#b7791f",
    bad="#c2413b",
    image_ground="#d9dbdf",
    series=("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"),
)
DARK = Tokens(
    background="#14171c",
    panel="#1b1f26",
    line="#2a303a",
    text="#e6e9ee",
    mute="#98a2b3",
    accent="#6ea0ff",
    on_accent="#10141b",
    soft="#22304d",
    good="#4cc38a",
    warn="#e0a84a",
    bad="#f0807a",
    image_ground="#3a3f48",
    series=("#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#f0e442"),
)

_tokens = LIGHT


def tokens() -> Tokens:
    """The colors in force; whoever paints asks again at each paint."""
    return _tokens


def color(name: str) -> QColor:
    """A token as a `QColor`."""
    return QColor(getattr(_tokens, name))


def apply_theme(choice: Choice) -> None:
    """Dress the application in light or dark, or as the desktop is dressed; widgets then get a `StyleChange` event."""
    global _tokens
    hints = QGuiApplication.styleHints()
    wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(choice, Qt.ColorScheme.Unknown)
    hints.setColorScheme(wanted)
    scheme = hints.colorScheme() if choice == "system" else wanted
    _tokens = DARK if scheme == Qt.ColorScheme.Dark else LIGHT
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.setPalette(_palette(_tokens))
    application.setStyleSheet(_style_sheet(_tokens))


def _file(name: str) -> str:
    """A drawing that style sheets read from the disk, in a color for both themes."""
    return (Path(str(files("resources"))) / "icons" / f"{name}.svg").as_posix()


def _palette(t: Tokens) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: t.background,
        QPalette.ColorRole.WindowText: t.text,
        QPalette.ColorRole.Base: t.panel,
        QPalette.ColorRole.AlternateBase: t.background,
        QPalette.ColorRole.Text: t.text,
        QPalette.ColorRole.Button: t.panel,
        QPalette.ColorRole.ButtonText: t.text,
        QPalette.ColorRole.PlaceholderText: t.mute,
        QPalette.ColorRole.Highlight: t.accent,
        QPalette.ColorRole.HighlightedText: t.on_accent,
        QPalette.ColorRole.Link: t.accent,
        QPalette.ColorRole.ToolTipBase: t.panel,
        QPalette.ColorRole.ToolTipText: t.text,
    }
    for role, value in roles.items():
        palette.setColor(role, QColor(value))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(t.mute))
    return palette


def _style_sheet(t: Tokens) -> str:
    return f"""
    QWidget {{ color: {t.text}; font-size: 10pt; }}
    QMainWindow, QWidget#workspace, QWidget#welcome {{ background: {t.background}; }}
    QScrollArea, QScrollArea > QWidget > QWidget#body {{ background: transparent; border: none; }}
    QToolTip {{ color: {t.text}; background: {t.panel}; border: 1px solid {t.line}; padding: 4px 6px; }}

    QLabel {{ background: transparent; }}
    QLabel[role="title"] {{ font-size: 16pt; font-weight: 600; }}
    QLabel[role="project"] {{ font-size: 12.5pt; font-weight: 600; }}
    QLabel[role="sentence"], QLabel[role="mute"] {{ color: {t.mute}; }}
    QLabel[role="card-title"] {{ font-size: 10.5pt; font-weight: 600; }}
    QLabel[role="note"] {{ color: {t.mute}; font-size: 8.5pt; }}
    QLabel[role="caution"] {{ color: {t.warn}; font-size: 8.5pt; }}
    QLabel[role="strong"] {{ font-weight: 600; }}
    QLabel[role="error"] {{ color: {t.bad}; font-size: 8.5pt; }}

    QFrame[role="rail"] {{ background: {t.panel}; border: none; border-right: 1px solid {t.line}; }}
    QFrame[role="card"] {{ background: {t.panel}; border: 1px solid {t.line}; border-radius: 10px; }}
    QFrame[role="tile"] {{ background: {t.background}; border: 1px solid {t.line}; border-radius: 7px; }}
    QFrame[role="tile"][inside="true"] {{ margin-left: 16px; }}
    QFrame[role="drop-line"] {{ background: {t.accent}; border: none; }}
    QFrame[role="line"] {{ background: {t.line}; border: none; }}
    QFrame[role="notice"] {{ background: {t.soft}; border: 1px solid {t.line}; border-radius: 7px; }}
    QFrame[role="drop"] {{ background: {t.panel}; border: 1px dashed {t.mute}; border-radius: 10px; }}
    QFrame[role="drop"][over="true"] {{ background: {t.soft}; border-color: {t.accent}; }}

    QPushButton {{ background: {t.panel}; border: 1px solid {t.line}; border-radius: 7px; padding: 6px 15px; }}
    QPushButton:hover {{ border-color: {t.mute}; }}
    QPushButton:pressed, QPushButton:checked {{ background: {t.soft}; border-color: {t.accent}; }}
    QPushButton:focus {{ border-color: {t.accent}; }}
    QPushButton:disabled {{ color: {t.mute}; background: {t.background}; border-color: {t.line}; }}
    QPushButton[primary="true"] {{
        background: {t.accent}; color: {t.on_accent}; border-color: {t.accent}; font-weight: 600;
    }}
    QPushButton[primary="true"]:hover, QPushButton[primary="true"]:focus {{ border-color: {t.text}; }}
    QPushButton[primary="true"]:disabled {{ background: {t.line}; color: {t.mute}; border-color: {t.line}; }}
    QPushButton[flat="true"] {{ background: transparent; border: 1px solid transparent; padding: 5px; }}
    QPushButton[flat="true"]:hover, QPushButton[flat="true"]:checked {{ background: {t.soft}; }}
    QPushButton[flat="true"]::menu-indicator {{ image: none; width: 0; }}
    QPushButton[flat="true"]:focus {{ border-color: {t.accent}; }}
    QPushButton[row="true"] {{ text-align: left; padding: 4px 10px; border-color: transparent; }}
    QPushButton[row="true"]:hover {{ border-color: {t.line}; }}
    QPushButton[row="true"]:checked, QPushButton[row="true"]:focus {{ border-color: {t.accent}; }}
    QPushButton[row="true"][quiet="true"] {{ color: {t.mute}; }}

    QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit, QTextEdit {{
        background: {t.panel}; border: 1px solid {t.line}; border-radius: 7px; padding: 4px 8px;
        selection-background-color: {t.accent}; selection-color: {t.on_accent};
    }}
    QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus {{
        border-color: {t.accent};
    }}
    QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {{
        color: {t.mute}; background: {t.background};
    }}
    *[invalid="true"] {{ border-color: {t.bad}; }}
    QSpinBox, QDoubleSpinBox {{ padding-right: 2px; min-width: 56px; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{
        background: transparent; border: none; width: 18px; subcontrol-origin: border;
    }}
    QAbstractSpinBox::up-button {{ subcontrol-position: top right; margin: 3px 3px 0 0; }}
    QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; margin: 0 3px 3px 0; }}
    QAbstractSpinBox::up-arrow {{ image: url({_file("arrow-up")}); width: 9px; height: 9px; }}
    QAbstractSpinBox::down-arrow, QComboBox::down-arrow {{
        image: url({_file("arrow-down")}); width: 9px; height: 9px;
    }}
    QAbstractSpinBox[role="end"]::up-button, QAbstractSpinBox[role="end"]::down-button {{ width: 0; margin: 0; }}
    QAbstractSpinBox[role="end"]::up-arrow, QAbstractSpinBox[role="end"]::down-arrow {{ width: 0; image: none; }}
    QComboBox::drop-down {{ border: none; width: 24px; }}
    QCheckBox {{ spacing: 8px; }}
    QCheckBox::indicator, QListView::indicator {{
        width: 14px; height: 14px; border: 1px solid {t.mute}; border-radius: 4px; background: {t.panel};
    }}
    QCheckBox::indicator:checked, QListView::indicator:checked {{
        background: {t.accent}; border-color: {t.accent}; image: url({_file("tick")});
    }}
    QCheckBox::indicator:focus, QCheckBox:focus::indicator {{ border-color: {t.accent}; }}
    QRadioButton {{ spacing: 8px; }}
    QRadioButton::indicator {{
        width: 14px; height: 14px; border: 1px solid {t.mute}; border-radius: 8px; background: {t.panel};
    }}
    QRadioButton::indicator:checked {{
        width: 6px; height: 6px; border: 5px solid {t.accent}; border-radius: 8px; background: {t.on_accent};
    }}
    QRadioButton:focus::indicator {{ border-color: {t.accent}; }}
    QCheckBox::indicator:disabled {{ background: {t.line}; border-color: {t.line}; }}
    QGraphicsView {{ background: transparent; border: none; }}
    QComboBox QAbstractItemView {{
        background: {t.panel}; border: 1px solid {t.line}; selection-background-color: {t.soft};
        selection-color: {t.text}; outline: none;
    }}

    QListView, QTableView, QTreeView {{ background: transparent; border: 1px solid transparent; outline: none; }}
    QListWidget::item:selected {{ background: {t.soft}; color: {t.text}; }}
    QListView:focus, QTableView:focus {{ border-color: {t.line}; border-radius: 7px; }}
    QTableView {{ gridline-color: {t.line}; selection-background-color: {t.soft}; selection-color: {t.text}; }}
    QHeaderView {{ background: transparent; }}
    QHeaderView::section {{
        background: transparent; color: {t.mute}; border: none; border-bottom: 1px solid {t.line};
        padding: 4px 3px; font-size: 8.5pt;
    }}
    QTableCornerButton::section {{ background: transparent; border: none; }}

    QProgressBar {{ background: {t.line}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}

    QSlider::groove:horizontal {{ background: {t.line}; height: 4px; border-radius: 2px; }}
    QSlider::sub-page:horizontal {{ background: {t.accent}; height: 4px; border-radius: 2px; }}
    QSlider::handle:horizontal {{
        background: {t.accent}; width: 14px; height: 14px; margin: -5px 0; border-radius: 7px;
    }}
    QSlider::handle:horizontal:focus {{ border: 2px solid {t.text}; width: 10px; height: 10px; }}
    QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled {{ background: {t.mute}; }}
    RangeSlider {{ qproperty-barColor: {t.accent}; }}

    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle {{ background: {t.line}; border-radius: 4px; margin: 1px; }}
    QScrollBar::handle:vertical {{ min-height: 28px; }}
    QScrollBar::handle:horizontal {{ min-width: 28px; }}
    QScrollBar::handle:hover {{ background: {t.mute}; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
        background: transparent; width: 0; height: 0;
    }}
    QMenu {{ background: {t.panel}; border: 1px solid {t.line}; padding: 4px; }}
    QMenu::item {{ padding: 5px 22px 5px 12px; border-radius: 5px; }}
    QMenu::item:selected {{ background: {t.soft}; }}
    QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px; }}
    """
