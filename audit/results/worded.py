"""What a run says of its numbers beside what this Assay says of them: the same sentences must say the same.

Older Assays kept prose, and another may say a thing by another sentence: neither can be held against this one's.
"""

from __future__ import annotations

from typing import Any

from audit.language.saying import capitalised, word
from audit.language.translating import ENGLISH, speaking
from audit.old_forms import is_prose
from audit.said import Said, alike, clauses

SAID = ("said", "notes")
"""Fields of a finding and of a score that hold sentences by key, with their values."""


def settle(fresh: dict[str, Any], stored: dict[str, Any], *, other: bool) -> bool:
    """Take from what was made anew what cannot be compared, so that what still differs is a fault.

    Args:
        fresh: a score or finding as made by this Assay, JSON-ready; what cannot be compared becomes what is stored.
        stored: as the run has it.
        other: whether another Assay than this one scored the run.

    Returns:
        Whether anything is said otherwise and could not be compared.
    """
    before = [fresh.get(name) for name in SAID]
    if "notes" in fresh:
        fresh["notes"] = _settled(fresh["notes"], stored["notes"], other)
    if "said" in fresh:
        fresh["said"] = {name: _settled(part, stored["said"][name], other) for name, part in fresh["said"].items()}
    return any(said != kept and not _same(kept, said) for said, kept in zip(map(fresh.get, SAID), before, strict=True))


def _settled(fresh: Any, stored: Any, other: bool) -> Any:
    ours, theirs = _read(fresh), _read(stored)
    prose = all(is_prose(part) for part in (stored if isinstance(stored, list) else [stored]))
    if prose and _english(ours) == _english(theirs):
        return stored
    return stored if other and (prose or not alike(ours, theirs)) else fresh


def _same(fresh: Any, stored: Any) -> bool:
    """Whether two read alike in English."""
    if isinstance(fresh, dict):
        return all(_english(_read(part)) == _english(_read(stored[name])) for name, part in fresh.items())
    return _english(_read(fresh)) == _english(_read(stored))


def _read(data: Any) -> Said:
    return clauses(Said.read(part) for part in data) if isinstance(data, list) else Said.read(data)


def _english(said: Said) -> str:
    with speaking(ENGLISH):
        return capitalised(word(said))
