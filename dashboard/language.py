"""Which of the languages there are a reader would rather have."""

from __future__ import annotations

from audit.language.translating import nearest


def preferred(header: str) -> str:
    """The language for a request's `Accept-Language`, in which browsers name the one they want most first (RFC 9110, 12.5.4)."""
    return nearest(part.partition(";")[0] for part in header.split(",")[:20])
