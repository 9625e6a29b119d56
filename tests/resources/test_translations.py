from string import Formatter

import pytest
from babel.messages.mofile import read_mo

from models.families import FAMILIES, family_class
from models.machine_faults import DEVICES
from models.settings import fields_of
from resources.translations import update as tool
from studio.augmenting import OPERATIONS, PRESETS
from studio.cleaning.checks import CHECKS
from studio.commands import COMMANDS
from studio.exporting import FORMATS
from studio.importing import LAYOUTS
from studio.text import LANGUAGES, tr, use_language

TRANSLATED = sorted(LANGUAGES.keys() - {tool.SOURCE_LANGUAGE})


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language):
    assert tool.missing(language) == [], "run: python -m resources.translations.update"


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_their_placeholders(language):
    for source, strings in _texts(tool.load(language)).items():
        assert all(_placeholders(string) == _placeholders(source[-1]) for string in strings), source


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_program_reads_what_stands_in_the_catalog(language):
    with tool.po_path(language).with_suffix(".mo").open("rb") as file:
        assert _texts(read_mo(file)) == _texts(tool.load(language))


@pytest.mark.parametrize("language", TRANSLATED)
def test_updating_again_changes_nothing(language, tmp_path, monkeypatch):
    po = tool.po_path(language).read_bytes()
    monkeypatch.setattr(tool, "FOLDER", tmp_path)
    path = tool.po_path(language)
    path.parent.mkdir(parents=True)
    path.write_bytes(po)
    tool.update(language)
    first = _contents(path.parent)
    tool.update(language)
    assert _contents(path.parent) == first


def test_what_declares_its_texts_is_collected():
    declared = {*PRESETS, *(command.summary for command in COMMANDS.values())}
    declared |= {each.title for each in (*FORMATS.values(), *LAYOUTS.values())}
    declared |= {layout.summary for layout in LAYOUTS.values()}
    for kind in (*OPERATIONS, *CHECKS, *map(family_class, FAMILIES)):
        declared |= {kind.title, kind.summary}
        for field in fields_of(getattr(kind, "Settings", kind)):
            declared |= {field.title, field.description, field.unit, *field.choices}
    collected = {message.id for message in tool.collect()}
    assert declared - collected <= {""}


def test_what_is_only_looked_for_in_the_messages_of_torch_is_not_translated():
    assert not set(DEVICES) & {message.id for message in tool.collect()}


def test_a_text_is_shown_in_the_language_chosen():
    use_language("zh_CN")
    try:
        assert tr("There is no project at “{path}”.", path="a") == "“a”处没有项目。"
    finally:
        use_language("en")
    assert tr("There is no project at “{path}”.", path="a") == "There is no project at “a”."


def _texts(catalog):
    """Each source text and its translations; both are tuples, with more than one element where there is a plural."""
    return {_tuple(message.id): _tuple(message.string) for message in catalog if message.id}


def _tuple(texts):
    return (texts,) if isinstance(texts, str) else tuple(texts)


def _placeholders(text):
    return {(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(text) if name is not None}


def _contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}
