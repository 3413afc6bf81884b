"""The language of whoever looks at the page."""

from __future__ import annotations

import streamlit as st

from audit.language.translating import nearest, speak


def speak_to_reader() -> None:
    """Speak the browser's language, or English, until the end of this run of the page's script.

    Every run has a thread of its own, which speaks English at first: whatever begins one calls this. That is the router,
    and before it what a press asked for, and a fragment, which is redrawn without the router.
    """
    locale = st.context.locale
    speak(nearest([locale] if locale else []))
