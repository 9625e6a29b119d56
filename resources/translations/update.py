"""Bring the catalogs up to date with the code: `python -m resources.translations.update`.

Collects every text a user can see, merges it into `LANGUAGE/LC_MESSAGES/seedbed.po` (what stands there stays; new texts
are empty), compiles the `.mo` beside it, and prints what still wants a translation.
"""

import ast
import io
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from studio.text import LANGUAGES

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent
SOURCE_LANGUAGE = "en"

DECLARED_NAMES = {
    "title",
    "TITLE",
    "summary",
    "SUMMARY",
    "description",
    "sentence",
    "unit",
    "generator_note",
    "losses_note",
}
"""Names whose texts are declared where nothing can be translated yet (class attributes, `Meta`) and shown later."""

TABLES = (
    "TITLES",
    "SUMMARIES",
    "CATEGORIES",
    "PRESETS",
    "FORMATS",
    "COMMANDS",
    "CURVES",
    "STATES",
    "THEMES",
    "EVERYWHERE",
    "IN_GALLERIES",
    "IN_VIEWERS",
    "titles",
)
"""How the names of tables end whose texts are shown."""

NEVER_SHOWN = {"name", "DEVICES"}
"""Names whose texts are looked up or looked for: identifiers, and words in the messages of torch."""


def texts_in(source: str, is_core: bool) -> Iterator[tuple[str, str] | str]:
    """Every text for the user in a Python source: a pair where it has a singular and a plural.

    The torch core has no translator: there every text that begins like a sentence counts.
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="trn"), args=[ast.Constant(str(singular)), ast.Constant(str(plural)), *_]):
                yield singular, plural
            case ast.Call(func=ast.Name(id="tr"), args=[first, *_]):
                yield from _constants(first)
            case ast.Subscript(
                ast.Name("Annotated"), ast.Tuple([ast.Subscript(ast.Name("Literal"), ast.Tuple(choices)), *_])
            ):
                for choice in choices:
                    yield from _constants(choice)
            case ast.keyword(arg="extra", value=ast.Dict(keys=keys, values=values)):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and key.value in DECLARED_NAMES:
                        yield from _constants(value)
            case (
                ast.keyword(arg=str(name), value=value)
                | ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if name in DECLARED_NAMES or name.endswith(TABLES):
                yield from _constants(value)
    if is_core:
        yield from _sentences(tree)


def _constants(value: ast.expr) -> Iterator[str]:
    """The texts of a literal, of both arms of a condition, or of a table (a mapping, or rows)."""
    match value:
        case ast.Constant(str(text)) if text:
            yield text
        case ast.IfExp(body=body, orelse=otherwise):
            yield from _constants(body)
            yield from _constants(otherwise)
        case ast.Dict(keys=keys, values=values):
            for key, each in zip(keys, values, strict=True):
                yield from _entry(key, each)
        case ast.Tuple(elts=rows):
            for row in rows:
                if isinstance(row, ast.Tuple):
                    yield from _entry(None, row)


def _entry(key: ast.expr | None, value: ast.expr) -> Iterator[str]:
    """The text of an entry of a table: itself, the last of a row, the first argument of an object, or else its key."""
    match value:
        case ast.Constant(str(text)):
            yield text
        case ast.Tuple(elts=[*_, ast.Constant(str(text))]):
            yield text
        case ast.Call(args=[ast.Constant(str(text)), *_]):
            yield text
        case ast.Call() if key is not None:
            yield from _constants(key)


def _sentences(tree: ast.Module) -> Iterator[str]:
    """Texts with a capital that can be shown: of more than one word, or in an event that is yielded."""
    hidden = {id(inner) for node in ast.walk(tree) if _is_never_shown(node) for inner in ast.walk(node)}
    said = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.Yield) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(str(text)) if id(node) not in hidden and text[:1].isupper():
                if " " in text or id(node) in said:
                    yield text


def _is_never_shown(node: ast.AST) -> bool:
    """Docstrings, `NEVER_SHOWN`, and what defects of the program are raised with."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign(targets=[ast.Name(id=name)]) if name in NEVER_SHOWN:
            return True
        case ast.Call(func=ast.Name(id="ValueError" | "TypeError" | "KeyError")):
            return True
    return False


def collect() -> Catalog:
    """All texts of the application and the torch core, with the files they stand in."""
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for package in ("models", "studio"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for text in texts_in(path.read_text(encoding="utf-8"), is_core=package == "models"):
                catalog.add(text, locations=[(path.relative_to(ROOT).as_posix(), 1)])
    return catalog


def load(language: str) -> Catalog:
    """The catalog of a language as it stands."""
    path = po_path(language)
    content = path.read_bytes() if path.exists() else b""
    return read_po(io.BytesIO(content), locale=language)


def compiled(catalog: Catalog) -> bytes:
    """The catalog as gettext reads it."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def missing(language: str) -> list[str]:
    """Texts of the code that the language's catalog does not have."""
    catalog = load(language)
    return [_source(message) for message in collect() if message.id and not _is_translated(message, catalog)]


def update(language: str) -> None:
    """Write both files of a language. Its dates stay those of its translator, so the same texts give the same files."""
    catalog = load(language)
    catalog.update(collect(), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    _sign(catalog)
    save(language, catalog)


def save(language: str, catalog: Catalog) -> None:
    """Write the `.po` and the `.mo` compiled from it."""
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=120, sort_output=True, include_lineno=False)
    path.with_suffix(".mo").write_bytes(compiled(load(language)))


def po_path(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "seedbed.po"


def _sign(catalog: Catalog) -> None:
    """Fill the head of the file."""
    language = catalog.locale.english_name if catalog.locale else ""
    catalog.header_comment = f"# Seedbed in {language}. Update with: python -m resources.translations.update"
    catalog.fuzzy = False
    catalog.project = "Seedbed"
    catalog.version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    catalog.msgid_bugs_address = ""
    catalog.last_translator = catalog.copyright_holder = "The authors of Seedbed"
    catalog.language_team = language


def _source(message: Message) -> str:
    """The English text, in the singular."""
    return message.id if isinstance(message.id, str) else message.id[0]


def _is_translated(message: Message, catalog: Catalog) -> bool:
    found = catalog.get(_source(message))
    if found is None or found.pluralizable < message.pluralizable:
        return False
    return bool(found.string and all(found.string))


def main() -> None:
    for language in LANGUAGES:
        if language != SOURCE_LANGUAGE:
            update(language)
            for text in missing(language):
                print(f"{language}: {text}")  # noqa: T201


if __name__ == "__main__":
    main()
