"""Every figure: says what is seen, has axes, interval bars, n in the hover, row ids to select, and a face without data."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from drawn import hovers, selectable, titled
from simulated import simulated_run

from audit.figures import attacks, contents, explanations, perturbations, predictions, risk, scores, word_importance
from audit.figures.base import LONG, empty, hover, list_height, said
from audit.figures.theme import DARK, LIGHT, SIZES
from audit.language.numbers import numbers
from audit.score.calibration import reliability
from audit.score.curves import budget_curve, words_changed
from audit.score.data import label_distribution, lengths
from audit.score.faithfulness import bounds
from audit.score.frames import build_frames
from audit.score.importance import intervals
from audit.score.overlap import attacked_words, place_table
from audit.score.pairing import compare_runs
from audit.score.performance import confusion
from audit.score.risk import risk_coverage
from audit.score.scoring import measure_run
from audit.score.word_rows import word_rows, word_table

HOSTILE = "<img src=x onerror=alert(1)>&%{x}"


@pytest.fixture(scope="module")
def run():
    examples, records, labels = simulated_run(160, seed=2)
    frames = build_frames(records, labels=labels, examples=examples)
    return frames, measure_run(frames, resamples=200)


@pytest.fixture(scope="module")
def tables(run):
    frames, measures = run

    def of(name):
        found = [(m, m.score()) for m in measures if m.name == name]
        return pd.DataFrame(
            [
                {"probe": s.probe, "label": m.context.get("label", ""), "value": s.value, "low": s.low, "high": s.high,
                 "n": s.n, "note": s.note, "row_ids": m.evidence}
                for m, s in found
            ]
        )  # fmt: skip

    ig = word_rows(frames, "integrated_gradients")
    pairs = [(m, m.score()) for m in measures if m.name == "method_agreement"]
    differences = compare_runs(frames, frames, resamples=100)
    return {
        "scores": pd.DataFrame(
            [{"label": s.key, "value": s.value, "low": s.low, "high": s.high, "n": s.n, "unit": s.unit, "key": s.key,
              "verdict": "FAIL", "threshold": 0.5, "level": 0.95, "method": s.method, "note": s.note,
              "row_ids": measures.find(s.key).evidence} for s in measures.scores() if not s.slice]
        ),
        "accuracy_under_attack": of("accuracy_under_attack"),
        "success_rates": pd.concat([of("attack_success_rate").assign(kind="raw"), of("attack_success_rate_valid").assign(kind="valid")]),
        "budget": budget_curve(frames.attacks),
        "words_changed": words_changed(frames.attacks),
        "flips": of("flip_rate"),
        "importance": intervals(frames, word_table(ig, "integrated_gradients").head(20), ig),
        "reliability": reliability(frames),
        "risk": risk_coverage(frames),
        "confusion": confusion(frames),
        "classes": of("class_recall"),
        "labels": label_distribution(frames),
        "lengths": lengths(frames),
        "bounds": bounds(frames),
        "agreement": pd.DataFrame(
            [{"first": m.context["first"], "second": m.context["second"], "value": s.value, "low": s.low, "high": s.high, "n": s.n}
             for m, s in pairs]
        ),
        "places": place_table(attacked_words(frames, "textfooler", "integrated_gradients")),
        "differences": pd.DataFrame(
            [{"label": d.key, "first": d.first, "second": d.second, "difference": d.difference, "low": d.low, "high": d.high,
              "n": d.n, "p_adjusted": d.p_adjusted, "better": d.better, "key": d.key} for d in differences]
        ),
    }  # fmt: skip


LABELS = ("negative", "positive")
FIGURES = {
    "score_intervals": ("scores", lambda t, th: scores.score_intervals(t, theme=th), True),
    "accuracy_under_attack": (
        "accuracy_under_attack", lambda t, th: attacks.accuracy_under_attack(t, clean=(0.9, 0.85, 0.95), theme=th), True,
    ),
    "success_rates": ("success_rates", lambda t, th: attacks.success_rates(t, theme=th), True),
    "budget_curve": ("budget", lambda t, th: attacks.budget_curve(t, theme=th), True),
    "words_changed": ("words_changed", lambda t, th: attacks.words_changed(t, theme=th), True),
    "flip_rates": ("flips", lambda t, th: perturbations.flip_rates(t, theme=th), True),
    "word_importance": ("importance", lambda t, th: word_importance.word_importance(t, theme=th), True),
    "reliability": ("reliability", lambda t, th: predictions.reliability(t, ece=(0.05, 0.01, 0.1), theme=th), True),
    "risk_coverage": ("risk", lambda t, th: risk.risk_coverage(t, theme=th), False),
    "confusion": ("confusion", lambda t, th: predictions.confusion(t, LABELS, theme=th), True),
    "class_bars": ("classes", lambda t, th: predictions.class_bars(t, theme=th), True),
    "label_distribution": ("labels", lambda t, th: contents.label_distribution(t, theme=th), False),
    "lengths": ("lengths", lambda t, th: contents.lengths(t, limit=11, theme=th), True),
    "faithfulness": ("bounds", lambda t, th: explanations.faithfulness(t, theme=th), False),
    "method_agreement": ("agreement", lambda t, th: explanations.method_agreement(t, theme=th), False),
    "attacked_and_flagged": ("places", lambda t, th: explanations.attacked_and_flagged(t, theme=th), True),
    "run_differences": ("differences", lambda t, th: scores.run_differences(t, margin=0.02, theme=th), False),
}  # fmt: skip
NO_BARS = {
    "risk_coverage",
    "budget_curve",
    "confusion",
    "lengths",
    "faithfulness",
    "method_agreement",
}  # bands, cells, counts, stretches


def texts(figure):
    """Everything a figure draws; its title is the page's to write."""
    assert figure.layout.title.text is None
    yield from hovers(figure)
    for trace in figure.data:
        for name in ("name", "text", "x", "y"):
            values = getattr(trace, name, None)
            if values is not None:
                yield from [values] if isinstance(values, str) else [v for v in values if isinstance(v, str)]
    for axis in (*figure.select_xaxes(), *figure.select_yaxes()):
        yield from (axis.categoryarray if axis.categoryarray is not None else ())
    yield from (note.text for note in figure.layout.annotations)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_says_what_is_seen(name, theme, tables):
    table, draw, _ = FIGURES[name]
    figure = draw(tables[table], theme)
    assert isinstance(figure, go.Figure)
    assert len(said(figure)[0]) > 20
    axes = [axis for axis in (*figure.select_xaxes(), *figure.select_yaxes()) if axis.title.text]
    assert axes or name == "method_agreement"  # a square whose colour bar carries the unit
    assert figure.layout.font.color == theme.ink
    assert figure.layout.height >= 162
    assert any("n = " in text for text in hovers(figure))
    assert figure.to_json()  # what the browser gets


