"""Slices made by hand: their rows and numbers are those counted one by one, and a policy that names one is held against them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from runs import make_run

from audit.errors import SpecError
from audit.results.by_hand import frames_of, hand_slice, rows_of, slice_in_two
from audit.results.judging import judge, judged_by
from audit.results.reading import Results
from audit.results.recomputing import check_scores
from audit.results.row_table import NotInTable
from audit.score.by_hand import part_of
from audit.score.intervals import newcombe, share_interval
from audit.score.policy import parse_policy
from audit.store import close_stores, open_store
from audit.where import parse, written
from audit.words import words_in
from models.text_language import row_languages

ROWS = 120


def wider(lines):
    """The table with a customer's number and a column whose name is one of every run's."""
    return [
        [*lines[0], "customer", "length"],
        *([*line, str(1_000 - i), ("short", "long")[i % 2]] for i, line in enumerate(lines[1:])),
    ]


@pytest.fixture
def store(home):
    opened = open_store()
    yield opened
    close_stores()


@pytest.fixture
def run(store, tmp_path):
    return make_run(store, tmp_path, rows=ROWS, edit=wider)


@pytest.fixture
def results(store, run):
    return Results(store, run)


def told(store, run):
    """Every row with its records."""
    return [(example, store.row_records(run.id, example.row_id)) for example in store.iter_examples(run.id)]


def right(example, records):
    return records["predict"].predicted == example.label


CASES = {
    "region=north & length>9": lambda e, r: e.groups["group:region"] == "north" and len(words_in(e.text)) > 9,
    "group:region=north": lambda e, r: e.groups["group:region"] == "north",
    "column:length=long & customer<=950": lambda e, r: (e.line - 2) % 2 == 1 and 1_000 - (e.line - 2) <= 950,
    'holds "was a" & wrong': lambda e, r: " was a " in e.text and not right(e, r),
    'not holds "was a"': lambda e, r: " was a " not in e.text,
    "holds tak": lambda e, r: False,
    "contains TAKE & not flipped by typos": lambda e, r: r["typos"].flips == 0,
    "held by textfooler": lambda e, r: r["textfooler"].status in ("failed", "out_of_budget"),
    "form=digits & label!=positive": lambda e, r: e.label != "positive",
    "form=question": lambda e, r: "?" in e.text,
    "predicted=positive & confidence>=0.8": lambda e, r: (
        r["predict"].predicted == "positive" and max(r["predict"].probs) >= 0.8
    ),
}


@pytest.mark.parametrize("text", CASES)
def test_a_condition_finds_the_rows_it_says(store, run, results, text):
    table = rows_of(results)
    wanted = [example.row_id for example, records in told(store, run) if CASES[text](example, records)]
    assert list(table.ids[table.mask(parse(text))]) == wanted
    assert written(table.typed(table.resolved(parse(text))))


def test_language_is_told_as_when_the_table_was_read(store, run, results):
    texts = [example.text for example, _ in told(store, run)]
    assert list(rows_of(results).column("language")) == row_languages(texts)


@pytest.mark.parametrize(
    ("text", "said"),
    {
        "regoin=north": "has no column 'regoin'; did you mean 'region'; it has 'region', 'customer', 'length'",
        "outcome:typo=flipped": "no attack or harmless change 'typo'; did you mean 'typos'",
        "flipped by typo": "no attack or harmless change 'typo'; did you mean 'typos'",
        "customers>3": "did you mean 'customer'",
    }.items(),
)
def test_what_a_run_lacks_is_said_in_one_sentence(results, text, said):
    with pytest.raises(NotInTable) as fault:
        hand_slice(results, text)
    assert said in str(fault.value)


def test_the_scores_of_a_slice_are_those_counted_by_hand(store, run, results):
    rows = told(store, run)
    made = hand_slice(results, "region = north")
    inside = [one for one in rows if one[0].groups["group:region"] == "north"]
    rest = [one for one in rows if one not in inside]
    counts = [(sum(right(*one) for one in side), len(side)) for side in (inside, rest)]
    assert (made.text, made.rows, made.of) == ("region=north", len(inside), ROWS)
    accuracy = next(side for side in made.sides if side.inside.name == "accuracy")
    for score, (hits, n) in zip((accuracy.inside, accuracy.rest), counts, strict=True):
        assert (score.value, score.n) == (pytest.approx(hits / n), n)
        assert (score.low, score.high) == pytest.approx(share_interval(hits, n, 0.95))
    assert accuracy.apart == pytest.approx(counts[0][0] / counts[0][1] - counts[1][0] / counts[1][1])
    assert (accuracy.low, accuracy.high) == pytest.approx(newcombe(counts[1], counts[0], 0.95, of_share=share_interval))
    flips = next(side for side in made.sides if (side.inside.name, side.inside.probe) == ("flip_rate", "typos"))
    tried = [r["typos"] for _, r in inside if any(v.changed for v in r["typos"].variants)]
    changed = sum(v.changed for r in tried for v in r.variants)
    assert flips.inside.value == pytest.approx(sum(r.flips for r in tried) / changed)
    attacked = next(side for side in made.sides if side.inside.name == "accuracy_under_attack")
    survived = [r["textfooler"].status in ("failed", "out_of_budget") for _, r in inside]
    assert attacked.inside.value == pytest.approx(sum(survived) / len(survived))
    assert {side.inside.name for side in made.sides} >= {"macro_f1", "ece"}
    assert all(side.inside.where == {"where": "region=north"} for side in made.sides)


def test_a_slice_of_no_rows_and_one_of_all(results):
    assert hand_slice(results, "region=west").sides == ()
    whole = hand_slice(results, "region=north|south")
    assert whole.rows == ROWS
    assert all(side.rest is None or side.rest.value is None for side in whole.sides)
    assert all(side.apart is None for side in whole.sides)


POLICY = """
name = "north"
[[check]]
id = "north-accuracy"
score = "accuracy"
slice = "{slice}"
min = {least}
[[check]]
id = "north-gap"
score = "slice_gap"
slice = "{slice}"
max = 0.9
[[check]]
id = "typos"
score = "flip_rate"
probe = "*"
slice = "{slice}"
max = 1.0
"""


def judged(store, run, text, least=0.0):
    found = judged_by(store, run.id, parse_policy(POLICY.format(slice=text, least=least)).to_dict())
    return {finding.id.split(":")[1]: finding for finding in found.findings}


def test_a_policy_judges_a_stored_run_by_its_slice_at_once(store, run, results):
    made = judged(store, run, "region=north & length>5")
    accuracy = made["north-accuracy"]
    inside = [
        one for one in told(store, run) if one[0].groups["group:region"] == "north" and len(words_in(one[0].text)) > 5
    ]
    assert accuracy.score.value == pytest.approx(sum(right(*one) for one in inside) / len(inside))
    assert (accuracy.verdict, made["north-gap"].verdict, made["typos"].verdict) == ("PASS", "PASS", "PASS")
    assert made["typos"].score.probe == "typos"
    assert accuracy.title.startswith("Where region=north & length>5: The model is right")
    assert "In rows where region=north & length>5 the model is right" in made["north-gap"].title
    strict = judged(store, run, "region = north&length > 5", 0.999)["north-accuracy"]
    assert strict.verdict == "FAIL"
    assert strict.id == accuracy.id


def test_a_slice_that_a_run_cannot_have_leaves_its_checks_open_and_says_why(store, run):
    made = judged(store, run, "regoin=north")
    assert {finding.verdict for finding in made.values()} == {"INCONCLUSIVE"}
    assert "did you mean 'region'" in made["north-accuracy"].note
    assert "change the slice in the policy" in made["north-accuracy"].next_step
    assert "no row fits the slice" in judged(store, run, "region=west")["north-accuracy"].note.lower()


def test_a_run_judged_by_a_slice_is_what_its_records_give(store, run):
    policy = parse_policy(POLICY.format(slice="customer>950 & holds was", least=0.1))
    findings = judge(store, run.id, policy.to_dict())
    assert {f.verdict for f in findings} <= {"PASS", "FAIL"}
    assert check_scores(store, run.id) == []
    (place,) = [store.files.local(run.upload)]
    place.unlink()  # a bundle brings no table: what rests on its columns is taken as it stands, and told
    notes = []
    assert check_scores(store, run.id, noted=notes.append) == []
    assert any("a table whose file is not here" in note for note in notes)


def test_a_bad_condition_of_a_policy_is_named_with_its_line():
    with pytest.raises(
        SpecError, match=r"line 6, field 'slice': The slice cannot be read at character 8: a value is missing"
    ):
        parse_policy(POLICY.strip().format(slice="region=", least=0.1).replace("[[check]]", "\n[[check]]", 1))


@pytest.mark.parametrize("text", ["group:region=north", "form=question,holds=refund", "*", "label=*"])
def test_slices_as_scores_print_them_stay_what_they_were(text):
    policy = parse_policy(f'[[check]]\nid = "a"\nscore = "slice_gap"\nslice = "{text}"\nmax = 0.2\n')
    assert policy.checks[0].slice == text


def other_model(frames):
    """The same rows answered by another model: every third answer is wrong where it was right, or right."""
    answers = frames.predictions.copy()
    answers.loc[::3, "correct"] = 1 - answers.loc[::3, "correct"]
    return replace(frames, predictions=answers)


def test_a_slice_in_two_runs_is_compared_text_by_text_where_they_share_it(store, run, results):
    frames = frames_of(results)
    pair = slice_in_two(results, results, "region=north", frames=(frames, other_model(frames)))
    answers = frames.predictions.assign(after=other_model(frames).predictions["correct"])
    inside = {e.row_id for e, _ in told(store, run) if e.groups["group:region"] == "north"}
    shared = answers[answers["row_id"].isin(inside)]
    accuracy = next(d for d in pair.paired if d.name == "accuracy")
    assert (pair.shared, accuracy.n, pair.first.rows, pair.second.rows) == (len(inside),) * 4
    assert accuracy.difference == pytest.approx((shared["after"] - shared["correct"]).mean())
    assert (accuracy.gained, accuracy.lost) == (
        ((shared["after"] == 1) & (shared["correct"] == 0)).sum(),
        ((shared["after"] == 0) & (shared["correct"] == 1)).sum(),
    )
    assert pair.apart == {}


def test_a_slice_in_two_runs_of_other_texts_is_compared_as_two_samples(store, run, results):
    frames = frames_of(results)
    first, second = (part_of(frames, frames.predictions["row_id"][half]) for half in (slice(0, 60), slice(60, None)))
    pair = slice_in_two(results, results, "region=north", frames=(first, other_model(second)))
    value, low, high = pair.apart["accuracy", ""]
    ours, theirs = (
        next(s.inside for s in side.sides if s.inside.name == "accuracy") for side in (pair.first, pair.second)
    )
    counts = [(score.value * score.n, score.n) for score in (ours, theirs)]
    assert (pair.shared, pair.paired) == (0, ())
    assert value == pytest.approx(theirs.value - ours.value)
    assert (low, high) == pytest.approx(newcombe(*counts, 0.95, of_share=share_interval))


def test_what_one_of_two_runs_lacks_is_said_with_its_name(store, results, tmp_path):
    other = Results(store, make_run(store, tmp_path, rows=20))
    with pytest.raises(NotInTable, match=r"Of the run .+: The table of this run has no column 'customer'"):
        slice_in_two(results, other, "customer>950")
