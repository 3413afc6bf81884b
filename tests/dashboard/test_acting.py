"""Pages act as whoever the door let in, and show them no more than they may."""

from __future__ import annotations

import threading

import pytest
from pages import check, seen
from runs import make_run

from audit.actor import PROJECT, Actor, Role, local_user
from dashboard.door.actor import HEADER, with_actor
from dashboard.page.state import actor, as_now
from dashboard.page.state import store as page_store


@pytest.fixture
def comes_in(monkeypatch):
    """Have the pages' requests come through the door as somebody."""

    def come(name: str, *roles: Role, project: str = PROJECT) -> Actor:
        somebody = Actor(name, frozenset(roles), "token", project)
        headers = {n.decode(): v.decode("latin-1") for n, v in with_actor([], somebody)}
        monkeypatch.setattr("streamlit.runtime.context.ContextProxy.headers", headers)
        return somebody

    return come


def test_a_judgement_is_theirs(app, store, tmp_path, comes_in):
    run = make_run(store, tmp_path, rows=24)
    comes_in("ben", Role.REVIEWER)
    test = app("report", run=run.id, section="review", recipe="textfooler")
    check(test.button(key="judge-different").click().run())
    (review,) = store.reviews(run.id)
    (event,) = store.events()
    assert review.who == "ben"
    assert (event.who, event.via, event.verb, event.outcome) == ("ben", "token", "review", "done")
    test = app("report", run=run.id, section="review", recipe="textfooler")
    check(test.button(key=f"undo-{review.row_id}").click().run())
    assert store.reviews(run.id) == ()
    assert [e.verb for e in store.events(run_id=run.id)] == ["undo_review", "review"]


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER])
def test_whoever_may_not_is_told_so(app, store, tmp_path, comes_in, role):
    run = make_run(store, tmp_path, status="running", done=0.3)
    comes_in("rita", role)
    test = app("runs", run=run.id)
    test.button(key="do-Cancel").click().run()
    assert "rita may not do that: it needs the role analyst" in " ".join(e.value for e in test.error).replace("\\", "")
    assert store.run(run.id).wanted == "run"
    assert [(e.verb, e.outcome) for e in store.events()] == [("cancel_run", "refused")]


def test_whoever_is_nothing_here_sees_nothing(app, store, tmp_path, comes_in):
    run = make_run(store, tmp_path, name="the secret run")
    for known in ((), (Role.ADMINISTRATOR,)):
        comes_in("mallory", *known, project=PROJECT if not known else "other")
        for page, query in (("runs", {}), ("report", {"run": run.id}), ("overview", {})):
            assert "the secret run" not in seen(app(page, sound=False, **query))


def test_what_is_done_later_is_done_for_whoever_was_there(store, comes_in, monkeypatch):
    ana = comes_in("ana", Role.READER)
    later = as_now(lambda: (actor(), page_store().actor))
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.headers", {})
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.extend([later(), actor()]))  # as a download is: no page around it
    thread.start()
    thread.join()
    assert found == [(ana, ana), local_user()]


def test_the_header_is_one_that_only_the_door_writes():
    assert HEADER.lower() == HEADER


def test_the_report_says_who_did_what(app, store, tmp_path, comes_in):
    run = make_run(store, tmp_path, status="running", done=0.3)
    comes_in("ana", Role.ANALYST)
    check(app("runs", run=run.id).button(key="do-Pause").click().run())
    comes_in("rita", Role.READER)
    app("runs", run=run.id).button(key="do-Resume").click().run()
    shown = app("report", run=run.id, section="provenance")
    (table,) = [frame.value for frame in shown.dataframe if list(frame.value.columns)[:2] == ["when", "who"]]
    assert table[["who", "what", "outcome"]].to_numpy().tolist() == [
        ["rita", "Resumed the run", "refused"],
        ["ana", "Paused the run", "done"],
    ]
    other = make_run(store, tmp_path, seed=5)
    assert "Nothing is known" in seen(app("report", run=other.id, section="provenance"))
