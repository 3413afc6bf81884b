"""The chart of words shows those that say something; commas, pieces and function words on request."""

from __future__ import annotations

import json

from runs import INTENTS, make_run

from audit.results.reading import read
from audit.results.tables import words_name
from audit.word_kinds import says_something, word_kind


def drawn(test):
    """The words on the bars of the chart of words."""
    charts = [json.loads(chart.proto.spec) for chart in test.get("plotly_chart")]
    return [word for chart in charts for trace in chart["data"] if trace["type"] == "bar" for word in trace["y"]]


def test_words_are_apart_and_shown_on_request(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=60)
    table = read(store, run.id).table(words_name("integrated_gradients"))
    assert {word_kind(word) for word in table["word"]} >= {"content", "function"}
    test = app("report", run=run.id, section="explanations")
    next(t for t in test.toggle if t.key == "chance-words").set_value(True).run()
    told = drawn(test)
    assert told
    assert all(says_something(word) for word in told)
    next(t for t in test.toggle if t.key == "every-word").set_value(True).run()
    assert not all(says_something(word) for word in drawn(test))


def test_the_class_that_opens_is_the_one_with_most_to_say(app, store, tmp_path):
    """Most words that stand out, then most words; where no class has a word, most rows."""
    run = make_run(store, tmp_path, rows=120, labels=INTENTS[:12])
    test = app("report", run=run.id, section="explanations")
    box = next(box for box in test.selectbox if box.key == "class")
    table = read(store, run.id).table(words_name("integrated_gradients"))
    table = table[table["word"].map(says_something).astype(bool)]
    given = read(store, run.id).table("labels").query("kind == 'model'").set_index("label")["rows"]
    said = [
        (
            int(table[table["target"] == label]["certain"].sum()),
            int((table["target"] == label).sum()),
            int(given.get(label, 0)),
        )
        for label in box.options
    ]
    assert len(set(said)) > 3
    assert said == sorted(said, reverse=True)
    assert box.value == box.options[0]
