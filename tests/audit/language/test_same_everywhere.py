"""One score and one explained text, as pages, paper, HTML, terminal, findings and charts tell them: the same words and colours."""

from __future__ import annotations

import html
import io
import re

import pandas as pd
import pytest
from rich.console import Console

from audit.cli.score_lines import score_table
from audit.explain.heatmap_page import HeatmapPage
from audit.figures import shapes as charts
from audit.figures.scores import score_intervals
from audit.figures.word_importance import word_importance
from audit.language.palette import ATTRIBUTION, STRONGEST, rgb
from audit.language.saying import worded
from audit.records import Attribution, WordScore
from audit.report import naming as w
from audit.report.blocks import Cell, Column, Cover, Document, Section, Table
from audit.report.chapters.explanations import heatmap
from audit.report.drawing import document_data
from audit.report.html import render_html
from audit.report.model import Heatmap, HeatWord
from audit.report.strings import strings
from audit.score.intervals import Interval
from audit.score.wording import estimate
from audit.scored import Score
from dashboard.draw.headline import in_words
from dashboard.draw.heatmap import heatmap_html, legend_html
from models.task import Label

SAY = strings()
CASES = [
    ("accuracy", "share", (0.4444, 0.31, 0.452), "44.4%", "31.0% to 45.2%"),
    ("comprehensiveness", "probability", (0.4444, -0.0004, 0.9996), "44.4%", "-0.04% to >99.9%"),
    ("words_left_median", "words", (2.5, 2.0, 3.0), "2.5", "2 to 3"),
    ("method_agreement", "correlation", (0.4444, 0.31, 0.452), "0.444", "0.310 to 0.452"),
    ("ece", "share", (0.0044, 0.0, 0.0171), "0.4%", "0.0% to 1.7%"),
]


def score_of(name: str, unit: str, numbers: tuple[float, float, float]) -> Score:
    return Score(name, *numbers, 0.95, 120, "wilson", "higher_is_better", name, unit=unit)


def document(*blocks: object) -> Document:
    cover = Cover("", "", "", "", "muted", "", (), ())
    return Document("en", "T", "", "", "of", None, cover, (Section("s", "S", tuple(blocks)),))  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "unit", "numbers", "value", "between"), CASES)
def test_a_score_reads_the_same_wherever_it_is_shown(name, unit, numbers, value, between):
    score, both = score_of(name, unit, numbers), f"{value} ({between})"
    assert in_words(score) == both, "page"
    assert w.with_range(score, SAY) == both, "PDF and HTML"
    assert worded(estimate(numbers[0], Interval(*numbers[1:]), unit)) == both, "sentences of findings"
    line = pd.DataFrame(
        [{"label": name, "value": numbers[0], "low": numbers[1], "high": numbers[2], "n": 120, "unit": unit}]
    )
    hover = score_intervals(line).data[0].hovertext[0]
    assert html.unescape(hover).split("<br>")[1] == both, "chart"
    out = io.StringIO()
    Console(file=out, width=200).print(score_table([score]))
    assert re.search(rf"\s{re.escape(value)}\s+{re.escape(between)}\s+120", out.getvalue()), "terminal"
    cells = Table((Column("a"),), ((Cell(w.with_range(score, SAY)),),))
    page = render_html(document(cells))
    assert html.unescape(re.search(r"<td[^>]*>(.*?)</td>", page).group(1)) == both


TEXT = "good but dull"
SCORES = (0.8, 0.1, -0.8)


def explained(unit: str = "probability") -> Attribution:
    places = ((0, 4), (5, 8), (9, 13))
    words = tuple(WordScore(TEXT[a:b], a, b, s, None, 0) for (a, b), s in zip(places, SCORES, strict=True))
    return Attribution("r1", TEXT, "lime", "pos", 0.4444, None, None, 10, False, (), words, unit=unit)