@pytest.mark.parametrize("name", sorted(set(FIGURES) - NO_BARS))
def test_a_figure_shows_intervals(name, tables):
    table, draw, _ = FIGURES[name]
    bars = [
        bar
        for trace in draw(tables[table], LIGHT).data
        for bar in (trace.error_x, trace.error_y)
        if bar.array is not None
    ]
    assert bars
    assert sum(float(np.sum(bar.array)) for bar in bars) > 0


@pytest.mark.parametrize("name", FIGURES)
def test_points_can_be_selected(name, tables):
    table, draw, with_rows = FIGURES[name]
    points = selectable(draw(tables[table], LIGHT))
    assert points
    assert all(isinstance(key, str) for key, _ in points)
    if with_rows:
        assert any(len(ids) for _, ids in points)
        assert all(len(row_id) == 16 for _, ids in points for row_id in ids)


@pytest.mark.parametrize("name", FIGURES)
def test_without_data_a_figure_says_what_is_missing(name, tables):
    table, draw, _ = FIGURES[name]
    figure = draw(tables[table].iloc[:0], LIGHT)
    assert len(figure.data) == 0
    note = figure.layout.annotations[0].text
    assert len(note) > 20
    assert note.endswith(".")


@pytest.mark.parametrize("name", FIGURES)
def test_names_from_users_are_escaped_everywhere(name, tables):
    table, draw, _ = FIGURES[name]
    data = tables[table].copy()
    for column in ("probe", "label", "word", "target", "first", "second", "true", "predicted", "note", "metric"):
        if column in data and not pd.api.types.is_numeric_dtype(data[column]):
            data[column] = [f"{HOSTILE}{value}" for value in data[column]]
    figure = draw(data, LIGHT)
    if name == "confusion":
        figure = predictions.confusion(data, [HOSTILE + label for label in LABELS])
    found = [text for text in texts(figure) if text]
    assert not any("<img" in text for text in found)
    if name not in ("reliability", "risk_coverage", "lengths", "attacked_and_flagged"):  # those write no names
        assert any("&lt;img" in text for text in found)
    assert all(trace.hovertemplate is None for trace in figure.data)  # texts are never read as templates


