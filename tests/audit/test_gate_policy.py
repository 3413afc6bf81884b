"""A gate judges by the policy it is given and leaves the run as it is; whatever shows a verdict names its policy."""

from __future__ import annotations

import json

import pytest
from commands import typed
from hostile import POLICY_NAME

from audit.store import open_store
from models.terminal import visible


@pytest.fixture(autouse=True)
def _here(hostile):
    with hostile.at_home():
        yield


@pytest.fixture
def strict(tmp_path):
    """A policy that the run fails beyond doubt."""
    path = tmp_path / "strict.toml"
    path.write_text(
        'version = 1\nname = "strict [/b]"\n[[check]]\nid = "a"\nscore = "accuracy"\nmin = 0.99\n', encoding="utf-8"
    )
    return path


def kept(run_id):
    store = open_store()
    run = store.run(run_id)
    return run.verdict, dict(run.policy), store.findings(run_id), store.scores(run_id), run.result_hash


def test_another_policy_leaves_the_run_as_it_is(hostile, strict):
    before = kept(hostile.run_id)
    assert before[0] != "FAIL"
    done = typed("audit", "gate", hostile.run_id, "--policy", strict, "--json")
    told = json.loads(done.out)
    assert (done.status, told["verdict"], told["policy"]["name"]) == (1, "FAIL", "strict [/b]")
    assert [f["id"] for f in told["findings"]] == ["check:a:accuracy"]
    assert kept(hostile.run_id) == before
    shown = json.loads(typed("audit", "show", hostile.run_id, "--json").out)
    assert (shown["verdict"], shown["policy"]["name"]) == (before[0], POLICY_NAME)


def test_a_verdict_is_named_with_its_policy(hostile, strict):
    digest = json.loads(typed("audit", "show", hostile.run_id, "--json").out)["policy"]["digest"]
    own = f"{visible(POLICY_NAME)} ({digest[:12]})"
    assert f"By the policy {own}" in typed("audit", "show", hostile.run_id).out
    told = typed("audit", "gate", hostile.run_id, "--policy", strict).out
    assert "Verdict: Does not meet the policy" in told
    assert "By the policy strict [/b] (" in told
    assert f"by {own}." in told.split("The run itself keeps its verdict")[1]


def test_its_own_policy_gives_its_own_verdict(hostile):
    before = kept(hostile.run_id)
    typed("audit", "gate", hostile.run_id)
    assert kept(hostile.run_id) == before


def test_every_command_that_reads_a_table_has_the_same_options_for_it():
    import typer

    from audit.__main__ import build
    from models.__main__ import app

    groups = [typer.main.get_command(build()), typer.main.get_command(app)]
    options = {
        name: {option for parameter in command.params for option in parameter.opts}
        for group in groups
        for name, command in group.commands.items()
    }
    readers = {
        name for name, found in options.items() if "--csv" in found and name not in {"again", "report", "labels"}
    }  # `again` reads as its run did; the others write one
    assert {"predict", "explain", "attack", "run", "gate", "train"} <= readers
    reading = {"--text", "--label", "--encoding", "--delimiter", "--no-quotes", "--keep-good"}
    assert {name: reading - options[name] for name in readers if reading - options[name]} == {}
    models = {"--pair", "--map"}  # of texts that a model reads already
    assert {name: models - options[name] for name in readers - {"train"} if models - options[name]} == {}
    assert options["run"] & {"--group", *reading, *models} == options["gate"] & {"--group", *reading, *models}
