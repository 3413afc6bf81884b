"""A chart's picture for other documents lies on white and holds every label whole."""

from __future__ import annotations

import io

import matplotlib.image
import numpy as np
import pandas as pd
import pytest

from audit.figures import plotly as on_pages
from audit.figures import svg as on_paper
from audit.figures.plotly import plotly_figure
from audit.figures.shapes import _wrapped
from audit.figures.spec import figure, figure_of
from audit.figures.svg import svg
from audit.report.picture import picture

LINES = [("case", "case", 0.2, 0.1, 0.3, 50, "", 40), ("zero_width", "zero_width", 0.02, 0.01, 0.13, 50, "", 40)]
SPEC = figure("flips", ("probe", "name", "value", "low", "high", "n", "note", "changed"), LINES)


def test_it_is_a_png_on_white_with_a_margin():
    bare, told = (
        picture(SPEC, "en", caption) for caption in ("", "Share of changed variants that get another answer.")
    )
    assert bare.startswith(b"\x89PNG")
    pixels = matplotlib.image.imread(io.BytesIO(bare), format="png")
    assert pixels.shape[1] > 1200, "sharp enough for print"
    edges = np.concatenate([pixels[:20].reshape(-1, pixels.shape[2]), pixels[:, :20].reshape(-1, pixels.shape[2])])
    assert (edges == 1.0).all(), "white and opaque to the edge: nothing is cut"
    assert (pixels[:, :, :3].min(axis=2) < 0.5).any(), "something is drawn"
    assert matplotlib.image.imread(io.BytesIO(told), format="png").shape[0] > pixels.shape[0], "the caption is beneath"
    assert picture(SPEC, "en") == bare
    assert svg(SPEC)


def test_names_that_begin_alike_stay_apart_on_paper():
    long = "balance_not_updated_after_cheque_or_cash_deposit"
    assert _wrapped("card_arrival") == "card_arrival"
    assert "".join(_wrapped(long, 22).split("\n")) == long
    scores = [_wrapped(f"Prediction retained under attack: {name}") for name in ("TextFooler", "PWWS")]
    assert len(set(scores)) == 2
    assert all(" ".join(said.split()).endswith(name) for said, name in zip(scores, ("TextFooler", "PWWS"), strict=True))
    assert _wrapped("x" * 500).endswith("…")
    assert len(_wrapped("x" * 500)) < 110


@pytest.mark.parametrize("classes", [3, 20])
def test_a_matrix_has_whole_names_of_its_classes(classes):
    """No two of its pictures are alike where names differ at their ends alone."""
    drawn = set()
    for ending in ("deposit", "payment"):
        labels = tuple(f"balance_not_updated_{n}_after_cheque_or_cash_{ending}" for n in range(classes))
        table = pd.DataFrame([(labels[0], labels[1], 2, 1.0)], columns=["true", "predicted", "rows", "share"])
        drawn.add(svg(figure_of("confusion", table, labels=labels, x="predicted", y="true")))
    assert len(drawn) == 2


TABLES = {
    "labels": (
        [("a label of some length", "data", 6, 0.6, None, None, 10), ("other", "data", 4, 0.4, None, None, 10),
         ("other", "model", 7, 0.7, 0.5, 0.9, 10)],
        ("label", "kind", "rows", "share", "low", "high", "n"), {"most": 12},
    ),
    "lengths": ([(1, 5, 3, 0), (5, 9, 8, 2)], ("from", "to", "rows", "truncated"), {}),
    "words_changed": (
        [("deepwordbug", 1, 6, 0.75, 0.5, 0.9, 8), ("deepwordbug", 3, 2, 0.25, 0.1, 0.5, 8), ("pwws", 2, 4, 1.0, 0.6, 1.0, 4)],
        ("probe", "words", "rows", "share", "low", "high", "n"), {},
    ),
    "places": (
        [(0.0, 0.5, 0.8, 0.7, 0.9, 9, 4), (0.5, 1.0, 0.2, None, None, 2, 4)],
        ("from", "to", "share", "low", "high", "words", "n"), {"flagged": (0.7, 0.6, 0.8)},
    ),
    "agreement": (
        [("saliency", "lime", "saliency", "lime", -0.2, -0.4, 0.1, 9)],
        ("first", "second", "first_name", "second_name", "value", "low", "high", "n"), {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", TABLES)
def test_charts_of_pages_alone_are_declared_too_and_have_a_picture(kind):
    rows, columns, options = TABLES[kind]
    table = pd.DataFrame(rows, columns=list(columns)).assign(row_ids=[["a", "b"]] * len(rows))
    spec = figure_of(kind, table, **options)
    assert "row_ids" not in spec.columns
    assert plotly_figure(spec, table).data
    assert plotly_figure(spec).data, "without the rows behind it too"
    shown = svg(spec)
    assert shown.startswith("<svg")
    assert svg(spec) == shown


def test_pages_and_paper_draw_the_same_kinds():
    assert set(on_paper.DRAWN) == set(on_pages.DRAWN)
