"""Every verb: who may, and the event that is stored with it or not at all."""

from __future__ import annotations

import contextlib
import dataclasses

import pytest
import sqlalchemy as sa
from verbs import Bench, somebody, state

from audit.actions import reviews, runs, tables
from audit.actions.verbs import KINDS, OUTCOMES, VERBS
from audit.actor import Actor, Role, local_user
from audit.errors import AuditError, Forbidden, InputError, RunError, StoreError, UnknownName
from audit.run import client
from audit.store import Event
from audit.store.schema import shards
from models.errors import ModelError

OTHERS = {"erase_run", "erase_discarded", "erase_table", "train_model"}
"""What settings have done (tests/security/test_retention.py), and what `python -m models` does by itself."""
ACTED = sorted(set(VERBS) - OTHERS)
ELSEWHERE = {"export_run", "fetch_resource", "make_comparison", "start_worker"}
"""What changes nothing here."""
BEGUN = ELSEWHERE - {"make_comparison"}
"""What is told when it begins too; a comparison is handed over when it was told."""


def prepared(bench: Bench, verb: str):
    if verb == "import_run":
        bench.bundle()
    return bench.acts()[verb]


def newest(bench: Bench, after: int) -> list[Event]:
    return [e for e in bench.store.events() if e.id > after]


def last(bench: Bench) -> int:
    return max((e.id for e in bench.store.events()), default=0)


def test_every_verb_is_tried_here(bench):
    assert set(bench.acts()) == set(ACTED)
    assert {verb.kind for verb in VERBS.values()} == set(KINDS)


@pytest.mark.parametrize("verb", ACTED)
def test_it_is_done_and_one_event_says_by_whom_on_what(bench, verb):
    act, subject = prepared(bench, verb)
    before, after = state(bench.store), last(bench)
    act(somebody(VERBS[verb].needs, "ana"))
    assert (state(bench.store) != before) == (verb not in ELSEWHERE)
    event, *begun = newest(bench, after)
    assert [(e.verb, e.kind, e.subject, e.outcome) for e in begun] == (
        [(verb, event.kind, event.subject, "begun")] if verb in BEGUN else []
    )
    for one in (event, *begun):
        assert (one.who, one.via, one.project) == ("ana", "token", "default")
    assert (event.verb, event.kind, event.outcome, event.error) == (verb, VERBS[verb].kind, "done", None)
    assert event.subject == subject if subject else len(event.subject) in {12, 64}
    of_run = VERBS[verb].kind in {"run", "review", "report"}
    assert (event.run_id is not None) == of_run
    if VERBS[verb].kind == "run":
        assert event.run_id == event.subject


@pytest.mark.parametrize("verb", ACTED)
def test_whoever_may_not_changes_nothing_and_is_remembered(bench, verb):
    act, subject = prepared(bench, verb)
    before, after = state(bench.store), last(bench)
    lesser = [role for role in Role if role < VERBS[verb].needs]
    for role in [None, *lesser]:
        with pytest.raises(Forbidden, match="ana may not do that"):
            act(somebody(role))
    assert state(bench.store) == before
    found = newest(bench, after)
    assert [(e.verb, e.outcome, e.error) for e in found] == [(verb, "refused", "Forbidden")] * (1 + len(lesser))
    if VERBS[verb].kind == "run" and subject and verb != "import_run":
        assert {e.run_id for e in found} == {subject}


@pytest.mark.parametrize("verb", sorted(set(ACTED) - ELSEWHERE))
def test_where_the_event_cannot_be_stored_nothing_is_done(bench, verb):
    act, _ = prepared(bench, verb)
    with bench.store.database.write() as connection:
        connection.execute(
            sa.text("CREATE TRIGGER no_events BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no events'); END")
        )
    before = state(bench.store)
    with pytest.raises(Exception, match="no events"):
        act(somebody())
    assert state(bench.store) == before


@pytest.mark.parametrize("verb", sorted(BEGUN))
def test_where_no_event_can_be_stored_nothing_is_done_elsewhere_either(bench, verb, monkeypatch):
    act, _ = prepared(bench, verb)
    with bench.store.database.write() as connection:
        connection.execute(
            sa.text("CREATE TRIGGER no_events BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no events'); END")
        )

    def never(*_: object, **__: object) -> None:
        raise AssertionError("it was done, and nothing tells of it")

    for place in ("audit.run.exporting.export_run", "audit.run.client.start_worker", "audit.lifeline.start"):
        monkeypatch.setattr(place, never)
    with pytest.raises(StoreError, match="no events"):
        act(somebody())


def test_failed_rows_wait_for_the_event_too(bench):
    with bench.store.database.write() as connection:
        connection.execute(sa.update(shards).values(status="failed"))
        connection.execute(
            sa.text("CREATE TRIGGER no_events BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no events'); END")
        )
    before = state(bench.store)
    with pytest.raises(StoreError, match="no events"):
        runs.retry(somebody(), bench.run)
    assert state(bench.store) == before
    with bench.store.database.write() as connection:
        connection.execute(sa.text("DROP TRIGGER no_events"))
    assert runs.retry(somebody(), bench.run).status == "queued"
    assert bench.store.progress(bench.run).shards_failed == 0


