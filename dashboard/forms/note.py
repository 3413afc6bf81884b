"""A note on a run, a row or a finding: what somebody wrote, and a box to write in."""

from __future__ import annotations

import streamlit as st

from audit.actions import owning
from audit.language.translating import tr
from audit.stored import About, Note, Run
from dashboard.draw.heatmap import quote_html
from dashboard.page.guard import act
from dashboard.page.state import actor, store
from dashboard.page.text import plain, when


def show_note(run: Run, about: About, subject: str = "") -> None:
    """What somebody wrote about it, with who and when; and a button that opens a box to write or change it.

    Args:
        run: whose it is; about, subject: what it is on, as `audit.actions.owning.write_note` takes it.
    """
    note = store().note(run.id, about, subject)
    if note is not None:
        show_written(note)
    key = f"{about}-{run.id}-{subject}"
    label = tr("Change the note") if note else tr("Write a note")
    with st.popover(label, icon=":material/edit_note:", type="tertiary", key=f"note-open-{key}"):
        st.text_area(
            tr("Note"), note.note if note else "", key=f"note-{key}", max_chars=owning.NOTE_CHARACTERS, height=120,
            help=tr("Kept with the run, found by the search on the Runs page, and part of exports; empty removes it."),
        )  # fmt: skip
        st.button(
            tr("Keep the note"), key=f"note-save-{key}", icon=":material/check:", on_click=act,
            args=(lambda: _save(run.id, about, subject, f"note-{key}"), tr("The note is kept.")),
        )  # fmt: skip


def show_written(note: Note) -> None:
    """A note as it was written, beside who wrote it."""
    st.html(quote_html(note.note))
    st.caption(tr("{who}, {when}", who=plain(note.who), when=when(note.written_at)))


def _save(run_id: str, about: About, subject: str, key: str) -> None:
    owning.write_note(actor(), run_id, str(st.session_state.get(key) or ""), about=about, subject=subject)
