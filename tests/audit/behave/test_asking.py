"""Rows go to the model together, and alone where that fails: one row ends no other, whichever probe asks."""

from __future__ import annotations

import pytest

from audit.behave.asking import Answered, Unanswered, answered, with_pair
from audit.records import Example

ROWS = [Example(str(n), text) for n, text in enumerate(["one", "BAD", "three", "four"])]


class Model:
    """Says how long a text is, fails on some, and remembers how many texts it was asked about at a time."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def predict_proba(self, texts):
        self.asked.append(len(texts))
        if any("BAD" in text for text in texts):
            raise ValueError("it is bad")
        return [[float(len(text)), 0.0] for text in texts]


def doubled(example):
    if example.text == "four":
        raise KeyError("no variant")
    return example.text.title(), [example.text, example.text * 2]


def test_rows_are_asked_together_and_alone_where_that_fails():
    model = Model()
    first, bad, third, last = answered(model, ROWS, doubled, rows_a_time=3)
    assert first == Answered(ROWS[0], "One", ((3.0, 0.0), (6.0, 0.0)), first.seconds)
    assert isinstance(third, Answered)
    assert third.probs == ((5.0, 0.0), (10.0, 0.0))
    assert [(row.example, row.error) for row in (bad, last) if isinstance(row, Unanswered)] == [
        (ROWS[1], "ValueError: it is bad"),
        (ROWS[3], "KeyError: 'no variant'"),
    ]
    assert model.asked == [6, 2, 2, 2]  # three rows together, then each alone; of the last there is nothing to ask


@pytest.mark.parametrize(("pair", "given"), [(None, ["a", "b"]), ("c", [("a", "c"), ("b", "c")])])
def test_a_text_in_the_place_of_a_row_stands_beside_its_second_text(pair, given):
    assert with_pair(Example("1", "x", pair=pair), ["a", "b"]) == given
