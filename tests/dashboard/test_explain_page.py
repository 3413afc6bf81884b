"""What charts and the Explain page are given: the unit of a method, shares of all rows, a text that survives a reload."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
import runs
from pages import check, seen
from runs import make_run

from audit.figures.theme import LIGHT
from audit.live import Answer
from dashboard.page.kept_texts import KeptTexts, kept_texts


class Model:
    """Answers every question at once."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict]] = []

    def alive(self) -> bool:
        return True

    def ask(self, action, **arguments):
        self.asked.append((action, arguments))
        answer = Answer(len(self.asked), self, {})
        probs = {"labels": ["bad", "good"], "probs": [[0.2, 0.8]], "kept": [5], "tokens": [5]}
        answer.settle(result=probs if action == "predict" else {})
        return answer


@pytest.fixture
def model(store, tmp_path, monkeypatch):
    from dashboard.page import live
    from dashboard.views import explain
    from models import catalog

    (tmp_path / "tiny").mkdir()
    catalog.add("tiny", str(tmp_path / "tiny"), labels=("bad", "good"), in_place=True)
    made = Model()
    monkeypatch.setattr(live, "live_process", lambda: made)
    monkeypatch.setattr(explain, "live_process", lambda: made)
    return made


def write(test, text):
    test.text_area(key="what-if-typed").set_value(text)
    next(b for b in test.button if b.label == "Explain").click().run()
    check(test)
    return test


def address(test):
    """The query parameters by name, one value each."""
    return {name: value[0] if isinstance(value, list) else value for name, value in test.query_params.items()}


def test_an_explained_text_survives_a_reload_and_stays_out_of_the_address(app, model):
    test = app("explain", model="tiny")
    assert not {"text", "kept"} & set(address(test))
    for text in ("A warm & funny film", "long " * 200):
        write(test, text)
        assert set(address(test)) <= {"model", "kept"}
        assert text.split()[0] not in str(address(test))
        again = app("explain", **address(test))
        assert again.text_area(key="what-if-typed").value == text
        assert model.asked[-2][1]["texts"] == [text]
        assert "press Explain" not in seen(again)
        assert address(again) == address(test)


def test_a_link_whose_text_is_gone_says_so(app, model):
    test = app("explain", model="tiny", kept="0" * 24)
    assert "no longer kept" in seen(test)
    assert "kept" not in address(test)


def test_a_text_written_into_a_link_is_not_asked_about_and_leaves_the_address(app, model):
    test = app("explain", model="tiny", text="Short")
    assert "text" not in address(test)
    assert "Short" not in str(model.asked)


def test_a_row_is_in_the_address_as_a_row_until_its_text_is_changed(app, model, store, tmp_path):
    run = make_run(store, tmp_path)
    row = store.examples(run.id, [0])[0]
    test = app("explain", model="tiny", run=run.id, row=row.row_id)
    assert test.text_area(key="what-if-typed").value == row.text
    assert address(test).get("row") == row.row_id
    assert "kept" not in address(test)
    write(test, "Something else")
    assert kept_texts().get(address(test)["kept"]) == "Something else"
    assert not {"run", "row"} & set(address(test))


def test_texts_are_kept_up_to_a_number_and_a_size():
    kept = KeptTexts(most=3, characters=100)
    keys = [kept.keep(text) for text in ("one", "two", "three")]
    assert kept.keep("one") == keys[0]
    kept.keep("four")
    assert [kept.get(key) for key in keys] == ["one", None, "three"]
    large = kept.keep("x" * 99)
    assert kept.get(large) == "x" * 99
    assert kept.get(keys[0]) is None
    assert kept.get(kept.keep("\ud800")) == "\ud800"
    assert KeptTexts().keep("one") != keys[0], "a key says nothing about its text to another server"


def test_the_methods_have_the_whole_width(app, model):
    test = write(app("explain", model="tiny"), "A warm film")
    pills = test.get("button_group")
    assert any("Integrated gradients" in str(group.proto) for group in pills)
    inside = [group for column in test.columns for group in column.get("button_group")]
    assert not any("Integrated gradients" in str(group.proto) for group in inside)


def asked(model, action):
    return [arguments for name, arguments in model.asked if name == action]


def test_a_method_is_asked_with_what_was_set_of_it(app, model):
    test = write(app("explain", model="tiny"), "A warm film")
    assert asked(model, "explain")[-1]["parameters"] == {}
    next(box for box in test.selectbox if box.key == "what-if-integrated_gradients-baseline").set_value("pad")
    check(test.run())
    assert asked(model, "explain")[-1]["parameters"] == {"integrated_gradients": {"baseline": "pad"}}
    assert not any(one.key == "what-if-integrated_gradients-orders" for one in test.number_input)


def test_an_attack_is_made_with_what_was_set_of_it(app, model):
    test = write(app("explain", model="tiny"), "A warm film")
    test.selectbox(key="what-if-recipe").set_value("pruthi").run()
    test.number_input(key="what-if-pruthi-swaps").set_value(2).run()
    test.button(key="attack-now").click().run()
    check(test)
    assert (asked(model, "attack")[-1]["recipe"], asked(model, "attack")[-1]["parameters"]) == ("pruthi", {"swaps": 2})


def test_the_chart_of_words_is_in_the_unit_of_its_method(app, store, tmp_path, monkeypatch):
    original = runs._attribution

    def measured(draw, method, *rest):
        unit = "probability" if method == "leave_one_out" else "logit"
        return replace(original(draw, method, *rest), unit=unit)

    monkeypatch.setattr(runs, "_attribution", measured)
    run = make_run(store, tmp_path)
    for method, unit in (("leave_one_out", "probability"), ("integrated_gradients", "logits")):
        test = app("report", run=run.id, section="explanations", method=method)
        assert any(f"mean attribution ({unit})" in chart.proto.spec for chart in test.get("plotly_chart"))


def test_shares_of_labels_count_the_rows_without_one(monkeypatch):
    from dashboard.draw import plots

    monkeypatch.setattr(plots, "theme", lambda: LIGHT)
    figure, table = plots.typed_labels_chart({"good": 1, "bad": 1}, unlabelled=1)
    assert "33.3%" in figure.layout.title.text
    assert list(table["n"]) == [3, 3]


def test_lengths_are_measured_again_when_the_rows_change(monkeypatch):
    from dashboard.draw import table_profile

    made = Model()
    monkeypatch.setattr(table_profile, "live_process", lambda: made)
    monkeypatch.setattr(table_profile, "st", SimpleNamespace(session_state={}, metric=lambda *_, **__: None))
    upload = SimpleNamespace(sha256="0" * 64, options={"model": "tiny"})
    monkeypatch.setattr(
        Answer, "settle", lambda self, **_: self._over.set() or setattr(self, "result", {"kept": [5], "tokens": [5]})
    )
    for texts in (["a", "b"], ["a", "b"], ["a", "b", "c"]):
        table_profile._truncated({"some_texts": texts}, upload)
    assert [len(arguments["texts"]) for _, arguments in made.asked] == [2, 3]
