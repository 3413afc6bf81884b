"""What tells one state of a run from another, for whatever pages keep of it between two looks."""

from __future__ import annotations

import hashlib

from audit.stored import Run
from dashboard.page.state import store


def stamp(run: Run) -> str:
    """Changes whenever the records of a run do."""
    return f"{run.result_hash}{run.status}{'' if run.result_hash else store().progress(run.id).rows_done}"


def stamp_of_all(run: Run) -> str:
    """Changes whenever anything does that a chapter tells: the run and its policy, its records, scores, findings, judgements."""
    read = store()
    told = (run, read.probes(run.id), read.scores(run.id), read.findings(run.id), read.reviews(run.id))
    return f"{stamp(run)}{hashlib.sha256(repr(told).encode('utf-8', 'surrogatepass')).hexdigest()}"
