"""Outcomes of a recipe over a table, by this process or by several; the same ones in the same order either way."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from audit.errors import AuditError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from audit.records import AttackOutcome, Example
    from audit.table import AuditTable
    from models.classifier import Classifier

ROWS_A_CHUNK = 256
ROWS_A_TASK = 8
EXPORT_FROM = 20  # rows from which the exported engine pays for its start


@dataclass(frozen=True)
class Job:
    """What a process needs to know to attack rows."""

    model: str
    base: str | None
    device: str
    engine: Literal["auto", "torch"]
    seed: int
    params: dict[str, Any]
    workers: int


def outcomes(recipe: str, job: Job, classifier: Classifier, table: AuditTable) -> Iterator[tuple[AttackOutcome, int]]:
    """Outcomes of the table's rows in their order, each with the number of rows it counts for.

    A duplicate is not attacked again: it gets the outcome of the first row of its content, which counts for all of
    them, and counts for 0 itself. Rows in flight are few, whatever the table's size.
    """
    ids, counts = np.unique(table.content_ids, return_counts=True)
    repeated = {f"{ids[i]:016x}": int(counts[i]) for i in np.flatnonzero(counts > 1)}
    kept: dict[str, AttackOutcome] = {}
    fresh = _attacked(recipe, job, classifier, table.distinct())
    for row_id in table.row_ids():
        content = row_id.partition("-")[0]
        if content in kept:
            repeated[content] -= 1
            outcome = kept[content] if repeated[content] else kept.pop(content)
            yield replace(outcome, row_id=row_id, seconds=0.0), 0
            continue
        outcome = next(fresh)
        weight = repeated.get(content, 1)
        if weight > 1:
            kept[content] = outcome
            repeated[content] -= 1
        yield outcome, weight


def _attacked(recipe: str, job: Job, classifier: Classifier, table: AuditTable) -> Iterator[AttackOutcome]:
    from audit.kinds import find

    if job.workers == 1:
        for examples in table.chunks(ROWS_A_CHUNK):
            yield from find("attack", recipe)(**job.params).run(classifier, examples, seed=job.seed)
        return
    yield from _by_processes(recipe, job, table)


def engine_for(rows: int) -> Literal["auto", "torch"]:
    """ONNX Runtime where it agrees with torch and there is work enough; gradients stay with torch either way."""
    return "auto" if rows >= EXPORT_FROM else "torch"


def _by_processes(recipe: str, job: Job, table: AuditTable) -> Iterator[AttackOutcome]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children, get_context

    from audit import lifeline

    tasks, others = table.chunks(ROWS_A_TASK), set(active_children())
    spawn = get_context("spawn")
    with ProcessPoolExecutor(job.workers, mp_context=spawn, initializer=lifeline.follow_pool) as pool:
        waiting: deque[Future[list[AttackOutcome]]] = deque()
        try:
            for examples in islice(tasks, 3 * job.workers):
                waiting.append(pool.submit(_attack, recipe, job, examples))
            while waiting:
                yield from waiting.popleft().result()
                for examples in islice(tasks, 1):
                    waiting.append(pool.submit(_attack, recipe, job, examples))
        except BrokenProcessPool as error:
            raise AuditError(
                f"One of the {job.workers} processes was ended from outside, probably for lack of memory; "
                "try fewer --workers."
            ) from error
        except BaseException:
            # Ctrl-C or an end asked for: what is under way is not waited for, and nobody stays behind
            pool.shutdown(wait=False, cancel_futures=True)
            lifeline.end([child for child in active_children() if child not in others])
            raise


def _attack(recipe: str, job: Job, examples: list[Example]) -> list[AttackOutcome]:
    from audit.kinds import find

    classifier = _loaded(job.model, job.base, job.device, job.engine)
    return list(find("attack", recipe)(**job.params).run(classifier, examples, seed=job.seed))


@cache
def _loaded(model: str, base: str | None, device: str, engine: Literal["auto", "torch"]) -> Any:
    from models import load

    # processes share the cores; threads of theirs would fight for them
    return load(model, base=base, device=device, engine=engine, threads=1)
