"""`audit slices`: weak spots and slices that are kept, the numbers of a condition, and one sentence for what cannot be."""

from __future__ import annotations

import json

import pytest
from commands import typed
from runs import make_run

from audit.actions import slices
from audit.actor import local_user
from audit.results.by_hand import hand_slice
from audit.results.reading import Results
from audit.store import close_stores, open_store


@pytest.fixture
def store(home):
    opened = open_store()
    yield opened
    close_stores()


@pytest.fixture
def run(store, tmp_path):
    return make_run(store, tmp_path, rows=60)


def test_a_condition_is_measured_and_kept(store, run):
    done = typed("audit", "slices", run.id, "--where", "region = north&length>5", "--save", "northern", "--json")
    assert done.status == 0
    said = json.loads(done.out)["slice"]
    found = hand_slice(Results(store, run), "region=north & length>5")
    assert (said["where"], said["rows"], said["of"]) == (found.text, found.rows, 60)
    assert [one["inside"]["value"] for one in said["scores"]] == [
        pytest.approx(side.inside.value, abs=1e-6) for side in found.sides
    ]
    assert [(one.name, one.condition) for one in store.slices()] == [("northern", found.text)]
    shown = typed("audit", "slices", run.id, "--saved", "northern")
    assert f"{found.rows} of 60 rows are in it" in shown.out
    assert "in all other rows" in shown.out


def test_without_a_condition_weak_spots_and_kept_slices_are_listed(store, run):
    slices.save(local_user(), "unsure", "confidence<0.7")
    done = typed("audit", "slices", run.id)
    assert "takes 200 labelled texts" in done.out
    assert "confidence<0.7" in done.out
    assert json.loads(typed("audit", "slices", run.id, "--json").out)["kept"] == [
        {"name": "unsure", "where": "confidence<0.7"}
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--where", "region="], "at character 8: a value is missing"),
        (["--where", "regoin=north"], "did you mean 'region'"),
        (["--saved", "none"], "There is no slice named 'none'"),
        (["--save", "x"], "--save keeps a condition; give it with --where."),
        (["--where", "wrong", "--saved", "x"], "give one of them"),
        (["--where", "wrong", "--save", "a/b"], "is no name for a slice"),
    ],
)
def test_what_cannot_be_is_one_sentence(store, run, words, said):
    done = typed("audit", "slices", run.id, *words)
    assert done.status == 2
    assert said in " ".join(done.err.split())
    assert "Traceback" not in done.err
    assert store.slices() == ()


def test_a_run_that_goes_on_has_no_slices_yet(store, tmp_path):
    run = make_run(store, tmp_path, rows=20, status="running", done=0.5)
    done = typed("audit", "slices", run.id, "--where", "wrong")
    assert (done.status, "is running; slices are of a run that has finished" in done.err) == (2, True)
