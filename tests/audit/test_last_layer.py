"""Where rows lie: one record each, a row that fails alone has an error, and a model that shows answers alone is left out."""

from word_bags import WordBag

from audit import load
from audit.data.last_layer import LastLayer
from audit.records import Example
from audit.records.embedding import unpacked

ROWS = [Example(f"{i:016x}", text) for i, text in enumerate(("A warm film.", "Dull, dull and dull again.", "Cold."))]


def test_only_the_row_at_fault_has_an_error(monkeypatch):
    model = load("sentiment")
    real, longest = model.features, max(map(len, model.encode_rows([row.text for row in ROWS])[0]))

    def features(rows):
        if any(len(row) == longest for row in rows):
            raise RuntimeError("too long for this test")
        return real(rows)

    monkeypatch.setattr(model, "features", features)
    found = list(LastLayer().run(model, ROWS, seed=0))
    assert [record.row_id for record in found] == [row.row_id for row in ROWS]
    assert [record.error for record in found] == [None, "RuntimeError: too long for this test", None]
    assert [len(unpacked(record.vector)) for record in found] == [384, 0, 384]


def test_a_model_that_shows_only_answers_is_skipped_with_the_reason():
    assert LastLayer().unavailable(WordBag(["a", "b"], {})) == "it shows nothing of a text but its answer"
    assert LastLayer().unavailable(load("sentiment")) is None