def shades(page: str) -> list[tuple[str, str]]:
    """(word, its style) of every shaded word of an HTML page, in the order of the text."""
    found = re.findall(r'<(?:span|mark)[^>]*style="(background:rgba[^"]*)"[^>]*>(?:<b>)?([^<]*)<', page)
    return [(word, style) for style, word in found if word in TEXT.split()]


def drawn(tmp_path, unit: str) -> dict[str, list[tuple[str, str]]]:
    record = explained(unit)
    path = tmp_path / "page.html"
    with HeatmapPage(path, title="T", facts={}, methods={}) as page:
        page.add(1, [record])
    parts = tuple(HeatWord(word, score) for word, score in zip(TEXT.split(), SCORES, strict=True))
    found = Heatmap("typical", "lime", "r1", None, "pos", 0.4444, parts, None, unit, 0.8, None, True, False)
    example = heatmap(found, Label(("neg", "pos")), SAY, 500)
    paper = document_data(document(example))
    marks = {run["text"]: run["mark"] for run in paper["sections"][0]["blocks"][0]["lines"][0][1] if run["mark"]}
    hues = {word: paper["palette"]["words"][mark] for word, mark in marks.items()}
    lines = {"solid": "underline solid", "densely-dotted": "underline dotted", "none": ""}
    return {
        "page": shades(heatmap_html(record)),
        "explain": shades(path.read_text("utf-8")),
        "html report": shades(render_html(document(example))),
        "pdf": [(word, f"{rgb(shade['hue'])} {lines[shade['dash']]}") for word, shade in hues.items()],
    }


@pytest.mark.parametrize(
    ("unit", "first", "last"), [("probability", "toward", "against"), ("none", "either", "either")]
)
def test_a_word_has_the_same_colour_and_line_wherever_it_is_shown(tmp_path, unit, first, last):
    for where, words in drawn(tmp_path, unit).items():
        styles = dict(words)
        for word, kind in (("good", first), ("dull", last)):
            shade = ATTRIBUTION[kind]
            numbers = ", ".join(map(str, rgb(shade.hue)))
            assert numbers in re.sub(r",\s*", ", ", styles[word]), (where, word)
            lined = re.search(r"underline (solid|dotted)", styles[word])
            assert (lined.group(1) if lined else "") == shade.line, (where, word)
        if where != "pdf":
            assert f"{STRONGEST:.3f}" in styles["good"]
            assert "underline" not in styles["but"], "weak words have no line"


def test_legends_say_what_the_colours_mean():
    legend = legend_html(explained())
    assert re.search(
        r"rgba\(0,114,178.*solid.*speaks for <b>pos</b>.*rgba\(213,94,0.*dotted.*speaks against it", legend
    )
    assert "matters, either way" in legend_html(explained("none"))
    assert "speaks" not in legend_html(explained("none"))


def test_a_word_s_number_reads_the_same_on_page_and_in_charts(tmp_path):
    page = heatmap_html(explained())
    assert 'data-tip="+80.0 percentage points"' in page
    frame = pd.DataFrame({"target": "pos", "word": TEXT.split(), "mean": SCORES, "texts": 9})
    table = frame.assign(low=frame["mean"] - 0.1, high=frame["mean"] + 0.1)
    panel = word_importance(table, unit="probability").data[0]
    told = dict(zip(panel.y, zip(panel.hovertext, panel.marker.color, strict=True), strict=True))
    assert "+80.0 percentage points (+70.0 to +90.0 percentage points)" in told["good"][0]
    assert (told["good"][1], told["dull"][1]) == (ATTRIBUTION["toward"].hue, ATTRIBUTION["against"].hue)
    for score, kind, other in ((0.8, "toward", "against"), (-0.8, "against", "toward")):
        svg = charts.bars([charts.Dot("w", score)], axis="x", unit="logit").lower()
        assert ATTRIBUTION[kind].hue.lower() in svg
        assert ATTRIBUTION[other].hue.lower() not in svg
