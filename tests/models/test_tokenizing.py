"""Texts are tokenized so many characters at a time, with the same rows and offsets."""

import models.tokenizing
from models.tokenizing import Tokenizing

TEXTS = ["a red film", "", "green " * 50, "blue", "a " * 300, "the end", "x" * 400]


class Counting:
    """A tokenizer that notes how many characters and texts it is given."""

    def __init__(self, tokenizer):
        self._tokenizer, self.calls = tokenizer, []

    def __call__(self, first, second=None, **options):
        texts = [*first, *(second or ())]
        self.calls.append((sum(map(len, texts)), len(first)))
        return self._tokenizer(first, second, **options)

    def __getattr__(self, name):
        return getattr(self._tokenizer, name)


def test_many_texts_are_not_tokenized_together(tiny_bert, monkeypatch):
    monkeypatch.setattr(models.tokenizing, "CHARACTERS_AT_ONCE", 500)
    counting = Counting(tiny_bert.tokenizer)
    ours = Tokenizing(counting, 20, types=True, no_pairs=None)
    for texts in (TEXTS, [(text, "a pair") for text in TEXTS]):
        counting.calls.clear()
        rows, totals = ours.rows(texts)
        assert all(size <= 500 or count == 1 for size, count in counting.calls)
        assert any(count > 1 for _, count in counting.calls)
        one_by_one = [ours.rows([text]) for text in texts]
        assert rows == [row for (row,), _ in one_by_one]
        assert totals == [total for _, (total,) in one_by_one]
    assert ours.rows([]) == ([], [])


def test_encodings_take_each_list_of_a_text_once(tiny_bert):
    """tokenizers makes `offsets` and the like anew whenever they are asked for: asked by token, the square of a text."""

    class Once:
        def __init__(self, encoded):
            self._encoded, self.asked = encoded, {}

        def __getattr__(self, name):
            self.asked[name] = self.asked.get(name, 0) + 1
            return getattr(self._encoded, name)

    text = "a red film, and a green one " * 20
    encoded = Once(tiny_bert.tokenizer(text, return_offsets_mapping=True).encodings[0])
    ours = Tokenizing(tiny_bert.tokenizer, 10_000, types=True, no_pairs=None)
    made = ours._encoding(encoded, len(encoded.ids), text)
    assert len(made.tokens) == len(encoded._encoded.ids)
    assert max(encoded.asked.values()) <= 2
