"""Which model and which table a new audit begins with: two that fit each other, where there are such."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from audit.spec import TableSpec
from audit.table import match_labels
from models.entry import CatalogEntry
from models.known_languages import Known


@dataclass(frozen=True, slots=True)
class Candidate:
    """A table that can be chosen: how it is read, and what is known of it.

    Attributes:
        spec: with the choices remembered with it.
        labels: its labels as typed, with their rows.
        rows: whether it has any row to audit.
        meant: the model it was checked against, or comes with; "" for none.
        languages: rows of each language, as far as they were looked at.
    """

    spec: TableSpec
    labels: Mapping[str, int]
    rows: bool = True
    meant: str = ""
    languages: Mapping[str, int] = field(default_factory=dict)


def fit(entry: CatalogEntry, table: Candidate) -> int:
    """How well the two go together: 3 meant for it, 2 its labels, 1 nothing against it, 0 other labels or no rows."""
    if not table.rows:
        return 0
    if not table.labels or not entry.known_labels:
        return 1
    chosen = {typed: label for typed, label in table.spec.label_map.items() if label in entry.known_labels}
    mapping = match_labels(table.labels, entry.known_labels, chosen=chosen, multi_label=entry.multi_label)
    if mapping.unmatched and not (mapping.mapping and table.spec.keep_good):
        return 0
    if mapping.how == "index" and not chosen:
        return 1
    return 3 if table.meant == entry.name else 2


def best_pair(
    models: Sequence[CatalogEntry],
    tables: Mapping[str, Candidate],
    *,
    model: str = "",
    table: str = "",
    known: Callable[[str], Known] = lambda _: Known(),
) -> tuple[str, str]:
    """The model and the table to begin with, as far as neither was asked for.

    Args:
        models: those that can be used, bundled ones first.
        tables: by key, those to prefer first.
        model, table: what was asked for; "" or a name that is not there: nothing.
        known: the languages of a model by its name, asked for where several pairs fit: a pair whose model cannot read its table comes last
            of those that fit.
    """
    entries = [entry for entry in models if entry.name == model] or list(models)
    keys = [table] if table in tables else list(tables)
    if table in tables and tables[table].meant in {entry.name for entry in entries}:  # as somebody decided on its page
        return tables[table].meant, table
    ranked = [
        (fit(entry, tables[key]), -keys.index(key), n, entry.name, key)
        for n, entry in enumerate(entries)
        for key in keys
    ]
    fitting = [one for one in ranked if one[0] > 0] or ranked
    if len(fitting) > 1:
        reads = {name: known(name) for name in {one[3] for one in fitting}}
        fitting = [one for one in fitting if not reads[one[3]].foreign(tables[one[4]].languages)] or fitting
    if table not in tables and model not in {entry.name for entry in models}:  # the first table that anything fits
        first = max(one[1] for one in fitting)
        fitting = [one for one in fitting if one[1] == first]
    _, _, _, name, key = max(fitting, key=lambda one: (one[0], one[1], one[2] if one[0] != 1 else -one[2]))
    return name, key
