"""What of the store may be read, and by what each query is narrowed to a project: by the run or table or job it asks for, or as a list.

A query that stands nowhere here cannot be read through a `Reader`: whoever adds one says whose its answer is. There is one project so
far, in which everything stored is; what will tell several apart narrows the queries of a group where `Reader` gives them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

OF_A_RUN = frozenset((
    "count_records", "digests", "example", "examples", "exists", "findings", "found_rows", "iter_examples", "iter_payloads", "iter_records",
    "note", "notes", "probes", "progress", "record", "records", "replicates", "reports", "resolve", "review_queue", "reviews", "row_facts",
    "row_records", "rows", "rows_holding", "run", "scores", "shard", "shards", "stored_records", "stored_rows", "stored_shards", "table",
    "value_counts", "weights", "with_notes", "wrong_shards",
))  # fmt: skip
"""Queries about the run that their first argument names."""

OF_A_TABLE = frozenset(("predictions", "upload"))
"""Queries about the table that their first argument names."""

OF_A_JOB = frozenset(("job",))
"""Queries about the job that their first argument names."""

LISTS = frozenset((
    "any_active", "baseline", "count_events", "count_outcomes", "count_runs", "deleted_runs", "events", "jobs", "policies",
    "policy_versions", "runs", "slices", "suite_versions", "suites", "tags", "uploads",
))  # fmt: skip
"""Queries over what belongs to projects: they give what is the reader's."""

EVERYBODYS = frozenset(("brand", "close", "files", "kept_bytes", "lasting", "models", "workers"))
"""What belongs to the installation, whoever reads."""

READ = OF_A_RUN | OF_A_TABLE | OF_A_JOB | LISTS | EVERYBODYS


class Closed:
    """In the place of what a reader may not ask, by the name it has."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type | None = None) -> Self:
        if instance is None:
            return self
        raise TypeError(
            f"A Reader does not read {self._name!r}: what changes something is a verb of audit.actions, and a query says in "
            "audit.actions.scope whose its answer is."
        )


def closed(store: type) -> Iterator[str]:
    """What a store has for others than readers."""
    return (name for name in dir(store) if not name.startswith("_") and name not in READ)
