"""Where rows lie, as frames have it: in table order, one line a text, whatever the numbers' size."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.records import Embedding, Example
from audit.records.embedding import packed, unpacked
from audit.score.arrays import Vectors
from audit.score.frames import build_frames


def embedding(row: str, numbers, **fields) -> Embedding:
    text, scale = packed(numbers)
    return Embedding(row, text, len(numbers), scale, **fields)


def test_vectors_stand_in_table_order_each_text_once():
    rows = [Example(row, text) for row, text in (("b", "one"), ("a", "two"), ("b-2", "one"), ("c", "three"))]
    records = [
        embedding("a", [1.0, 2.0]),
        Embedding("c", "", 0, error="too long"),
        embedding("b-2", [0.5, -3.0]),
        embedding("b", [0.5, -3.0]),
    ]
    frames = build_frames(records, labels=("x", "y"), examples=rows)
    assert list(frames.of("embeddings")["row_id"]) == ["b", "a", "c"]
    assert list(frames.of("embeddings")["error"]) == [False, False, True]
    np.testing.assert_array_equal(frames.vectors, [[0.5, -3.0], [1.0, 2.0], [np.nan, np.nan]])
    assert frames.vectors.dtype == np.float16


def test_without_embeddings_there_are_no_vectors():
    assert build_frames([], labels=("x", "y")).vectors.shape == (0, 0)


def test_one_that_failed_first_has_as_many_numbers_as_the_others():
    made = Vectors()
    made.add("", 1.0)
    made.add(*packed([1.0, 2.0, 3.0]))
    assert np.isnan(made.array()[0]).all()
    assert made.array().shape == (2, 3)


@given(st.lists(st.floats(-(2.0**100), 2.0**100, width=32), min_size=1, max_size=20))
@settings(deadline=None)
def test_what_is_packed_comes_out_as_it_was_but_for_half_precision(numbers):
    text, scale = packed(numbers)
    found = unpacked(text, scale)
    largest = max(map(abs, numbers))
    off = largest / 1000 + 1e-7
    np.testing.assert_allclose(found, np.array(numbers, dtype=np.float32), atol=off)
    made = Vectors()
    made.add(text, scale)
    np.testing.assert_allclose(made.array()[0].astype(np.float64), found.astype(np.float64), rtol=1e-3)
