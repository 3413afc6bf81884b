"""What a long row leaves in memory is given back before the next row, and short rows are not slowed by it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from audit.records import Example
from audit.run import shard


@pytest.mark.parametrize(("least", "given_back"), [(-1.0, ["a", "b", "c"]), (float("inf"), [])])
def test_memory_is_given_back_between_long_rows(least, given_back, monkeypatch):
    """Between them: when the next row begins, the one before has been let go."""
    happened: list[str] = []

    def run(classifier, examples, *, seed):
        for example in examples:
            yield SimpleNamespace(row_id=example.row_id)
            happened.append(f"after {example.row_id}")

    monkeypatch.setattr(shard, "LONG_SECONDS", least)
    monkeypatch.setattr(shard, "let_go", lambda: happened.append("let go"))
    rows = [Example(row_id=name, text=name) for name in "abc"]
    found = shard.collect(SimpleNamespace(name="probe", run=run), None, rows, seed=0)
    assert [record.row_id for record in found] == ["a", "b", "c"]
    wanted = [step for name in "abc" for step in (["let go"] if name in given_back else []) + [f"after {name}"]]
    assert happened == wanted
