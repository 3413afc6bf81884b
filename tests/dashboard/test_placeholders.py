"""A box where nothing is chosen says what to do in our words, in the language spoken, and not in Streamlit's English."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import dashboard
from dashboard.views.report import SECTIONS

EMPTY_FROM_THE_START = ("multiselect",)


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(Path(dashboard.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield f"{path.name}:{node.lineno}", node


def test_every_box_that_can_be_empty_has_words_of_its_own():
    bare = []
    for where, call in calls():
        given = {one.arg: one.value for one in call.keywords}
        nothing = isinstance(given.get("index"), ast.Constant) and given["index"].value is None
        if (
            call.func.attr in EMPTY_FROM_THE_START or (call.func.attr == "selectbox" and nothing)
        ) and "placeholder" not in given:
            bare.append(where)
    assert bare == []


def test_a_box_that_opens_has_no_picture():
    """Streamlit shows it in place of the arrow that says that the box opens, until the pointer is there."""
    boxes = [(where, call) for where, call in calls() if call.func.attr == "expander"]
    assert len(boxes) > 20
    assert [where for where, call in boxes if any(one.arg in ("icon", None) for one in call.keywords)] == []


def test_filters_say_that_any_will_do(app, store, tmp_path):
    from runs import make_run

    run = make_run(store, tmp_path)
    pages = [
        app("runs"),
        *(app("report", run=run.id, section=name) for name in SECTIONS),
        app("data"),
        app("new_audit"),
    ]
    boxes = [box for test in pages for box in test.multiselect]
    assert boxes
    assert [box.label for box in boxes if not box.proto.placeholder or "hoose option" in box.proto.placeholder] == []
    assert {box.proto.placeholder for box in pages[0].multiselect} == {"Any"}


def test_a_table_whose_text_column_is_not_known_asks_for_it(app, store, tmp_path):
    path = tmp_path / "numbers.csv"
    path.write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    test = app("data", table=store.add_upload(path, path.name).sha256)
    empty = [box for box in test.selectbox if box.value is None]
    assert empty
    assert {box.proto.placeholder for box in empty} == {"Choose a column"}
