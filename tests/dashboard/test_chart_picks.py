"""What is picked in a chart stands in the address by its places: a click, a box and a list from the keyboard say the same."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import seen
from runs import make_run

from dashboard.draw.chart_picks import MOST, Point, marked, name_of, places_of, plain_hover, points_of, read, written


def figure():
    made = go.Figure()
    made.add_trace(go.Scatter(x=[0, 1], y=[0, 1], mode="lines"))  # a line to read by carries nothing
    for colour in ("red", "blue"):
        told = [f"<b>{colour} &lt;b&gt;</b><br>n = {n} rows" for n in range(3)]
        data = [[f"{colour}{n}", [f"r{n}"]] for n in range(3)]
        made.add_trace(go.Scatter(x=[0, 1, 2], y=[0, 1, 2], hovertext=told, customdata=data))
    return made


def test_the_points_of_a_figure_are_those_that_carry_something():
    points = points_of(figure())
    assert [(point.trace, point.number) for point in points] == [(t, n) for t in (1, 2) for n in range(3)]
    assert points[3].said == "blue <b>: n = 0 rows"
    assert points[3].data == ["blue0", ["r0"]]
    assert all(point.rows for point in points)
    assert not Point(0, 0, "", ["x", []]).rows


def test_a_selection_of_plotlys_is_the_places_of_its_points():
    points = points_of(figure())
    event = {"selection": {"points": [{"curve_number": 2, "point_index": 1}, {"curve_number": 0, "point_index": 1}]}}
    assert places_of(event, points) == (4,)
    for nothing in (None, {}, {"selection": {}}, {"selection": {"points": []}}):
        assert places_of(nothing, points) == ()


def test_a_figure_shows_what_is_picked_and_nothing_else_fades_a_figure():
    made = figure()
    points = points_of(made)
    marked(made, points, (4,))
    assert [trace.selectedpoints for trace in made.data] == [None, (), (1,)]
    marked(made, points, ())
    assert {trace.selectedpoints for trace in made.data} == {None}


@given(st.lists(st.integers(0, 500), max_size=150, unique=True))
def test_what_is_written_is_read_again(places):
    text = written("confusion-0", places)
    assert read(text or "", "confusion-0", 501) == tuple(places[:MOST])
    assert read(text or "", "another", 501) == ()


@pytest.mark.parametrize("text", ["", "a", "a:", "a:x", "a:1.", "a:-1", "a:99", "a:1;2", "b:1", "a:" + "9" * 400])
def test_an_address_that_means_no_point_picks_nothing(text):
    assert read(text, "a", 5) == ()


def test_other_points_are_another_chart():
    points = points_of(figure())
    assert name_of("words", points) == name_of("words", points)
    assert name_of("words", points) != name_of("words", points[1:])


def test_a_hover_is_said_in_one_line():
    assert plain_hover("<b>a</b><br><br>b<br>c &lt;0.1%") == "a: b · c <0.1%"
    assert plain_hover("a") == "a"


def test_the_list_picks_the_rows_and_the_address_has_them(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=40)
    test = app("report", run=run.id, section="performance")
    lists = [box for box in test.selectbox if box.key.startswith("confusion") and box.key.endswith("-pick")]
    lists[0].select_index(1).run()
    assert not test.exception
    pick = test.query_params["pick"]
    told = seen(test)
    assert "picked in the chart" in told
    again = app("report", run=run.id, section="performance", pick=pick[0] if isinstance(pick, list) else pick)
    assert seen(again) == told
    clear = next(button for button in again.button if button.key.endswith("-clear"))
    clear.click().run()
    assert "pick" not in again.query_params
    assert "picked in the chart" not in seen(again)
