"""Whether the rows of a run are the ones its ids were made of: an id is the hash of text, pair, label and groups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from audit.language.translating import tr_later
from audit.records import content_id
from audit.store import Run
from audit.strict_json import part

_ID = re.compile(r"[0-9a-f]{16}(-([2-9]|[1-9][0-9]{1,8}))?")


def check_rows(run: Run, rows: Iterable[Mapping[str, Any]]) -> tuple[list[str], int]:
    """Hold rows against their ids.

    An id is made of the label as it was typed, and the run keeps the model's name of it: what was typed for which name
    stands in the provenance. A run of an older Assay does not say; there a row whose label was typed otherwise cannot
    be checked.

    Args:
        run: the run; rows: as `Store.stored_rows` gives them.

    Returns:
        What is wrong, and how many rows could not be checked.
    """
    told = part(run.provenance, "table").get("labels")
    typed = _typed(told if isinstance(told, Mapping) else {}, run.spec)
    faults, unchecked, seen = [], 0, set()
    drawn = 0
    for place, row in enumerate(rows):
        drawn += row["weight"]
        where = f"row {row['row_id']:.40}"
        if row["position"] != place or row["row_id"] in seen:
            faults.append(tr_later(f"{where} is not where the run has it, or is there twice"))
        seen.add(row["row_id"])
        content, _, _ = row["row_id"].partition("-")
        if not _ID.fullmatch(row["row_id"]) or content != row["content_id"] or row["weight"] < 1:
            faults.append(tr_later(f"the id, the content id or the weight of {where} is none"))
        elif not any(_made(row, label) for label in (row["label"], *typed.get(row["label"], ()))):
            if told is None and row["label"] is not None:
                unchecked += 1
            else:
                faults.append(tr_later(f"text, pair, label or groups of {where} are not those its id was made of"))
    faults += _counts(run, len(seen), drawn)
    return faults, unchecked


def _counts(run: Run, rows: int, drawn: int) -> Iterator[str]:
    if run.rows_sampled is not None and run.rows_sampled != rows:
        yield tr_later(f"the run says it audited {run.rows_sampled} rows and has {rows}")
    total, wanted = run.rows_total, part(run.spec, "sample").get("n")
    if total is not None and run.rows_sampled is not None:
        expected = total if wanted is None else min(total, wanted)
        if drawn != expected:
            yield tr_later(
                f"the weights of the rows add up to {drawn}, and {expected} of the table's {total} rows were drawn"
            )


def _made(row: Mapping[str, Any], label: str | None) -> bool:
    return bool(content_id(row["text"], row["pair"], label, row["groups"]) == row["content_id"])


def _typed(told: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str | None, list[str]]:
    """Label of the model -> how it was typed in the table, as far as the run says."""
    found: dict[str | None, list[str]] = {}
    chosen = part(spec, "table").get("label_map")
    for typed, label in {**(chosen if isinstance(chosen, Mapping) else {}), **told}.items():
        found.setdefault(str(label), []).append(str(typed))
    return found
