"""What a selection in a chart says, and which of several charts the reader touched last."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.draw.charts import NOTHING, picked


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([], NOTHING),
        ([{"x": 1}], NOTHING),
        ([{"customdata": ["pwws", []]}], ("pwws", ())),
        ([{"customdata": ["pwws", {}]}], ("pwws", ())),
        ([{"customdata": ["pwws", {str(i): f"r{i}" for i in range(12)}]}], ("pwws", tuple(f"r{i}" for i in range(12)))),
        ([{"customdata": ["pwws", ["a", "b"]]}, {"customdata": ["pwws", ["b", "c"]]}], ("pwws", ("a", "b", "c"))),
    ],
)
def test_what_a_selection_says(points, said):
    assert picked(points) == said


def script():
    import streamlit as st

    from dashboard.draw.charts import latest
    from dashboard.page.address import bound, choose

    keys = {name: st.text_input(name, key=name) for name in ("left", "right")}
    (key, _), new = latest({name: (value, ()) for name, value in keys.items()}, "picks")
    if new and key:
        choose("recipe", key, default="one")
    st.markdown(
        f"shows {bound(st.selectbox, 'Recipe', ['one', 'two', 'three'], key='recipe')} after {key or 'nothing'}"
    )


def test_the_chart_touched_last_decides_and_the_reader_may_choose_again():
    app = AppTest.from_function(script, default_timeout=60).run()
    assert app.markdown[0].value == "shows one after nothing"
    app.text_input(key="left").input("two").run()
    assert app.markdown[0].value == "shows two after two"
    assert app.query_params["recipe"] in ("two", ["two"])
    app.text_input(key="right").input("three").run()
    assert app.markdown[0].value == "shows three after three"
    app.selectbox(key="recipe").select("one").run()
    assert app.markdown[0].value == "shows one after three"
    app.text_input(key="right").input("").run()
    assert app.markdown[0].value == "shows one after nothing"
