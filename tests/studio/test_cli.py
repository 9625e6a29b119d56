"""The command line as a whole: help, misuse, failures in a sentence."""

import json
import os
import subprocess
import sys

import pytest

from studio.commands import COMMANDS
from studio.project import Project


def a_sentence(text):
    return text.count("\n") == 1 and text.strip().endswith((".", "”")) and "Traceback" not in text


def test_help_names_every_command(seedbed):
    code, out, _ = seedbed("--help")
    assert code == 0
    assert all(name in out for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_its_options(seedbed, command):
    code, out, _ = seedbed(command, "--help")
    assert code == 0
    assert "--json" in out


def test_small_commands_start_neither_torch_nor_qt(filled):
    program = (
        "import sys; from studio.cli import main; main(['info', sys.argv[1]]);"
        "print([name for name in ('torch', 'torchvision', 'PySide6', 'pyqtgraph') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program, filled], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_info_counts(filled, result):
    info = result("info", filled)
    assert info["items"] == 30
    assert info["labels"] == {"good": 20, "pits": 10}
    assert info["runs"] == []
    assert info["disk"] > 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("info", "nowhere"),
        ("import", "{project}", "nowhere"),
        ("import", "{project}", ".", "--layout", "sideways"),
        ("import", "{project}", ".", "--set", "cut=thin"),
        ("relink", "{project}", "nowhere"),
        ("clean", "{project}", "--check", "taste"),
        ("augment", "{project}", "--chain", "nonsense"),
        ("train", "{project}", "--family", "dcgan"),
        ("train", "{project}", "--set", "color=blue"),
        ("train", "{project}", "--size", "50"),
        ("evaluate", "{project}", "--run", "instant-9"),
        ("synthesize", "{project}", "--run", "instant-9", "-n", "1"),
        ("export", "{project}", "{project}"),
        ("export", "{project}", "out", "--format", "stone"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(filled, seedbed, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    code, out, err = seedbed(*(argument.format(project=filled) for argument in arguments))
    assert code == 1
    assert out == ""
    assert a_sentence("\n".join(line for line in err.splitlines() if not line.startswith("\r")) + "\n"), err


@pytest.mark.parametrize(
    "arguments",
    [
        ("export",),
        ("import", "p"),
        ("import", "p", "x", "--again"),
        ("label", "p"),
        ("augment", "p"),
        ("train",),
        ("train", "p", "--family", "nonsense"),
        ("train", "p", "--minutes", "0"),
        ("train", "p", "--minutes", "1", "--steps", "1"),
        ("train", "p", "--set", "width"),
        ("synthesize", "p", "--run", "r", "-n", "0"),
        ("no-such-command",),
    ],
)
def test_misuse_is_told_apart(seedbed, arguments):
    code, out, err = seedbed(*arguments)
    assert code == 2
    assert out == ""
    assert err


def test_a_failure_is_an_object_too_where_json_is_asked_for(seedbed, tmp_path):
    code, out, err = seedbed("info", tmp_path / "none", "--json")
    assert code == 1
    assert json.loads(out) == {"error": err.strip()}


@pytest.mark.parametrize(
    "arguments",
    [
        ("new", ""),
        ("split", "cells", "--seed", "-1"),
        ("synthesize", "cells", "--run", "vae-1", "-n", "1", "--seed", "99999999999"),
        ("train", "cells", "--minutes", "0"),
        ("train", "cells", "--set", "width"),
    ],
)
def test_values_that_no_command_could_use_are_misuse(seedbed, arguments):
    code, out, err = seedbed(*arguments)
    assert (code, out) == (2, "")
    assert "Traceback" not in err


def test_a_console_of_few_letters_shows_names_as_well_as_it_can(tmp_path):
    Project.create(tmp_path / "太阳能电池").close()
    command = [sys.executable, "-m", "studio", "info", tmp_path / "太阳能电池"]
    latin = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    assert subprocess.run(command, capture_output=True, env=latin, check=True).stdout.startswith(b"?????")
    as_json = subprocess.run([*command, "--json"], capture_output=True, env=latin, check=True).stdout
    assert json.loads(as_json)["project"] == "太阳能电池"
