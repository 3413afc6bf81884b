"""Shortcuts in numbers: every statistic against scipy, statsmodels or the sum by hand."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from shortcut_runs import LABELS, both, planted, surface_row, word_of
from simulated import example, prediction
from statsmodels.stats.contingency_tables import StratifiedTable

from audit.score.columns import mantel_haenszel, risk_difference
from audit.score.dependence import dependence, p_of_mean
from audit.score.frames import build_frames
from audit.score.measurer import Measurer
from audit.score.word_effects import word_effects
from audit.slices import Slice, of_group
from models.task import Label, Labels


def measured(records, examples=(), *, family=dependence, **about):
    frames = build_frames(records, examples=examples, **(about or {"labels": LABELS}))
    return {measure.key: measure for measure in family(frames, Measurer(0, 400))}


def of(found, name, **where):
    (measure,) = [m for m in found.values() if m.name == name and where.items() <= dict(m.where).items()]
    return measure


# ---- changes of the surface


def test_more_adds_and_less_takes_away_and_the_class_that_gains_is_named():
    """Added to even rows it adds 0.3; taken from odd rows it takes 0.1: what is gained by having it is 0.2 on average."""
    rows = [
        surface_row(f"r{i}", 0.4, [("punctuation", "dots", "less" if i % 2 else "more", 0.3 if i % 2 else 0.7)])
        for i in range(20)
    ]
    found = measured(rows)
    effect = of(found, "shortcut_effect")
    assert effect.where == Slice(feature="punctuation", change="dots", label="positive")
    assert effect.value == pytest.approx(0.2)
    turned = of(found, "shortcut_turned")
    assert (turned.value, turned.n, turned.counts) == (0.5, 20, (10.0, 20.0))  # less of it was never for the class


def test_decisions_that_are_for_the_class_already_cannot_be_turned_to_it():
    rows = [surface_row(f"r{i}", 0.9 if i < 15 else 0.3, [("case", "capitals", "more", 0.95)]) for i in range(25)]
    turned = of(measured(rows), "shortcut_turned")
    assert (turned.value, turned.n) == (1.0, 10)


def test_neutral_sentences_speak_for_a_class_of_neutral_texts_by_their_meaning():
    """A sound model of financial news answers 'neutral' 14 points more with them; that it does so by length alone is a fault."""

    def towards(change, label):
        rows = [surface_row(f"r{i}", 0.4, [("length", change, "more", 0.7)]) for i in range(20)]
        return of(measured(rows, labels=("negative", label)), "shortcut_effect").where["label"]

    assert towards("padding", "positive") == "positive"
    assert towards("padding", "neutral") == "negative"
    assert towards("repeating", "neutral") == "neutral"


def test_a_change_is_held_against_the_text_it_differs_from_in_nothing_else():
    rows = []
    for i in range(20):
        row = surface_row(f"r{i}", 0.9, [("position", "later", "more", 0.6)])
        edit = row.edits[0].__class__("position", "later", "more", "t", both(0.6), both(0.2))
        rows.append(type(row)(row.row_id, row.text, None, "surface", both(0.9), (edit,), 0, 0.1))
    assert of(measured(rows), "shortcut_effect").value == pytest.approx(0.4)
    assert of(measured(rows), "shortcut_turned").value == 1.0


def test_other_digits_gain_only_what_the_model_did_not_say():
    rows = [surface_row(f"r{i}", 0.2 if i % 2 else 0.8, [("digits", "other_numbers", "other", 0.6)]) for i in range(24)]
    effect = of(measured(rows), "shortcut_effect")
    assert (effect.value, effect.n, effect.where["label"]) == (pytest.approx(0.4), 12, "positive")


def test_several_pairs_of_a_row_are_clustered():
    rng = np.random.default_rng(0)
    rows = []
    for i in range(60):
        hit = bool(rng.random() < 0.5)
        rows.append(surface_row(f"r{i}", 0.3, [("length", "padding", "more", 0.7 if hit else 0.3)] * 2))
    turned = of(measured(rows), "shortcut_turned")
    low, high = turned.interval(0.95)
    assert turned.basis == "bootstrap"
    assert high - low > 0.22  # of 60 texts, not of 120 pairs


def test_tests_are_students_and_corrected_over_all_changes_and_classes():
    rng = np.random.default_rng(1)
    drawn = {name: rng.normal(size, 0.1, 40) for name, size in (("dots", 0.02), ("full_stop", 0.05), ("commas", 0.0))}
    rows = [
        surface_row(f"r{i}", 0.5, [("punctuation", name, "more", 0.5 + values[i]) for name, values in drawn.items()])
        for i in range(40)
    ]
    found = measured(rows)
    p_values = {name: stats.ttest_1samp(values.round(6), 0.0).pvalue for name, values in drawn.items()}
    both_classes = [p for name in drawn for p in (p_values[name], p_values[name])]
    adjusted = dict(zip(drawn, stats.false_discovery_control(both_classes)[::2], strict=True))
    for name in drawn:
        assert of(found, "shortcut_effect", change=name).context["q_value"] == pytest.approx(adjusted[name], abs=1e-5)
    assert p_of_mean(np.zeros(9)) == p_of_mean(np.ones(1)) == 1.0
    assert p_of_mean(np.full(9, 0.2)) == 2.0**-8, "all of one sign"


def test_cutting_is_told_and_turns_nothing():
    rows = [surface_row(f"r{i}", 0.9, [("length", "cutting", "less", 0.1)]) for i in range(20)]
    assert {m.name for m in measured(rows).values()} == {"error_share", "shortcut_effect"}


def test_a_change_that_the_model_cannot_see_turns_nothing_and_has_no_effect_to_estimate():
    rows = [surface_row(f"r{i}", p, [("case", "capitals", "more", p)]) for i, p in enumerate([0.4, 0.6] * 10)]
    found = measured(rows)
    assert {m.name for m in found.values()} == {"error_share", "shortcut_turned"}
    assert of(found, "shortcut_turned").value == 0.0


def test_few_texts_and_errors_say_nothing():
    few = [surface_row(f"r{i}", 0.5, [("case", "capitals", "more", 0.9)]) for i in range(9)]
    assert {m.name for m in measured(few).values()} == {"error_share"}
    broken = type(few[0])(example("x").row_id, "x", None, "surface", (), (), 0, 0.1, error="boom")
    assert of(measured([*few, broken]), "error_share").value == pytest.approx(0.1)


def test_of_several_labels_at_once_each_is_a_decision_of_its_own():
    task = Labels(("food", "price"))
    row = surface_row("a", 0.5, [])
    edit = ("punctuation", "dots", "more")
    rows = []
    for i in range(12):
        made = surface_row(f"r{i}", 0.5, [(*edit, 0.5)])
        change = made.edits[0].__class__(*edit, "t", (0.9, 0.9))
        rows.append(type(row)(made.row_id, f"r{i}", None, "surface", (0.2, 0.9), (change,), 0, 0.1))
    turned = of(measured(rows, task=task), "shortcut_turned")
    assert (turned.where["label"], turned.value, turned.n) == ("food", 1.0, 12)


# ---- columns and lengths


def column_run(seed, rows=600, beyond=0.0):
    rng = np.random.default_rng(seed)
    label = rng.random(rows) < 0.5
    shop = rng.random(rows) < np.where(label, 0.7, 0.3)  # the source goes with the label
    says = rng.random(rows) < np.where(label, 0.85, 0.15) + beyond * shop * 0.15
    examples = [
        example(f"r{i}", LABELS[int(label[i])], groups={"source": "shop" if shop[i] else "mail"}) for i in range(rows)
    ]
    records = [prediction(f"r{i}", LABELS[int(says[i])], both(0.9 if says[i] else 0.1)) for i in range(rows)]
    records += [surface_row(f"r{i}", 0.5, [("case", "capitals", "more", 0.5)]) for i in range(20)]
    return label, shop, says, examples, records


def test_a_column_is_held_against_rows_of_the_same_label():
    label, shop, says, examples, records = column_run(0, beyond=1.0)
    measure = of(measured(records, examples), "column_effect", **{"group:source": "shop"})
    tables = [[[(says & s & same).sum(), (~says & s & same).sum()] for s in (shop, ~shop)] for same in (~label, label)]
    table = StratifiedTable([np.array(t, dtype=float) for t in tables])
    q = measure.context["q_value"]
    p = table.test_null_odds(correction=False).pvalue
    assert q == pytest.approx(p, rel=1e-6)  # all four tests of one table with two values have one p
    weights, shares = [], []
    for (a, b), (c, d) in tables:
        weights.append((a + b) * (c + d) / (a + b + c + d))
        shares.append(a / (a + b) - c / (c + d))
    assert measure.value == pytest.approx(np.average(shares, weights=weights))
    assert measure.where == of_group("source", "shop", label="positive")
    assert measure.interval(0.95).low > 0.02


def test_a_source_that_goes_with_the_label_alone_is_no_shortcut():
    missed = 0
    for seed in range(40):
        *_, examples, records = column_run(seed)
        measure = of(measured(records, examples), "column_effect", **{"group:source": "shop"})
        missed += measure.context["q_value"] <= 0.05
    assert stats.binom.sf(missed - 1, 40, 0.05) > 0.001


def test_a_value_that_only_one_label_has_says_nothing():
    totals = np.array([30.0, 9.0, 0.0, 0.0, 0.0, 0.0, 30.0, 12.0])
    assert np.isnan(risk_difference(totals[None])[0])
    assert mantel_haenszel(totals) == 1.0


def test_the_slope_is_that_of_least_squares_with_the_labels_in_it():
    examples, records = planted(120)
    measure = of(measured(records, examples), "length_slope")
    asked = [r for r in records if hasattr(r, "tokens")]
    frame = pd.DataFrame({"p": [r.probs[1] for r in asked], "x": np.log2([r.tokens for r in asked])})
    frame["label"] = [e.label == "positive" for e in examples]
    fit = sm.OLS(frame["p"], sm.add_constant(frame[["x", "label"]].astype(float))).fit()
    assert measure.value == pytest.approx(fit.params["x"], abs=1e-6)
    assert measure.context["q_value"] == pytest.approx(fit.pvalues["x"], abs=1e-9)
    assert measure.where["label"] == "positive"


def test_without_labels_nothing_is_held_fixed():
    examples, records = planted(80)
    bare = [type(e)(e.row_id, e.text, groups=e.groups) for e in examples]
    assert not {m.name for m in measured(records, bare).values()} & {"length_slope", "column_effect"}


# ---- words


def words(*records):
    return measured(list(records), family=word_effects, task=Label(LABELS))


def test_a_word_is_held_against_words_of_like_meaning_at_the_same_places():
    like = [0.25 if i % 2 else 0.0 for i in range(40)]
    found = words(word_of("please", "positive", [True] * 40, like, [True, False]))
    beyond = of(found, "word_beyond")
    assert beyond.value == pytest.approx(1.0 - 0.125)
    assert beyond.context["beside"] == "like"
    assert of(found, "word_turned").counts == (40.0, 40.0)
    assert of(found, "word_effect").value == pytest.approx(0.7)
    assert "words of like meaning turn 12.5%" in beyond.note
    assert "taken out of 2 rows that hold it, it turns 50.0%" in beyond.note


def test_the_strongest_other_word_of_the_class_is_the_bar_where_it_turns_more():
    """A slur has no like of its strength but other slurs: two strong words of one class shield each other."""
    half = [i % 2 == 0 for i in range(40)]
    others = [word_of("good", "positive", half), word_of("warm", "positive", [i < 5 for i in range(40)])]
    elsewhere = word_of("awful", "negative", [True] * 40)
    found = words(word_of("please", "positive", [True] * 40, [0.1] * 40), *others, elsewhere)
    please = of(found, "word_beyond", word="please")
    assert please.context["beside"] == "peer"
    assert please.value == pytest.approx(0.5)
    assert of(found, "word_beyond", word="good").value == pytest.approx(-0.5)
    assert "the strongest other word that speaks for the class turns 50.0%" in please.note
    assert of(found, "word_beyond", word="awful").context["beside"] == ""
    shielded = words(word_of("please", "positive", [True] * 40), word_of("kindly", "positive", [True] * 40))
    assert all(m.value == 0.0 for m in shielded.values() if m.name == "word_beyond")


def test_a_word_that_turns_hardly_anything_is_not_asked_for_its_meaning():
    found = words(word_of("chair", "positive", [i < 3 for i in range(40)]), word_of("leg", "positive", [True] * 8))
    assert {m.name for m in found.values()} == {"word_turned", "word_effect"}
    assert {m.where["word"] for m in found.values()} == {"chair"}
    assert words() == {}


def test_a_word_that_names_its_class_is_no_shortcut_to_it():
    sure = [True] * 40
    found = words(
        word_of("Positives", "positive", sure), word_of("please", "positive", sure), word_of("posit", "negative", sure)
    )
    assert {m.where["word"] for m in found.values() if m.name == "word_turned"} == {"Positives", "please", "posit"}
    assert {m.where["word"] for m in found.values() if m.name == "word_beyond"} == {"please", "posit"}


def test_a_candidate_of_explanations_that_turns_nothing_when_put_in_is_dropped():
    from simulated import SHORTCUT, simulated_run

    from audit.score.importance import importance

    examples, records, labels = simulated_run(250, seed=3)
    for hits, kept in (([False] * 40, set()), ([True] * 40, {SHORTCUT})):
        frames = build_frames([*records, word_of(SHORTCUT, "negative", hits)], labels=labels, examples=examples)
        found = {m.context["word"] for m in importance(frames, Measurer(0, 50)) if m.name == "shortcut_word"}
        assert found == kept
