"""What people make of a run, above what it found: star, tags, whether it is archived or the baseline, its note and its address."""

from __future__ import annotations

import streamlit as st

from audit.actions import owning
from audit.language.translating import tr
from audit.stored import Run
from dashboard.forms.note import show_written
from dashboard.page.copy_link import copy_link
from dashboard.page.guard import act
from dashboard.page.press import close, is_open, opens
from dashboard.page.state import actor, store
from dashboard.page.text import plain


def own_run(run: Run) -> None:
    """Draw the line of a run's marks with the buttons that change them, and its note beneath."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        star_button(run.id, run.name, run.starred)
        if run.baseline:
            st.badge(tr("Baseline"), icon=":material/flag:", color="blue")
        if run.archived:
            st.badge(tr("Archived"), icon=":material/inventory_2:", color="gray")
        for tag in run.tags:
            st.badge(plain(tag), color="gray")
        st.button(
            tr("Name, tags, note"), key=f"own-{run.id}", icon=":material/edit:", type="tertiary", on_click=opens,
            args=(f"own-{run.id}",),
        )  # fmt: skip
        said = (
            tr("The run is back on the lists.")
            if run.archived
            else tr("The run is archived: see the filter of the list.")
        )
        st.button(
            tr("Take back") if run.archived else tr("Archive"), key=f"archive-{run.id}", type="tertiary",
            icon=":material/unarchive:" if run.archived else ":material/archive:", on_click=act,
            args=(lambda: owning.archive(actor(), [run.id], not run.archived), said),
            help=tr("An archived run is left out of lists; nothing of it is lost."),
        )  # fmt: skip
        copy_link(run.id)
    note = store().note(run.id)
    if note is not None:
        show_written(note)
    if is_open(f"own-{run.id}"):
        _edit(run, note.note if note else "")


def star_button(run_id: str, name: str, starred: bool) -> None:
    """The star of a run, to put on or take off."""
    st.button(
        "★" if starred else "☆", key=f"star-{run_id}", type="tertiary", on_click=act,
        args=(lambda: owning.star(actor(), run_id, not starred), ""),
        help=tr("Take the star off {name}", name=plain(name, 60)) if starred else tr("Put a star on {name}", name=plain(name, 60)),
    )  # fmt: skip


def _edit(run: Run, note: str) -> None:
    keys = {name: f"own-{name}-{run.id}" for name in ("name", "tags", "note", "baseline")}

    @st.dialog(tr("Name, tags, note"), on_dismiss=close)
    def ask() -> None:
        if not is_open(f"own-{run.id}"):  # answered: the page is drawn anew without the dialog
            st.rerun()
        st.text_input(tr("Name"), run.name, key=keys["name"], max_chars=owning.NAME_CHARACTERS)
        st.multiselect(
            tr("Tags"), sorted({*store().tags(), *run.tags}, key=str.casefold), list(run.tags), key=keys["tags"],
            accept_new_options=True, max_selections=owning.MOST_TAGS, placeholder=tr("Choose, or type a new one"),
        )  # fmt: skip
        st.text_area(
            tr("Note"), note, key=keys["note"], max_chars=owning.NOTE_CHARACTERS, height=140,
            help=tr("Found by the search on the Runs page, and part of exported runs."),
        )  # fmt: skip
        if run.status == "finished":
            st.toggle(
                tr("Baseline of {model}", model=plain(run.model, 60)), run.baseline, key=keys["baseline"],
                help=tr("The model's other runs are held against it; a model has one baseline."),
            )  # fmt: skip
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(tr("Leave as it is"), key=f"own-no-{run.id}", on_click=close)
            st.button(
                tr("Keep"), key=f"own-yes-{run.id}", type="primary", icon=":material/check:", on_click=_agreed,
                args=(run, note, keys),
            )  # fmt: skip

    ask()


def _agreed(run: Run, note: str, keys: dict[str, str]) -> None:
    close()
    act(lambda: _keep(run, note, {name: st.session_state.get(key) for name, key in keys.items()}), tr("Kept."))


def _keep(run: Run, note: str, said: dict[str, object]) -> None:
    """Do what was changed, and nothing besides: each is an event of its own."""
    name, written = str(said["name"] or ""), str(said["note"] or "").strip()
    tags = owning.tags_of(said["tags"] if isinstance(said["tags"], list | tuple) else ())
    if name != run.name:
        owning.rename(actor(), run.id, name)
    if tags != run.tags:
        owning.tag(actor(), run.id, tags)
    if said["baseline"] is not None and bool(said["baseline"]) != run.baseline:
        owning.mark_baseline(actor(), run.id, bool(said["baseline"]))
    if written != note:
        owning.write_note(actor(), run.id, written)
