"""Data: a model's predictions for the whole table, asked for by a button and downloaded when they are made."""

from __future__ import annotations

from pages import check, keyed, seen
from runs import write_table

from audit.stored import NewFile


def test_they_are_asked_for_once_and_can_be_downloaded(app, store, tmp_path):
    path = write_table(tmp_path / "films.csv", 12, ("negative", "positive"))
    upload = store.add_upload(path, path.name, options={"model": "sentiment"})
    test = app("data", table=upload.sha256)
    test.button(key="predict-table").click().run()
    check(test)
    (job,) = store.predictions(upload.sha256)
    assert job.args["model"]["name"] == "sentiment"
    assert test.button(key="predict-table").disabled
    store.update_job(job.id, "running", result={"done": 5, "of": 12})
    test.run()
    assert "5 of 12 rows" in seen(test) + str([p.text for p in test.get("progress")])
    store.update_job(
        job.id,
        "done",
        result={"done": 12, "of": 12, "failed": 0},
        files=[NewFile("films-predictions.csv", b"line\r\n"), NewFile("films-predictions.xlsx", b"PK")],
    )
    test = app("data", table=upload.sha256)
    assert "12 rows by sentiment" in seen(test)
    assert not test.button(key="predict-table").disabled
    offered = [button.label.replace("\\", "").split(" (")[0] for button in test.get("download_button")]
    assert {"films-predictions.csv", "films-predictions.xlsx"} <= set(offered)


def test_without_a_model_it_says_what_to_do(app, store, tmp_path):
    path = write_table(tmp_path / "films.csv", 12, ("red", "blue"))
    upload = store.add_upload(path, path.name)
    assert "Choose a model above" in seen(app("data", table=upload.sha256))


def test_a_proposed_model_can_be_asked_too_and_none_where_the_user_wants_none(app, store, tmp_path):
    path = write_table(tmp_path / "films.csv", 12, ("negative", "positive"))
    upload = store.add_upload(path, path.name)
    test = app("data", table=upload.sha256)
    assert "Proposed: its labels fit those of sentiment." in seen(test)
    test.button(key="predict-table").click().run()
    check(test)
    (job,) = store.predictions(upload.sha256)
    assert job.args["model"]["name"] == "sentiment"
    keyed(test.selectbox, "label-model").set_value("").run()
    check(test)
    assert "Choose a model above" in seen(test)
