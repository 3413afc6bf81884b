"""Which of the languages there are a reader would rather have."""

from __future__ import annotations

from collections.abc import Iterable

from audit.language.translating import ENGLISH, languages


def spoken(tags: Iterable[str]) -> str:
    """The first of these language tags (`de-CH`) that there is a catalog of, as a whole or by its first part; else English."""
    there = {_plain(name): name for name in languages()}
    for tag in tags:
        whole = _plain(tag)
        for asked in (whole, whole.partition("-")[0]):
            if asked in there:
                return there[asked]
    return ENGLISH


def preferred(header: str) -> str:
    """The language for a request's `Accept-Language`, in which browsers name the one they want most first (RFC 9110, 12.5.4)."""
    return spoken(part.partition(";")[0] for part in header.split(",")[:20])


def _plain(tag: str) -> str:
    return tag.strip().replace("_", "-").lower()
