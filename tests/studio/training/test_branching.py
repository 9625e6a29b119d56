"""Runs begin from moments of others; deleting one takes what only it used."""

import pytest

from models.events import finish
from studio.errors import UserError
from studio.project.runs import Moment, Plan, add_run, find_run, run_folder, runs
from studio.project.versions import version_folder
from studio.training.branching import best_moment, branched_plan, can_branch, keeps_all, moments, start_of
from studio.training.deletion import carry_out_deletion, plan_deletion
from studio.training.planned import PlannedRun, carry_out
from studio.training.train import train


def test_a_branch_keeps_the_plan_but_for_what_is_changed_and_knows_where_it_began(with_gan):
    parent = find_run(with_gan, "mlp_gan-1")
    best = best_moment(with_gan, parent.name)
    assert best in moments(with_gan, parent.name) and keeps_all(with_gan, best)
    plan = branched_plan(with_gan, parent, minutes=0.02, learning_rate=1e-5)
    assert plan.size == 32
    assert plan.settings.items() >= {"width": 8, "batch": 8, "learning_rate": 1e-5}.items()
    result = finish(carry_out(with_gan, PlannedRun("mlp_gan", plan, best)))
    assert find_run(with_gan, result.run).parent == Moment("mlp_gan-1", best.step)
    assert result.run == "mlp_gan-2"


@pytest.mark.parametrize(
    ("family", "moment", "sentence"),
    [
        ("dcgan", Moment("mlp_gan-1", 3), "“mlp_gan-1” is no DCGAN"),
        ("mlp_gan", Moment("mlp_gan-1", 99), "keeps no step 99. There are: 1, 3"),
        ("mlp_gan", Moment("gone-1", 3), "no run “gone-1”"),
        ("instant", Moment("instant-1", 1), "nothing to go on from"),
    ],
)
def test_what_nothing_can_begin_from_is_refused(with_gan, family, moment, sentence):
    with pytest.raises(UserError, match=sentence):
        finish(train(with_gan, family, size=32, steps=1, parent=moment))
    assert len(runs(with_gan)) == 2
    assert [can_branch(run) for run in runs(with_gan)] == [False, True]


def test_deleting_the_last_run_of_a_version_frees_its_images_too(with_gan):
    version = find_run(with_gan, "mlp_gan-1").version
    first = plan_deletion(with_gan, "mlp_gan-1")
    assert first.versions == () and first.disk > 10_000
    carry_out_deletion(with_gan, first)
    assert not run_folder(with_gan, "mlp_gan-1").exists() and version_folder(with_gan, version).exists()
    last = plan_deletion(with_gan, "instant-1")
    assert last.versions == (version,)
    carry_out_deletion(with_gan, last)
    assert runs(with_gan) == [] and not version_folder(with_gan, version).exists()
    assert with_gan.db.execute("SELECT count(*) FROM version").fetchone()[0] == 0


def test_a_run_stays_as_long_as_its_samples_are_there(trained):
    with trained.writing() as db:
        db.execute("UPDATE item SET origin = 'synthetic', run = 'instant-1' WHERE id = 1")
    with pytest.raises(UserError, match="1 sample in the project was made with this run"):
        plan_deletion(trained, "instant-1")


def test_a_branch_whose_parent_was_deleted_before_it_learned_anything_says_so(with_gan):
    add_run(with_gan, "mlp_gan", "v", Plan(size=32), Moment("mlp_gan-1", 3))
    branch = find_run(with_gan, "mlp_gan-2")
    carry_out_deletion(with_gan, plan_deletion(with_gan, "mlp_gan-1"))
    with pytest.raises(UserError, match="no run “mlp_gan-1”"):
        start_of(with_gan, branch)
