"""What was guessed about a table is said once by the command that starts an audit, before it and not again after."""

from __future__ import annotations

import pytest
from checkpoints import make
from commands import typed


@pytest.mark.parametrize("command", ["run", "gate"])
def test_a_guess_is_told_once(home, tmp_path, monkeypatch, command):
    from audit.run.holding import HeldModels
    from audit.run.prepare import prepare
    from audit.store import close_stores, open_store

    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)

    def followed(run_id, store):
        prepare(open_store(), store.run(run_id), HeldModels())
        open_store().update_run(run_id, status="finished", verdict="PASS")
        return store.run(run_id)

    monkeypatch.setattr("audit.cli.runs.follow", followed)
    model = make(tmp_path / "model", "bert", "softmax")
    table = tmp_path / "t.csv"
    table.write_text("text,label\n" + "".join(f"row {i},{i % 3}\n" for i in range(9)), encoding="utf-8")
    done = typed("audit", command, "--model", model, "--csv", table)
    close_stores()
    assert done.status == 0, done
    assert (done.out + done.err).count("positions") == 1
    assert done.err.count("Warning: ") == 1
