"""The soak: a run killed with SIGKILL a hundred times must end with the hash of an undisturbed one.

    python tests/bench/soak.py [--kills 100] [--workers 2] [--seed 0] [--rows 6000]

`make soak` runs it; ASSAY_DATABASE_URL makes it PostgreSQL's. Exit status 1 when anything was lost or doubled.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "audit" / "run")]


def main() -> int:
    """Run the soak and print what happened; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rows", type=int, default=12_000)
    parser.add_argument("--longest", type=float, default=4.0, help="longest time between two kills, seconds")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ASSAY_HOME"] = str(Path(folder) / "home")
        return soak(Path(folder), options)


def soak(folder: Path, options: argparse.Namespace) -> int:
    """One undisturbed run, one under fire, and the comparison."""
    import run_fakes
    from run_processes import finish_under_fire

    from audit.run import client
    from audit.store import open_store

    run_fakes.register()
    table = folder / "t.csv"
    labels = ("negative", "positive")
    table.write_text("text,label\n" + "".join(f"row number {i},{labels[i % 2]}\n" for i in range(options.rows)))
    store = open_store()
    calm = run_fakes.InProcess(store).whole(run_fakes.make_spec(folder / "m", table, shard_rows=50))
    spec = run_fakes.make_spec(folder / "m", table, shard_rows=10, pause=0.01)
    run = client.start(spec, store=store)
    began = time.monotonic()
    ended, killed = finish_under_fire(
        store, run.id, kills=options.kills, seed=options.seed, workers=options.workers, longest=options.longest
    )
    count = store.count_records(run.id)
    shards = store.shards(run.id)
    good = ended.status == "finished" and ended.result_hash == calm.result_hash and count == options.rows
    print(
        f"kills {killed}, workers {options.workers}, {time.monotonic() - began:.0f} s, {store.database.engine.dialect.name}"
    )
    print(f"status {ended.status}, attempts {ended.attempt}, shards {len(shards)}, records {count} of {options.rows}")
    print(f"undisturbed {calm.result_hash}\nunder fire  {ended.result_hash}\n{'equal' if good else 'DIFFERENT'}")
    return 0 if good and killed >= options.kills else 1


if __name__ == "__main__":
    sys.exit(main())
