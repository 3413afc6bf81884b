"""A comparison as sentences and as a document: what is said follows from the corrected tests alone, and reads the right way round."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from pypdf import PdfReader
from runs import make_run

from audit.errors import UnknownName
from audit.report.compared import Compared, compared
from audit.report.compared_words import aligned, clause, headline, outcome
from audit.report.comparison import lay_out_comparison, make_comparison
from audit.report.html import render_html
from audit.report.strings import strings
from audit.score.pairing import Difference
from audit.store import Store

SAY = strings("en")
PLAIN = Difference(
    name="accuracy", probe="", first=0.90, second=0.86, difference=-0.04, low=-0.07, high=-0.01, level=0.95, n=400,
    p_value=0.001, p_adjusted=0.004, method="mcnemar+newcombe", direction="higher_is_better",
)  # fmt: skip
FLIPS = replace(PLAIN, name="flip_any", probe="typos", registered=("typos",), direction="lower_is_better")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    made = Store(f"sqlite:///{tmp_path_factory.mktemp('comparison') / 'runs.db'}")
    yield made
    made.close()


@pytest.fixture(scope="module")
def ids(store, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    fates = ({"textfooler": True}, {}, {"textfooler": False})
    return [make_run(store, folder, rows=60, name=f"model {i}", fates=one).id for i, one in enumerate(fates)]


def two(*tests, names=("A", "B")):
    runs = tuple(SimpleNamespace(name=name) for name in names)
    return Compared(runs, pair=SimpleNamespace(paired=tests))


def test_a_loss_is_told_with_its_amount_and_its_interval_the_right_way_round():
    assert clause(PLAIN, "B", SAY) == "B loses 4.0 percentage points of accuracy (95%: 1.0 to 7.0 percentage points)."
    gain = replace(PLAIN, difference=0.04, low=0.01, high=0.07)
    assert clause(gain, "B", SAY) == "B gains 4.0 percentage points of accuracy (95%: 1.0 to 7.0 percentage points)."


def test_less_of_what_is_bad_is_better():
    assert clause(FLIPS, "B", SAY).startswith(
        "B is better in rows that flip (Typos), by 4.0 percentage points (95%: 1.0 to"
    )
    more = replace(FLIPS, difference=0.04, low=0.01, high=0.07)
    assert clause(more, "B", SAY).startswith("B is worse in rows that flip (Typos), by 4.0 percentage points")
    assert aligned(FLIPS) == (0.04, 0.01, 0.07)
    assert aligned(PLAIN) == (-0.04, -0.07, -0.01)


def test_no_difference_is_established_where_the_corrected_tests_say_none():
    chance = replace(PLAIN, p_value=0.02, p_adjusted=0.3)  # its own interval leaves out 0
    assert headline(two(chance), SAY)[0].startswith("No difference is established: ")
    assert outcome(two(chance), SAY) == ("No difference established", "muted")


def test_a_handful_of_texts_settles_nothing():
    few = replace(PLAIN, n=4, needed=7)
    assert headline(two(few), SAY)[0].startswith("No difference can be established: the runs have 4 texts in common")


def test_what_is_worse_comes_first_and_the_others_are_counted():
    better = [replace(FLIPS, probe=f"p{i}", registered=()) for i in range(4)]
    said = headline(two(*better, PLAIN, replace(PLAIN, p_adjusted=1.0)), SAY)
    assert "loses" in said[0]
    assert said[-2:] == (
        "2 more scores differ beyond chance; see below.",
        "In the 1 other score no difference is established.",
    )
    assert outcome(two(*better, PLAIN), SAY) == ("Worse in 1, Better in 4", "open")


def test_runs_of_one_name_are_told_by_their_place():
    assert headline(two(PLAIN, names=("same", "same")), SAY)[0].startswith("The second run loses")
    assert headline(two(PLAIN, names=("one", "two")), SAY)[0].startswith("“two” loses")


def test_each_unit_has_a_chart_of_its_own_and_few_texts_have_none(store, ids):
    found = compared(store, ids[:2])
    few = replace(found.pair, paired=tuple(replace(d, needed=d.n + 1) for d in found.pair.paired))
    assert "Figure" not in {type(b).__name__ for b in section(replace(found, pair=few), "compare-differences").blocks}
    drawn = [b for b in section(found, "compare-differences").blocks if type(b).__name__ == "Figure"]
    units = [dict(figure.spec.options)["unit"] for figure in drawn]
    assert len(units) == len(set(units)) > 0
    for figure in drawn:  # right of 0 is better, as the tests have it
        for line in figure.spec.table().to_dict("records"):
            assert line["better"] in (None, line["difference"] > 0)


def section(found, name):
    return next(one for one in lay_out_comparison(found).sections if one.id == name)


def test_a_score_of_many_runs_is_marked_best_only_where_it_is(store, ids):
    table = section(compared(store, ids), "compare-several").blocks[1]
    attacked = next(row for row in table.rows if row[0].text == "Accuracy under attack · TextFooler")
    assert [cell.second for cell in attacked[1:4]] == ["", "better than the first", "best"]
    assert all(cell.second == "" for cell in next(row for row in table.rows if row[0].text == "Accuracy"))


def test_the_pdf_says_the_same_each_time_and_is_tagged(store, ids):
    name, pdf = make_comparison(store, ids[:2])
    assert make_comparison(store, ids[:2]) == (name, pdf)
    assert re.fullmatch(r"assay-comparison-[0-9a-f]{6}-[0-9a-f]{6}\.pdf", name)
    reader = PdfReader(io.BytesIO(pdf))
    text = " ".join("".join(page.extract_text() for page in reader.pages).split())
    assert "gains" in text
    assert "of accuracy under attack (TextFooler)" in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_names_are_shown_and_never_obeyed(store, ids):
    found = compared(store, ids[:2])
    hostile = replace(found, runs=tuple(replace(run, name="<script>alert(1)</script>#h1[x]") for run in found.runs))
    page = render_html(lay_out_comparison(hostile))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_another_kind_of_file_is_refused(store, ids):
    with pytest.raises(UnknownName):
        make_comparison(store, ids[:2], "docx")
