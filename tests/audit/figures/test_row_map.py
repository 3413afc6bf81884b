"""The map of rows: every point in one group, signs beside colours, nothing of a text or a label that a browser would take for markup."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from audit.figures.clouds import MOST, WAYS, clouds, ways
from audit.figures.row_map import row_map
from audit.figures.spec import figure_of
from audit.figures.svg import _drawn, svg
from audit.figures.theme import THEMES

LABELS = [f"label {i}" for i in range(9)] + ["<b>bold</b>"]


def table(n=200, *, reference=50, labelled=True, seed=0):
    draw = np.random.default_rng(seed)
    own = np.arange(n) >= reference
    label = draw.choice(LABELS, n) if labelled else np.full(n, "")
    return pd.DataFrame(
        {
            "table": np.where(own, "audited", "reference"), "row_id": [f"{i:016x}" if one else "" for i, one in enumerate(own)],
            "line": np.where(own, -1, np.arange(n) + 2), "x": draw.uniform(-1, 1, n), "y": draw.uniform(-1, 1, n), "label": label,
            "predicted": draw.choice(LABELS, n), "right": draw.integers(0, 2, n) if labelled else -1,
            "confidence": draw.uniform(0.5, 1, n), "outside": np.where(own, draw.integers(0, 2, n), -1) if reference else -1,
            "cluster": np.where(own, draw.integers(0, 13, n), 0), "slice": np.where(own, draw.integers(0, 2, n), 0),
        }
    )  # fmt: skip


@pytest.mark.parametrize("by", WAYS)
def test_every_point_is_drawn_once_whatever_it_is_coloured_by(by):
    rows = table()
    places = np.concatenate([cloud.at for cloud in clouds(rows, by)])
    assert sorted(places) == list(range(len(rows)))
    for theme in THEMES.values():
        figure = row_map(rows, by=by, theme=theme)
        assert sorted(place for trace in figure.data for place in trace.customdata) == list(range(len(rows)))
        assert {trace.type for trace in figure.data} == {"scattergl"}


def test_of_many_labels_the_most_frequent_have_a_colour_and_a_sign_of_their_own():
    groups = clouds(table(), "label")
    named = [cloud for cloud in groups if cloud.colour >= 0]
    assert len(named) == MOST
    traces = [
        trace for trace in row_map(table(), by="label").data if trace.name not in ("reference table", "other labels")
    ]
    assert len({(trace.marker.color, trace.marker.symbol) for trace in traces}) == MOST
    assert len({trace.marker.symbol for trace in traces}) == MOST


def test_what_tells_nothing_apart_is_no_choice():
    assert ways(table()) == list(WAYS)
    plain = table(reference=0, labelled=False)
    assert ways(plain.drop(columns="slice").assign(cluster=0)) == ["predicted", "confidence"]
    assert ways(plain.drop(columns=["slice", "cluster"])) == ["predicted", "confidence"]


def test_every_cluster_has_a_colour_and_sign_together_and_its_name():
    names = {number: f"{number}: word{number}, fee" for number in range(1, 13)}
    rows = table(n=600)
    shown = [trace for trace in row_map(rows, by="cluster", names=names).data if trace.name in names.values()]
    assert [trace.name for trace in shown] == list(names.values())
    assert len({(trace.marker.color, trace.marker.symbol) for trace in shown}) == 12
    for number, trace in enumerate(shown, 1):
        assert (rows["cluster"].to_numpy()[list(trace.customdata)] == number).all()
        assert all(f"word{number}" in text for text in trace.hovertext)


def test_a_slice_is_what_is_in_it_and_what_is_not():
    rows = table()
    groups = {cloud.name: cloud.at for cloud in clouds(rows, "slice")}
    own = (rows["table"] == "audited").to_numpy()
    assert sorted(groups["in the slice"]) == np.flatnonzero(own & (rows["slice"] == 1)).tolist()
    assert sorted(groups["not in it"]) == np.flatnonzero(own & (rows["slice"] == 0)).tolist()


def test_texts_and_labels_are_data():
    rows = table()
    figure = row_map(rows, by="label", texts=["<script>x</script> and <b>so on</b>"] * len(rows))
    told = " ".join(text for trace in figure.data for text in trace.hovertext)
    assert "<script>" not in told
    assert "&lt;script&gt;" in told
    assert "<b>bold" not in told.replace("<b>&lt;", "")
    assert not any("<b>" in trace.name for trace in figure.data)


@pytest.mark.parametrize("by", ["right", "predicted"])
def test_the_still_is_the_same_each_time(by):
    spec = figure_of("map", table(), by=by)
    first = svg(spec)
    assert first.startswith("<?xml") or "<svg" in first[:400]
    _drawn.cache_clear()
    assert svg(figure_of("map", table(), by=by)) == first
