"""Charts of confusions: classes by name, numbers that can be read, cells that fit, whether few classes or many."""

import numpy as np
import pandas as pd
import pytest
from drawn import hovers, selectable

from audit.figures import predictions
from audit.figures.base import said
from audit.figures.theme import DARK, LIGHT
from audit.language.palette import contrast


def test_the_confusion_of_77_classes_names_every_class_and_fits():
    rng = np.random.default_rng(0)
    labels = [f"a_long_intent_name_number_{i}" for i in range(77)]
    lines = [
        (t, p, int(rng.integers(1, 9)), 0.1, ("0" * 16,)) for t in labels for p in (t, labels[int(rng.integers(77))])
    ]
    table = pd.DataFrame(lines, columns=["true", "predicted", "rows", "share", "row_ids"]).drop_duplicates(
        ["true", "predicted"]
    )
    figure = predictions.confusion(table, labels)
    assert len(set(figure.data[0].x)) == 77
    for axis in (next(figure.select_xaxes()), next(figure.select_yaxes())):
        assert axis.dtick is None  # plotly names as many as have room, whatever the width
        assert axis.scaleanchor is None  # a narrow page does not make a tiny square of it
        assert axis.tickfont.size >= 10
    assert max(len(name) for name in figure.data[0].x) <= 24
    assert figure.layout.height < 1000
    assert all(any(label in text for text in hovers(figure)) for label in labels)
    assert len(selectable(figure)) == len(table)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_every_number_in_a_confusion_can_be_read_on_its_cell(theme):
    lines = [("a", "a", 60, 0.7, ()), ("a", "b", 28, 0.28, ()), ("b", "b", 99, 0.99, ()), ("b", "a", 1, 0.01, ())]
    table = pd.DataFrame(lines, columns=["true", "predicted", "rows", "share", "row_ids"])
    figure = predictions.confusion(table, ["a", "b"], theme=theme)
    texts = [trace for trace in figure.data if getattr(trace, "mode", "") == "text"]
    inks = {number: trace.textfont.color for trace in texts for number in trace.text}
    assert all(trace.unselected.textfont.color == trace.textfont.color for trace in texts)  # while a cell is picked too
    for rows, scale, share in (
        ("60", "sequential", 0.7),
        ("99", "sequential", 0.99),
        ("28", "errors", 1.0),
        ("1", "errors", 0.036),
    ):
        assert contrast(inks[rows], theme.on_scale(scale, share)) >= 4.5, rows


def test_a_confusion_of_few_classes_names_each_on_square_cells():
    table = pd.DataFrame([("a", "a", 5, 1.0, ())], columns=["true", "predicted", "rows", "share", "row_ids"])
    figure = predictions.confusion(table, ["a", "b"])
    assert next(figure.select_xaxes()).dtick == 1
    assert next(figure.select_yaxes()).scaleanchor == "x"


def test_a_confusion_without_errors_says_so():
    table = pd.DataFrame([("a", "a", 5, 1.0, ())], columns=["true", "predicted", "rows", "share", "row_ids"])
    assert "own class" in said(predictions.confusion(table, ["a", "b"]))[0]


@pytest.mark.parametrize(("labels", "angle"), [
    (["negative", "positive"], 0), (["ham", "spam", "other"], 0), (["card_arrival", "failed_transfer", "pin_blocked", "top_up_limit"], -90),
    (["送达", "失败"], 0), (["银行卡尚未送达", "转账失败", "密码被锁"], -90), (list("abcdefgh"), -90),
])  # fmt: skip
def test_labels_that_would_run_into_each_other_above_their_columns_stand_upright(labels, angle):
    table = pd.DataFrame(
        [(x, x, 5, 1.0, ()) for x in labels], columns=["true", "predicted", "rows", "share", "row_ids"]
    )
    figure = predictions.confusion(table, labels)
    assert next(figure.select_xaxes()).tickangle == angle
    assert figure.layout.margin.t >= (140 if angle else 72)