def test_a_forest_has_a_panel_for_each_unit(tables):
    figure = scores.score_intervals(tables["scores"])
    assert len(list(figure.select_xaxes())) == tables["scores"]["unit"].nunique()
    marks = [trace for trace in figure.data if trace.marker.symbol == "line-ns"]
    assert marks  # thresholds
    assert {trace.marker.symbol for trace in figure.data} >= {"x", "line-ns"}  # a FAIL is told by its shape too


def test_attacked_and_flagged_words_are_titled_by_their_score(run, tables):
    """Columns spread a word over its ranks, and sum to another number than the score, which counts whole words."""
    _, measures = run
    score = measures.find("attacked_words_flagged@textfooler+integrated_gradients").score()
    known = (score.value, score.low, score.high)
    figure = explanations.attacked_and_flagged(tables["places"], flagged=known)
    told = titled(figure)
    assert f"{numbers().share(score.value)} of attacked words are among the fifth" in told
    assert f"interval {numbers().share(score.low)} to {numbers().share(score.high)}" in told
    top = tables["places"].loc[tables["places"]["to"] <= 0.2 + 1e-9, "share"].sum()
    assert numbers().share(top) != numbers().share(score.value)
    assert "of attacked words are among" not in titled(explanations.attacked_and_flagged(tables["places"]))


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        ((0.0512, 0.01, 0.09), "The model is surer than it is right, by 5.1 percentage points on average"),
        ((-0.03, -0.05, -0.01), "The model is less sure than it is right, by 3.0 percentage points on average"),
        ((0.0512, -0.01, 0.09), "is not established"),
        ((0.0512, None, None), "is not established"),
        (None, "Can the stated probabilities be believed?"),
    ],
)
def test_the_reliability_diagram_is_titled_by_what_is_established(gap, said, tables):
    assert said in titled(predictions.reliability(tables["reliability"], gap=gap))


def test_equal_labels_keep_their_rows():
    line = {"label": "same", "value": 0.5, "low": 0.4, "high": 0.6, "n": 10, "unit": "share"}
    figure = scores.score_intervals(pd.DataFrame([line, line]))
    assert len({trace.y[0] for trace in figure.data}) == 2


def test_the_weakest_class_is_on_top(tables):
    figure = predictions.class_bars(tables["classes"])
    values = list(figure.data[0].x)
    assert values == sorted(values, reverse=True)  # the last row is drawn on top
    weakest = tables["classes"].sort_values("value").iloc[0]["label"]
    assert f"'{weakest}'" in said(figure)[0]


def test_the_band_of_the_budget_curve_is_made_of_steps(tables):
    figure = attacks.budget_curve(tables["budget"])
    band = figure.data[0]
    part = tables["budget"][tables["budget"]["probe"] == tables["budget"]["probe"].iloc[0]]
    assert len(band.x) == len(band.y) == 2 * (2 * len(part) - 1)
    assert max(band.y) == part["high"].max()
    assert min(band.y) == part["low"].min()


