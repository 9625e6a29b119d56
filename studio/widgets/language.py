"""The language of the program's own texts, of Qt's, and of numbers."""

import locale

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from studio.text import LANGUAGES, use_language

_qt_texts: QTranslator | None = None


def desktop_language() -> str:
    """The one of `LANGUAGES` that the desktop speaks, else English."""
    names = (name.replace("-", "_") for name in QLocale.system().uiLanguages())
    for name in names:
        for code in LANGUAGES:
            if name.split("_")[0] == code.split("_")[0]:
                return code
    return "en"


def speak(code: str) -> None:
    """Speak a language from now on, or the desktop's for an empty code; widgets made before keep their texts."""
    global _qt_texts
    code = code or desktop_language()
    use_language(code)
    QLocale.setDefault(QLocale(code))
    locale.setlocale(
        locale.LC_NUMERIC, "C"
    )  # Qt takes the desktop's; C libraries would write decimal commas into files
    if _qt_texts is not None:
        QCoreApplication.removeTranslator(_qt_texts)
    _qt_texts = QTranslator()
    if _qt_texts.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        QCoreApplication.installTranslator(_qt_texts)
