"""Text in the user's language, for engines and screens alike (gettext; catalogs in resources/translations)."""

import gettext
from importlib.resources import as_file, files

LANGUAGES = {"en": "English", "zh_CN": "简体中文"}

_catalog: gettext.NullTranslations = gettext.NullTranslations()


def use_language(code: str) -> None:
    """Speak `code` from now on; one of `LANGUAGES`, anything else means English."""
    global _catalog
    with as_file(files("resources") / "translations") as folder:
        _catalog = gettext.translation("seedbed", folder, languages=[code], fallback=True)


def tr(message: str, **values: object) -> str:
    """`message` in the user's language, its `{names}` filled from `values`."""
    text = _catalog.gettext(message) if message else ""
    return text.format(**values) if values else text


def trn(singular: str, plural: str, n: int, **values: object) -> str:
    """`singular` or `plural` in the user's language for the count `n`, which fills `{n}` with thousands separated."""
    return _catalog.ngettext(singular, plural, n).format(n=f"{n:,}", **values)
