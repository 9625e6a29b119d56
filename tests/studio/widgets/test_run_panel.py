"""Screens that work with a run begin with the one that training recommends."""

import shutil

from studio.project.runs import Plan, add_run, recommend, run_folder, set_state
from studio.synthesizing.panel import SynthesizePanel


def add_like_first(project) -> str:
    """Another run with the same checkpoints."""
    run = add_run(project, "instant", project.db.execute("SELECT version FROM run").fetchone()[0], Plan(size=32))
    shutil.copytree(run_folder(project, "instant-1"), run_folder(project, run.name))
    set_state(project, run.name, "done")
    return run.name


def test_the_recommended_run_is_chosen_until_the_user_chooses_another(trained, show_panel):
    newer = add_like_first(trained)
    panel = show_panel(SynthesizePanel, trained)
    assert panel.runs.run_name == "instant-1"  # which the training recommended
    panel.runs.choose(newer)
    panel.refresh()
    assert panel.runs.run_name == newer
    newest = add_like_first(trained)
    recommend(trained, newest)
    panel.session.changed.emit()
    assert panel.runs.run_name == newest
