"""What the probes of the quick suite hold together for a long text: the tokens of a pass, the letters of a tokenizer call."""

from __future__ import annotations

import pytest

import models.huggingface
import models.tokenizing
from audit.kinds import find
from audit.records import Example
from audit.resources import locate
from audit.spec.suites import suite
from models.tokenizing import Tokenizing

TEXTS = ["a red film and a green story with a blue end " * 200, "redgreenblue" * 900, "red green"]
TOKENS, LETTERS = 256, 20_000


@pytest.mark.parametrize("probe", suite("quick").probes, ids=lambda probe: probe.name)
def test_long_texts_are_worked_on_a_few_at_a_time(probe, tiny_bert, monkeypatch) -> None:
    made = find(probe.kind, probe.name)(**probe.params)
    if any(locate(need) is None for need in getattr(made, "needs", ())):
        pytest.skip("a resource is not provisioned; run: python -m audit resources get --standard")
    passes: list[tuple[int, int]] = []
    calls: list[list[int]] = []
    collate, tokenize = tiny_bert.collate, Tokenizing._tokenize

    def counted(rows):
        passes.append((len(rows), max(map(len, rows))))
        return collate(rows)

    def measured(self, texts, **options):
        calls.append([len(text) for text in texts])
        return tokenize(self, texts, **options)

    monkeypatch.setattr(models.huggingface, "CPU_BUDGET", TOKENS)
    monkeypatch.setattr(models.tokenizing, "CHARACTERS_AT_ONCE", LETTERS)
    monkeypatch.setattr(tiny_bert, "collate", counted, raising=False)
    monkeypatch.setattr(Tokenizing, "_tokenize", measured)
    rows = [Example(f"{i:016}", text) for i, text in enumerate(TEXTS)]
    records = list(made.run(tiny_bert, rows, seed=0))
    assert [record.row_id for record in records] == [row.row_id for row in rows]
    assert passes
    assert max((count * longest for count, longest in passes if count > 1), default=0) <= TOKENS
    assert max(longest for _, longest in passes) == tiny_bert.max_tokens
    assert max((sum(lengths) for lengths in calls if len(lengths) > 1), default=0) <= LETTERS
