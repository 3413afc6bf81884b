"""The languages of a table, and whether a model knows them: told before it is audited."""

from __future__ import annotations

from collections.abc import Mapping

from audit.language.translating import tr_later
from audit.table.table import AuditTable
from models.known_languages import Known
from models.language_names import stored_names
from models.text_language import counted, row_languages

LANGUAGES_OF = 2_000
"""Rows whose language is told; evenly spaced in larger tables."""


def some_texts(table: AuditTable) -> list[str]:
    """The texts of at most `LANGUAGES_OF` rows, evenly spaced."""
    return [example.text for example in table[:: max(1, -(-len(table) // LANGUAGES_OF))]]


def languages_in(table: AuditTable) -> dict[str, int]:
    """Rows of each language among `some_texts`, as `audit.table.Profile.languages`."""
    return counted(row_languages(some_texts(table)))


def mismatch(rows: Mapping[str, int], known: Known) -> str | None:
    """The sentence that says that rows are in languages a model does not know; None where none are, or it is not known.

    Args:
        rows: rows of each language.
        known: what is known of the model's.
    """
    foreign = known.foreign(rows)
    if not foreign:
        return None
    total, some = sum(rows.values()), sum(foreign.values())
    written, trained = stored_names(foreign), stored_names(known.languages)
    if known.by == "tokenizer":
        return tr_later(
            f"{some:,} of {total:,} rows looked at are in {written}, which the model's tokenizer cannot read (its card names "
            "no language): what it says of them may mean nothing."
        )
    return tr_later(
        f"{some:,} of {total:,} rows looked at are in {written}, and the model was trained on {trained}: what it says of "
        "them may mean nothing."
    )
