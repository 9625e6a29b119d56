"""The command line: reads what is asked, runs one command, prints what came of it.

Progress goes to standard error, results to standard output; with `--json` the last line there is one JSON object, in
UTF-8. Exit code 0: done; 1: could not, with the reason in one sentence, in JSON as `error`; 2: misused.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from studio.commands import COMMANDS
from studio.commands.command import Misused, Report
from studio.errors import explain
from studio.text import tr, use_language


def main(arguments: Sequence[str]) -> int:
    """Run one command, or open the studio where none is named; returns the exit code."""
    use_language(_language())
    if list(arguments) == ["--self-test"]:
        from studio.self_test import self_test

        return self_test()
    if not arguments or (arguments[0] not in COMMANDS and not arguments[0].startswith("-")):
        return _open_studio(arguments)
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        report = COMMANDS[options.command].run(options)
    except Misused as error:
        parser.error(str(error))
    except KeyboardInterrupt:
        return _fail(tr("Stopped."), options.json)
    except Exception as error:
        sentence = explain(error)
        if sentence is None:  # a defect of the program: whoever mends it needs all of it
            raise
        return _fail(sentence, options.json)
    return _conclude(report, options.json)


def _language() -> str:
    """What the terminal speaks, such as zh_CN.UTF-8."""
    return next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "en")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="seedbed",
        description=tr("Grows a data set from the images you have. Opens the studio when no command is given."),
    )
    commands = parser.add_subparsers(dest="command", metavar=tr("COMMAND"), required=True)
    for name, command in COMMANDS.items():
        summary = tr(command.summary)
        own = commands.add_parser(name, help=summary, description=summary)
        command.add_options(own)
        own.add_argument("--json", action="store_true", help=tr("print the result as one JSON object"))
    return parser


def _open_studio(arguments: Sequence[str]) -> int:
    if len(arguments) > 1 or (arguments and not Path(arguments[0]).exists()):
        word = arguments[0]
        return _refuse(tr("“{word}” is neither a command nor a project. See: seedbed --help", word=word), code=2)
    from studio.app import run

    return run(Path(arguments[0]) if arguments else None)


def _conclude(report: Report, as_json: bool) -> int:
    if as_json:
        _print_json(report.facts)
    else:
        sys.stdout.write(f"{report.text}\n")
        sys.stdout.flush()
    if report.show is None or as_json:
        return 0 if report.done else 1
    return _open_studio([str(report.show)])


def _fail(sentence: str, as_json: bool) -> int:
    if as_json:
        _print_json({"error": sentence})
    return _refuse(sentence)


def _print_json(facts: Any) -> None:
    """One line in UTF-8, whatever the terminal speaks."""
    sys.stdout.flush()
    sys.stdout.buffer.write(msgspec.json.encode(facts, enc_hook=str) + b"\n")
    sys.stdout.buffer.flush()


def _refuse(sentence: str, code: int = 1) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code