def test_a_bundle_left_behind_by_nobody_is_no_secret(bench, tmp_path):
    with pytest.raises(Forbidden):
        bench.acts()["export_run"][0](somebody(Role.READER))
    assert not (bench.folder / "out.zip").exists()


def test_nobody_cannot_act(bench):
    after = last(bench)
    for nobody in (None, "ana", object()):
        with pytest.raises(TypeError, match="an Actor is wanted"):
            runs.delete(nobody, bench.run)
    assert bench.store.exists(bench.run)
    assert newest(bench, after) == []


def test_another_project_is_not_here(bench):
    with pytest.raises(Forbidden, match="no project named 'secret'"):
        runs.delete(somebody(project="secret"), bench.run)
    assert bench.store.exists(bench.run)


def test_what_fails_is_told_by_its_kind_and_never_by_what_was_typed(bench):
    after = last(bench)
    with pytest.raises(RunError):
        runs.pause(somebody(), bench.run)  # it has finished
    with pytest.raises(UnknownName):
        runs.cancel(somebody(), "My neighbour hates the film")
    with pytest.raises(InputError):
        reviews.judge(somebody(), "latest", "textfooler", bench.row, "a word I typed")
    found = newest(bench, after)[::-1]
    assert [(e.verb, e.outcome, e.error) for e in found] == [
        ("pause_run", "failed", "RunError"),
        ("cancel_run", "failed", "UnknownName"),
        ("review", "failed", "InputError"),
    ]
    assert [e.subject for e in found] == [bench.run, "", bench.store.resolve("latest")]
    assert "neighbour" not in repr(found)
    assert "word I typed" not in repr(found)


def test_events_hold_no_text_of_a_table(bench):
    texts = [example.text for run in bench.made.values() for example in bench.store.examples(run.id)]
    for verb in (v for v in ACTED if v not in {"import_run", "delete_table"}):
        with contextlib.suppress(AuditError, ModelError):  # what one verb removes, another does not find
            bench.acts()[verb][0](somebody())
    said = " ".join(repr(dataclasses.astuple(e)) for e in bench.store.events(limit=1000))
    words = {word for text in texts for word in text.split() if len(word) > 6}
    assert len(words) > 10
    assert not {word for word in words if word in said}
    assert "more.csv" not in said


def test_a_table_that_goes_with_its_runs_is_one_event_for_each(bench):
    run, after = bench.made["finished"], last(bench)
    assert tables.delete(somebody(), run.upload) == 1
    assert [(e.verb, e.subject, e.who) for e in newest(bench, after)] == [
        ("delete_table", run.upload, "ana"),
        ("delete_run", run.id, "ana"),
    ]
    assert not bench.store.exists(run.id)
    assert [e.verb for e in bench.store.events(run_id=run.id)] == ["delete_run"], "known after it is gone"


def test_a_run_paused_already_is_told_too(bench):
    after = last(bench)
    runs.pause(somebody(), bench.made["paused"].id)
    (event,) = newest(bench, after)
    assert (event.verb, event.subject, event.outcome) == ("pause_run", bench.made["paused"].id, "done")


def test_a_judgement_that_cannot_be_measured_is_told_as_both(bench, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise AuditError("cannot be measured")

    monkeypatch.setattr(client, "review", broken)
    after = last(bench)
    with pytest.raises(AuditError):
        reviews.judge(somebody(), bench.run, "textfooler", bench.row, "same")
    assert [(e.verb, e.outcome) for e in newest(bench, after)] == [("review", "failed"), ("review", "done")]


def test_events_are_only_ever_added(bench):
    kept = bench.store.events()
    assert kept
    for change in ("UPDATE events SET who = 'nobody'", "DELETE FROM events"):
        with pytest.raises(StoreError, match="only added to"), bench.store.database.write() as connection:
            connection.execute(sa.text(change))
    assert bench.store.events() == kept


def test_a_priority_is_from_1_to_100(bench):
    for wrong in (0, 101, -5):
        with pytest.raises(InputError, match="from 1"):
            runs.set_priority(somebody(), bench.made["running"].id, wrong)
    with pytest.raises(RunError, match="finished"):
        runs.set_priority(somebody(), bench.run, 5)
    runs.set_priority(somebody(), bench.made["running"].id, 5)
    assert bench.store.run(bench.made["running"].id).priority == 5


def test_the_user_of_the_process_may_everything(monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "an\na\x00")
    actor = local_user()
    assert (actor.subject, actor.via) == ("ana", "system")
    assert all(actor.may(verb.needs) for verb in VERBS.values())

    def nameless() -> str:
        raise OSError

    monkeypatch.setattr("getpass.getuser", nameless)
    assert local_user().subject == "unknown"


def test_an_actor_has_a_name_that_can_be_shown():
    for wrong in ("", "a\nb", "x" * 201):
        with pytest.raises(ValueError, match="printable"):
            Actor(wrong, frozenset(), "token")


def test_outcomes_are_those_of_events():
    assert set(OUTCOMES) == {"begun", "done", "refused", "failed"}
