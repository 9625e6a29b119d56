"""The usefulness test and the report from the command line."""

import json

import pytest

from studio.augmenting import set_project_chain
from studio.cli import main


def test_usefulness_is_told_in_words_and_as_json(lamps, inverted, capsys):
    set_project_chain(lamps, inverted)
    lamps.close()
    assert main(["evaluate", str(lamps.folder), "--usefulness", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [arm["name"] for arm in facts["arms"]] == ["real", "augmented"]
    assert facts["arms"][1]["gains"]["auroc"]["high"] < 0 and len(facts["arms"][0]["by_trial"]) == 10
    assert main(["evaluate", str(lamps.folder), "--usefulness"]) == 0  # all trials are kept: at once
    told = capsys.readouterr().out
    assert told.startswith("It does harm") and "20 off, 20 on" in told


@pytest.mark.parametrize("options", [[], ["--usefulness", "--report", "page.html"]])
def test_a_run_must_be_named_for_what_needs_one(lamps, options, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["evaluate", str(lamps.folder), *options])
    assert stop.value.code == 2 and "--run" in capsys.readouterr().err
