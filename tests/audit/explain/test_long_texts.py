"""What explaining a long text holds and asks at a time. Work is counted, never timed."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

import audit.explain.running
from audit.explain.faithfulness import DEEPEST, greedy_order
from audit.explain.leave_one_out import LeaveOneOut
from audit.explain.shapley import Shapley
from audit.records import Example

TEXT = "a red film and a green story with a blue end " * 3


def test_variants_are_made_a_few_at_a_time(tiny_bert, monkeypatch) -> None:
    examples, methods = [Example("0" * 16, TEXT)], (LeaveOneOut(), Shapley())
    expected = [next(iter(method.run(tiny_bert, examples, seed=0))).words for method in methods]
    held: list[int] = []
    real = audit.explain.running.variants

    def counting(row, keep, removal):
        held.append(len(keep) * len(row.encoding.row))
        return real(row, keep, removal)

    monkeypatch.setattr(audit.explain.running, "variants", counting)
    monkeypatch.setattr(audit.explain.running, "TOKENS_AT_ONCE", 200)
    found = [next(iter(method.run(tiny_bert, examples, seed=0))).words for method in methods]
    assert max(held) <= 200
    assert len(held) > 10
    for ours, theirs in zip(found, expected, strict=True):
        assert np.allclose([w.score for w in ours], [w.score for w in theirs], atol=1e-6)


def test_a_search_asks_no_more_of_a_very_long_text() -> None:
    for m in (3, 500, 4_000):
        row = SimpleNamespace(words=range(m), value=lambda logits, unit: logits[:, 0].astype(float))
        search = greedy_order(row, np.arange(m, dtype=float), "mask", 200, insert=False)
        asked, request = [], next(search)
        while True:
            asked.append(len(request.keep))
            try:
                request = search.send(np.zeros((len(request.keep), 2), dtype=np.float32))
            except StopIteration as stop:
                order = stop.value
                break
        assert sorted(order) == list(range(m))
        assert len(asked) == min((m + 1) // 2, DEEPEST)
        assert sum(asked) <= max(200, DEEPEST)
