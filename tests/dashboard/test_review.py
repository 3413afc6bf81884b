"""Review: nothing leads the judge, judges are blind of each other, and judgements are corrected, undone and counted."""

from __future__ import annotations

import pytest
from pages import check, seen
from runs import make_run

from audit.actor import Actor, Role
from audit.kinds import as_a
from audit.records import AttackOutcome
from audit.stored import RecordFilter
from dashboard.door.actor import with_actor
from dashboard.draw.heatmap import sides_html
from dashboard.draw.scores import named
from dashboard.page.text import number
from dashboard.views import report_judged

RECIPE = "textfooler"


@pytest.fixture
def comes_in(monkeypatch):
    """Look at the pages as somebody from here on."""

    def come(name):
        actor = Actor(name, frozenset([Role.REVIEWER]), "token", "default")
        headers = {n.decode(): v.decode("latin-1") for n, v in with_actor([], actor)}
        monkeypatch.setattr("streamlit.runtime.context.ContextProxy.headers", headers)

    return come


@pytest.fixture
def run(store, tmp_path):
    return make_run(store, tmp_path, rows=24, fates={RECIPE: True})


@pytest.fixture
def page(app, run):
    return lambda: app("report", run=run.id, section="review", recipe=RECIPE)


def press(test, key):
    test.button(key=key).click().run()
    check(test)
    return test


def example(store, run, place=0):
    row_id = str(store.review_queue(run.id, RECIPE, limit=place + 1)["row_id"].iloc[place])
    return as_a(store.record(run.id, RECIPE, row_id), AttackOutcome)


def test_the_model_is_not_quoted_until_one_has_judged(store, run, page):
    test = page()
    total = store.count_records(run.id, RecordFilter(probe=RECIPE, status="success"))
    said = seen(test)
    assert f"1 of {total}" in said
    assert "The model said" not in said
    assert "Succeeded" not in said
    press(test, "judge-same")
    said = seen(test)
    assert f"2 of {total}" in said
    assert "The model said" in said


def test_no_answer_is_the_blue_one_and_each_has_a_key(page):
    buttons = {b.key: b.proto for b in page().button if b.key and b.key.startswith("judge-")}
    answers = [buttons[f"judge-{name}"] for name in ("same", "different", "unsure")]
    assert {proto.type for proto in answers} == {"secondary"}
    assert [proto.shortcut for proto in answers] == ["1", "2", "3"]


def test_each_side_marks_what_the_other_lacks(store, run):
    record = example(store, run)
    before, after = sides_html(record.text, record.perturbed_text, record.changes)
    change = record.changes[0]
    assert f'<del class="assay-del">{change.before}</del>' in before
    assert f'<ins class="assay-ins">{change.after}</ins>' in after
    assert "<ins" not in before
    assert "<del" not in after
    assert "<b>" not in "".join(sides_html("<b>x</b>", "<b>y</b>", ()))


@pytest.mark.slow
def test_one_put_off_comes_back_after_the_others(store, run, page):
    test = page()
    first, second = example(store, run, 0), example(store, run, 1)
    assert first.text.split()[-1] in seen(test)
    press(test, "judge-skip")
    assert second.text.split()[-1] in seen(test)
    total = store.count_records(run.id, RecordFilter(probe=RECIPE, status="success"))
    for _ in range(total - 1):
        press(test, "judge-same")
    assert f"{total} of {total}" in seen(test)
    press(test, "judge-different")
    assert "You have judged every success" in seen(test)
    assert {r.row_id for r in store.reviews(run.id) if r.verdict == "different"} == {first.row_id}


def test_a_second_press_before_the_next_example_is_drawn_does_not_judge_the_same_again(store, run, page):
    """Keys are faster than pages: what the second one says is of an example that was not in sight yet."""
    test = page()
    stale = page()
    press(test, "judge-different")
    press(stale, "judge-same")
    (kept,) = store.reviews(run.id, RECIPE)
    assert kept.verdict == "different"
    press(stale, "judge-same")
    assert len(store.reviews(run.id, RECIPE)) == 2