def test_only_strong_attacks_make_the_title(tables):
    table = tables["accuracy_under_attack"]
    strongest = table.sort_values("value").iloc[0]
    title = said(attacks.accuracy_under_attack(table))[0]
    assert numbers().share(strongest["value"]) in title


def test_more_classes_than_fit_are_announced(tables):
    data = pd.concat([tables["importance"].assign(target=f"class {i}") for i in range(6)], ignore_index=True)
    assert "4 of 6 classes" in titled(word_importance.word_importance(data))


def pushes(*lines):
    return pd.DataFrame(
        [
            {"target": "positive", "word": w, "mean": m, "low": low, "high": high, "texts": 9}
            for w, m, low, high in lines
        ]
    )


NOT, GOOD, VAGUE, FINE = (
    ("not", -2.231, -2.5, -2.0), ("good", 0.361, 0.1, 0.6), ("vague", 0.9, -0.2, 2.0), ("fine", 0.037, 0.03, 0.04),
)  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((NOT, FINE, GOOD), "'good' pushes hardest towards 'positive'"),
        ((NOT, FINE, GOOD, VAGUE), "Of the words sure to push towards 'positive', 'good' pushes hardest"),
        ((NOT, VAGUE), "'not' pushes hardest against 'positive'"),
        ((VAGUE,), "No word certainly pushes towards or against 'positive'"),
    ],
)
def test_the_word_in_the_title_pushes_the_way_it_says(lines, told):
    figure = word_importance.word_importance(pushes(*lines))
    assert titled(figure).startswith(told)
    assert "surest words on top" in titled(figure)
    assert list(figure.data[0].y) == [line[0] for line in lines][::-1]  # the first is drawn on top


def test_words_are_measured_in_the_unit_of_the_method():
    figure = word_importance.word_importance(pushes(GOOD), unit="probability")
    assert next(figure.select_xaxes()).title.text == "mean attribution (probability)"
    assert "+36.1 percentage points (+10.0 to +60.0 percentage points)" in next(hovers(figure))
    plain = word_importance.word_importance(pushes(FINE, GOOD), unit="none")
    assert titled(plain).startswith("'good' has the highest mean score for 'positive'")
    assert "none" not in plain.to_json()


def test_the_last_column_of_words_changed_says_or_more():
    rows = [
        {"probe": "pwws", "name": "pwws", "status": "success", "weight": 1, "words_changed": n, "row_id": f"{n:016x}"}
        for n in (1, 12, 30)
    ]
    figure = attacks.words_changed(words_changed(pd.DataFrame(rows)))
    axis = next(figure.select_xaxes())
    assert dict(zip(axis.tickvals, axis.ticktext, strict=True))[12] == "12+"
    assert axis.ticktext[0] == "1"
    assert "12 or more words changed" in list(hovers(figure))[-1]
    few = attacks.words_changed(words_changed(pd.DataFrame(rows[:1])))
    assert next(few.select_xaxes()).ticktext is None
    assert "1 word changed" in next(hovers(few))


def test_the_panels_of_faithfulness_stand_below_each_other(tables):
    one = tables["bounds"]
    figure = explanations.faithfulness(pd.concat([one, one.assign(metric="sufficiency")], ignore_index=True))
    assert len(list(figure.select_xaxes())) == 2
    assert {tuple(axis.domain) for axis in figure.select_xaxes()} == {(0.0, 1.0)}


def spread(*counts, kind="data", n=None):
    total = n or sum(counts)
    lines = [(f"label {i}", kind, rows, rows / total, 0.0, 1.0, total) for i, rows in enumerate(counts)]
    return pd.DataFrame(lines, columns=["label", "kind", "rows", "share", "low", "high", "n"])


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (spread(3, 1), "'label 0' is the most frequent label, with 75.0% of the rows"),
        (spread(250, 250), "Both labels are equally frequent, 50.0% of the rows each"),
        (spread(5, 5, 5, 5), "All 4 labels are equally frequent, 25.0% of the rows each"),
        (spread(3, 3, 2), "'label 0' and 'label 1' are the most frequent labels, 37.5% of the rows each"),
        (spread(*[5] * 40, *[1] * 37), "40 labels are equally frequent, 2.1% of the rows each; no label has more"),
        (pd.concat([spread(1, 1), spread(2, 1, kind="model")]), "Both labels are equally frequent, 50.0% of the labelled rows each"),
    ],
)  # fmt: skip
def test_labels_that_tie_are_told_as_a_tie(table, told):
    assert titled(contents.label_distribution(table)).startswith(told)


