"""New audit, a table to compare with: one that was uploaded, alike or not."""

from __future__ import annotations

from pages import check, seen
from runs import write_table


def chosen(app, store, tmp_path, reference):
    table = store.add_upload(write_table(tmp_path / "now.csv", 30, ("negative", "positive"), seed=1), "now.csv")
    test = app("new_audit", model="sentiment", table=table.sha256)
    next(box for box in test.selectbox if box.key == "audit-reference").select(reference.sha256).run()
    check(test)
    return test


def test_an_audit_is_started_with_it(app, store, tmp_path):
    before = store.add_upload(write_table(tmp_path / "before.csv", 30, ("negative", "positive"), seed=2), "before.csv")
    test = chosen(app, store, tmp_path, before)
    test.button(key="start").click().run()
    run = store.run("latest")
    assert run.spec["reference"]["path"] == before.sha256
    assert [event.verb for event in store.events(run_id=run.id)] == ["start_run"]


def test_one_with_other_columns_is_refused(app, store, tmp_path):
    path = write_table(tmp_path / "other.csv", 30, ("negative", "positive"), seed=3)
    path.write_text(path.read_text().replace("text,label", "text,id", 1), encoding="utf-8")
    test = chosen(app, store, tmp_path, store.add_upload(path, "other.csv"))
    assert test.button(key="start").disabled
    assert "other.csv" in seen(test).replace("\\", "")