def test_a_judgement_is_corrected_and_the_last_one_undone(store, run, page):
    test = page()
    press(press(test, "judge-same"), "judge-same")
    rows = [example(store, run, place).row_id for place in (0, 1)]
    field = next(c for c in test.segmented_control if c.key == f"verdict-{RECIPE}-{rows[0]}")
    field.set_value("different").run()
    check(test)
    assert {r.row_id: r.verdict for r in store.reviews(run.id)} == {rows[0]: "different", rows[1]: "same"}
    press(test, "undo-last")  # the correction was the last
    assert [r.row_id for r in store.reviews(run.id)] == [rows[1]]


def test_judgements_of_others_are_hidden_until_one_has_judged_the_same_in_the_file_too(
    store, run, page, comes_in, monkeypatch
):
    made = []
    monkeypatch.setattr(report_judged, "export_button", lambda make, *_, **__: made.append(make))

    def rows(test):
        check(test)
        return [(line["row_id"], line["judge"]) for line in made[-1]().to_dict("records")]

    comes_in("ana")
    press(press(page(), "judge-same"), "judge-different")
    first, second = (example(store, run, place).row_id for place in (0, 1))
    of_ana = len(made)
    comes_in("ben")
    test = page()
    said = seen(test)
    assert "2 judgements of others are hidden, here and in the file" in said
    assert len(made) == of_ana, "there is no file for who has judged none of them"
    assert sorted(rows(press(test, "judge-same"))) == sorted([(first, "ana"), (first, "ben")])
    assert "1 judgement of others is hidden" in seen(test)
    total = store.count_records(run.id, RecordFilter(probe=RECIPE, status="success"))
    for _ in range(total - 1):
        press(test, "judge-same")
    assert {judge for row_id, judge in rows(test) if row_id == second} == {"ana", "ben"}
    assert "of others" not in seen(test), "nothing is left to judge"


def rates(test):
    """What the page shows as the two rates, by what they are called."""
    return {metric.label: metric.value for metric in test.metric if metric.label != "Judged"}


def test_the_rates_are_the_reports_and_count_each_example_once_whoever_looks(store, run, page, comes_in):
    """By hand: below ten judgements the rule decides (`valid`), but for what was judged; of one and one against it, too."""
    records = [record for _, record in store.iter_records(run.id, RECIPE)]
    tried = [r for r in records if r.status in {"success", "failed", "out_of_budget"}]
    valid = {r.row_id: bool(r.valid) for r in tried if r.status == "success"}
    rows = [example(store, run, place).row_id for place in range(3)]

    def told(valid):
        (score,) = named(store.scores(run.id), "attack_success_rate_valid", RECIPE)
        assert score.value == pytest.approx(sum(valid.values()) / len(tried), abs=1e-6)
        return number(score.value, score.unit)

    comes_in("ana")
    test = page()
    for answer in ("different", "same", "different"):
        press(test, f"judge-{answer}")
    of_ana = told(valid | {rows[0]: False, rows[1]: True, rows[2]: False})
    assert of_ana in rates(test).values()
    comes_in("ben")
    test = press(page(), "judge-different")
    assert of_ana in rates(test).values(), "one more judge of the same example is no second example"
    said = seen(test)
    assert "2 judgements of others are hidden" in said
    assert "they count each of the 3 examples that somebody has judged once, hidden or not" in said
    assert "0 same · 1 different · 0 unsure" in said
    press(press(test, "judge-different"), "judge-different")
    both = told(valid | {rows[0]: False, rows[2]: False})  # the second: one against one, which counts for nothing
    said = seen(test)
    assert both in rates(test).values()
    assert "hidden or not" not in said
    assert "0 same · 2 different · 1 unsure" in said
    assert len({review.row_id for review in store.reviews(run.id)}) == 3


def test_a_second_judge_is_blind_of_the_first_and_both_are_compared(store, run, page, comes_in):
    comes_in("ana")
    press(press(page(), "judge-same"), "judge-different")
    comes_in("ben")
    test = page()
    assert "1 of" in seen(test)
    assert "What you judged" not in " ".join(e.label for e in test.expander)
    press(press(test, "judge-same"), "judge-same")
    assert len(store.reviews(run.id)) == 4
    said = seen(test)
    assert "**ana** and **ben** both judged 2 examples and agree on 1" in said
    assert "1 same · 0 different · 1 unsure" in said  # one of each: a tie counts for nothing