def test_a_single_recipe_and_a_single_row_can_be_drawn():
    table = pd.DataFrame([{"probe": "pwws", "value": 0.0, "low": 0.0, "high": 0.79, "n": 1}])
    figure = attacks.accuracy_under_attack(table)
    assert "PWWS: 0.0% of the rows stay right" in said(figure)[0]
    missing = table.assign(low=None, high=None)
    assert attacks.accuracy_under_attack(missing).data[0].error_x.visible is False


def test_the_empty_chart_wraps_and_escapes_its_message():
    text = empty("<b>" + "word " * 40).layout.annotations[0].text
    assert "&lt;b&gt;" in text
    assert "<br>" in text


def test_bounds_in_a_hover_are_no_tags():
    """plotly takes whatever stands between < and > for a tag and leaves it out."""
    told = hover("a &lt;b&gt;", "<0.1% to >99.9%", "1<br>2")
    assert told == "<b>a &lt;b&gt;</b><br>&lt;0.1% to &gt;99.9%<br>1<br>2"


def test_the_name_of_a_scale_stands_along_it(tables):
    """Above, it lies on the highest mark."""
    square = explanations.method_agreement(tables["agreement"], theme=DARK).data[0]
    assert (square.colorbar.title.text, square.colorbar.title.side) == ("rank correlation", "right")


def test_the_rows_of_a_long_list_stand_closer_and_no_longer_list_is_lower():
    heights = [list_height(rows) for rows in range(1, 60)]
    assert heights[LONG] - 72 < heights[LONG - 1] / LONG * (LONG + 1)
    assert heights[9] <= 322  # the ten changes of a standard audit


def test_dots_at_the_ends_of_an_axis_are_whole_and_two_on_one_place_are_both_seen():
    lines = [("pwws", kind, 1.0, 0.9, 1.0, 40) for kind in ("raw", "valid")]
    figure = attacks.success_rates(pd.DataFrame(lines, columns=["probe", "kind", "value", "low", "high", "n"]))
    assert all(trace.cliponaxis is False for trace in figure.data)
    assert figure.layout.yaxis.ticklabelstandoff >= (SIZES["marker"] + 1) // 2, "a dot at 0 lies on no letter"
    ring, dot = figure.data
    assert ring.marker.symbol.endswith("open")
    assert ring.marker.size > dot.marker.size
    bins = pd.DataFrame(
        [(0, 0.9, 1.0, 0.5, 1.0, 0.8, 1.0, 10)],
        columns=["bin", "confidence", "accuracy", "low", "high", "from", "to", "n"],
    )
    assert predictions.reliability(bins).data[-1].cliponaxis is False


def test_few_rows_are_counted_in_whole_rows():
    table = pd.DataFrame([(1, 5, 3, 0), (5, 9, 2, 1)], columns=["from", "to", "rows", "truncated"])
    assert contents.lengths(table).layout.yaxis.dtick == 1
    assert contents.lengths(table.assign(rows=[40, 90])).layout.yaxis.dtick is None


def test_scores_whose_names_begin_alike_are_told_apart():
    names = [f"cisgender people over transgender people: {label}" for label in ("hatespeech", "normal", "offensive")]
    table = pd.DataFrame(
        [(name, 0.3, 0.2, 0.4, 10, "share") for name in names], columns=["label", "value", "low", "high", "n", "unit"]
    )
    figure = scores.score_intervals(table)
    shown = [label for trace in figure.data for label in trace.y]
    assert sorted(label.replace("<br>", " ") for label in shown) == sorted(names)
    alone = scores.score_intervals(table.assign(label=["a", "b", "c"]))
    assert figure.layout.height > alone.layout.height
