"""The language of whoever looks at the page, and the zone their times are in."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

import streamlit as st

from audit.language.translating import nearest, speak


def speak_to_reader() -> None:
    """Speak the browser's language, or English, until the end of this run of the page's script.

    Every run has a thread of its own, which speaks English at first: whatever begins one calls this. That is the router,
    and before it what a press asked for, and a fragment, which is redrawn without the router.
    """
    locale = st.context.locale
    speak(nearest([locale] if locale else []))


def zone() -> tzinfo:
    """The time zone of the browser; UTC where it tells none, or one that this machine does not know."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (KeyError, ValueError, OSError):  # the name is the browser's: it may be anything, a path as well
        return UTC


def zone_name() -> str:
    """What `zone` is called, `Europe/Berlin`."""
    return str(zone())
