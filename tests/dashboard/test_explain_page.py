"""What charts and the Explain page are given: the unit of a method, shares of all rows, a text that survives a reload."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
import runs
from pages import check, seen
from runs import make_run

from audit.figures.base import said
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
    from models import catalog

    (tmp_path / "tiny").mkdir()
    catalog.add("tiny", str(tmp_path / "tiny"), labels=("bad", "good"), in_place=True)
    made = Model()
    monkeypatch.setattr(live, "live_process", lambda: made)
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
        assert asked(model, "predict")[-1]["texts"] == [text]
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
    monkeypatch.setattr(runs, "_stored", runs._stored.__wrapped__)  # made anew: other tests keep their records
    run = make_run(store, tmp_path)
    for method, unit in (("leave_one_out", "probability"), ("integrated_gradients", "logits")):
        test = app("report", run=run.id, section="explanations", method=method)
        assert any(f"mean attribution ({unit})" in chart.proto.spec for chart in test.get("plotly_chart"))


def test_shares_of_labels_count_the_rows_without_one(monkeypatch):
    from dashboard.draw import plots

    monkeypatch.setattr(plots, "theme", lambda: LIGHT)
    drawn = plots.typed_labels_chart({"good": 1, "bad": 1}, unlabelled=1)
    assert "33.3%" in said(drawn.figure)[0]
    assert list(drawn.table["n"]) == [3, 3]


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
        table_profile._truncated({"some_texts": texts}, upload, "tiny")
    assert [len(arguments["texts"]) for _, arguments in made.asked] == [2, 3]


def chosen(test, methods):
    test.get("button_group")[0].set_value(methods).run()
    check(test)
    return test


def test_a_method_that_is_added_is_asked_alone(app, model):
    test = write(app("explain", model="tiny"), "A warm film")
    assert [one["methods"] for one in asked(model, "explain")] == [["integrated_gradients"], ["leave_one_out"]]
    chosen(test, ["integrated_gradients", "leave_one_out", "lime"])
    assert [one["methods"] for one in asked(model, "explain")][2:] == [["lime"]]
    chosen(test, ["lime"])
    chosen(test, ["integrated_gradients", "lime"])
    assert len(asked(model, "explain")) == 3, "what was there is kept"


def answering(model, monkeypatch, settle):
    """Let `settle` answer what is asked to be explained."""
    own = model.ask

    def ask(action, **arguments):
        if action != "explain":
            return own(action, **arguments)
        model.asked.append((action, arguments))
        answer = Answer(len(model.asked), model, {})
        settle(answer, arguments)
        return answer

    monkeypatch.setattr(model, "ask", ask)


def test_what_the_reader_stopped_is_no_error_and_can_be_asked_again(app, model, monkeypatch):
    answering(model, monkeypatch, lambda answer, _: answer.settle(error="Stopped.", stopped=True))
    test = write(app("explain", model="tiny"), "A warm film")
    assert not test.error
    assert "You stopped this" in seen(test)
    before = len(asked(model, "explain"))
    next(b for b in test.button if b.label == "Ask again").click().run()
    check(test)
    assert len(asked(model, "explain")) == before + 1


def test_one_that_waits_says_for_how_many_and_how_far_it_is(app, model, monkeypatch):
    states = {
        "integrated_gradients": ({"before": 0, "beside": 1, "loading": False}, {"done": 5, "of": 17}),
        "leave_one_out": ({"before": 2, "beside": 0, "loading": False},),
    }
    answering(model, monkeypatch, lambda answer, given: [answer.move(state) for state in states[given["methods"][0]]])
    said = seen(write(app("explain", model="tiny"), "A warm film"))
    assert "in turns with 1 other question" in said
    assert "5 of 17 steps" in said
    assert "2 questions before yours" in said


def record(method, scores, unit):
    from audit.records import Attribution, WordScore, to_dict

    words = [
        WordScore(word, at, at + 4, score, None, 0) for word, at, score in zip("ABC", (0, 5, 10), scores, strict=True)
    ]
    made = Attribution(
        row_id="0" * 16, text="Some warm film", pair=None, name=method, target="good", value=1.07, baseline_value=None,
        delta=None, steps=1, truncated=False, tokens=(), words=tuple(words), unit=unit, seed=0,
    )  # fmt: skip
    return {"method": method, "record": to_dict(made)}


def test_methods_without_a_sign_claim_none_and_agreement_is_a_table(app, model, monkeypatch):
    units = {"integrated_gradients": "logit", "saliency": "none", "attention": "none"}
    scores = {"integrated_gradients": (1.0, -2.0, 3.0), "saliency": (0.3, 0.2, 0.1), "attention": (0.1, 0.2, 0.3)}

    def settle(answer, given):
        (method,) = given["methods"]
        if method in units:
            answer.parts.append(record(method, scores[method], units[method]))
        answer.settle(result={})

    answering(model, monkeypatch, settle)
    test = chosen(write(app("explain", model="tiny"), "A warm film"), list(units))
    html = [str(one.proto.body) for one in test.get("html")]
    maps = [one for one in html if 'class="assay-legend"' in one]
    assert len(maps) == 3
    assert ["speaks for" in one for one in maps] == [True, False, False]
    assert ["for or against" in one for one in maps] == [True, False, False]
    captions = [one.value for one in test.caption]
    assert sum("not evidence for an explanation" in one for one in captions) == 2
    assert sum("1\\.07" in one for one in captions) == 1, "a view explains no value"
    assert sum("1 model evaluation ·" in one for one in captions) == 3
    (table,) = [one for one in html if 'class="assay-matrix"' in one]
    assert table.count("<td>") == 5  # the corner, three numbers, one cell above the diagonal
    assert "-1.000" in table
    assert "-0.00<" not in table


def test_a_text_is_tried_of_all_other_groups_in_one_table(app, model, monkeypatch):
    from audit.records import IdentityOutcome, Mentioned, Version, to_dict

    text = "A Muslim woman <b>came</b>."
    versions = (
        Version("religion", "muslim", "christian", ("Christian",), "A Christian woman <b>came</b>.", (0.1, 0.9)),
        Version("religion", "muslim", "jewish", ("Jewish",), "A Jewish woman <b>came</b>.", (0.7, 0.3)),
    )
    told = (
        Mentioned("religion", "muslim", ("Muslim",)),
        Mentioned("gender", "female", ()),
        Mentioned("gender", "male", ()),
    )
    outcome = IdentityOutcome("0" * 16, text, None, "identity_swaps", (0.2, 0.8), told, versions, 1, 0, 0.0)
    plain = model.ask

    def ask(action, **arguments):
        answer = plain(action, **arguments)
        if action == "swaps":
            answer.result = {"labels": ["bad", "good"], "outcome": to_dict(outcome)}
        return answer

    monkeypatch.setattr(model, "ask", ask)
    test = write(app("explain", model="tiny"), text)
    test.button(key="try-groups").click().run()
    check(test)
    shown = seen(test)
    assert "several groups (gender)" in shown
    assert "1 version of 2 gets another answer" in shown
    (table,) = [h.body for h in test.get("html") if "Christians" in h.body]
    assert table.index("Jews") < table.index("Christians")
    assert "<b>came" not in table
    assert "−50.0" in table or "-50.0" in table
