"""What buttons do, and that they say so."""

from __future__ import annotations

import csv
import io

from pages import check, keyed, seen
from runs import make_run, write_table

from audit.csv_cells import neutral
from audit.records import Change
from dashboard.draw.heatmap import bars_html, diff_html
from dashboard.draw.typed_changes import word_changes
from dashboard.forms.samples import samples
from dashboard.page.export import to_csv
from dashboard.page.text import duration, escaped, plain
from models.task import Label


def press(test, key):
    button = next(b for b in test.button if b.key == key)
    button.click().run()
    check(test)
    return test


def test_cancel_pause_resume_clone_delete(app, store, tmp_path):
    run = make_run(store, tmp_path, status="running", done=0.3)
    press(app("runs", run=run.id), "do-Pause")
    assert store.run(run.id).status == "paused"
    press(app("runs", run=run.id), "do-Resume")
    assert store.run(run.id).status == "queued"
    press(app("runs", run=run.id), "do-Cancel")
    assert store.run(run.id).status == "cancelled"
    test = press(app("runs", run=run.id), "do-delete")
    assert "It can be had back on the Runs page for 15 minutes" in seen(test)
    assert any(b.key == "delete-run-yes" for b in test.button)
    assert store.exists(run.id)  # nothing happens before the question is answered; a browser test answers it


def test_a_review_changes_the_rate(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=48)
    before = {s.key: s.value for s in store.scores(run.id)}
    test = app("report", run=run.id, section="review", recipe="textfooler")
    for _ in range(12):
        press(test, "judge-different")
    after = {s.key: s.value for s in store.scores(run.id)}
    assert len(store.reviews(run.id)) == 12
    key = "attack_success_rate_valid@textfooler"
    assert after[key] < before[key]
    assert after["accuracy"] == before["accuracy"]


def test_a_table_is_read_as_chosen(app, store, tmp_path):
    path = write_table(tmp_path / "odd.csv", 30, ("yes", "no"))
    path.write_text(path.read_text().replace("text,label", "words,mark"), encoding="utf-8")
    upload = store.add_upload(path, path.name)
    test = app("data", table=upload.sha256)
    assert "Is it read rightly like this?" in seen(test)
    keyed(test.selectbox, "column-text").select("words")
    keyed(test.selectbox, "column-label").select("mark")
    next(b for b in test.button if b.label == "Read it like this").click().run()
    check(test)
    assert "30 rows ready" in seen(test)
    assert store.upload(upload.sha256).options["text"] == "words"


def test_deleting_a_table_asks_and_names_its_runs(app, store, tmp_path):
    run = make_run(store, tmp_path)
    test = press(app("data"), f"delete-{run.upload[:12]}")
    assert "1 run" in seen(test)
    assert "together with its 1 run" in seen(test)
    assert store.exists(run.id)


def test_samples_are_sound_and_start_in_one_click(app, store):
    from audit.table import open_table, profile

    assert {s.name for s in samples()} == {"sentiment", "bank intents", "moderation"}
    for sample in samples():
        table = open_table(sample.path)
        assert table.fault_total == 0
        assert len(table) >= 100
        assert profile(table).duplicates == 0
    ready = [s for s in samples() if s.ready]
    if ready:
        test = app("overview")
        test.session_state["no"] = 1
        button = next(b for b in test.button if b.key == f"quick-{ready[0].name}")
        assert button.label == "Audit it"
        blue = [b.key for b in test.button if b.proto.type == "primary"]
        assert blue == [f"quick-{ready[0].name}"], "one blue action on the first screen"


def test_formulas_are_made_harmless():
    cells = ["=cmd()", "+1", "-1", "@x", "\t=1", "\uff1d1", " =1", "plain", -1.5, None, float("nan")]
    rows = list(csv.reader(io.StringIO(to_csv(["a"], [[c] for c in cells]).decode("utf-8-sig"))))
    assert [r[0] for r in rows[1:]] == [
        "'=cmd()", "'+1", "'-1", "'@x", "'\t=1", "'\uff1d1", "' =1", "plain", "-1.5", "", "",
    ]  # fmt: skip
    assert neutral(3) == 3


def test_markup_is_shown_never_obeyed():
    assert escaped("<img src=x onerror='a'>") == "&lt;img src=x onerror=&#x27;a&#x27;&gt;"
    assert plain("![a](b) :red[c] $x$ <b>") == r"\!\[a\]\(b\) \:red\[c\] \$x\$ \<b\>"
    assert "\n" not in plain("a\nb")
    assert "<script>" not in bars_html(Label(["<script>", "b"]), [1.0, 0.0])
    assert "<i>" not in diff_html("<i>x</i>", [Change(0, 3, "<i>", 0, 3, "<i>")])


def test_changes_of_words_rebuild_the_text():
    before, after = "The film was a quiet delight.", "The film was not a quiet, dull delight!"
    changes = word_changes(before, after)
    out, at = "", 0
    for change in changes:
        out += before[at : change.start] + change.after
        at = change.end
    assert out + before[at:] == after
    assert all(after[c.new_start : c.new_end] == c.after for c in changes)
    assert word_changes(before, before) == ()


def test_durations_are_words():
    assert [duration(s) for s in (None, 0.2, 47.6, 200, 4000, 200_000)] == [
        "–",
        "under 1 s",
        "48 s",
        "3 min 20 s",
        "1 h 6 min",
        "2.3 days",
    ]
