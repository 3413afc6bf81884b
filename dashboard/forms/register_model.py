"""Registering a model: it is loaded to see whether it is sound, its labels are found or asked for, then it is kept under a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from audit.actions import catalog
from audit.language.translating import tr, tr_later, tr_n
from dashboard.draw.waiting import poll
from dashboard.page.guard import act
from dashboard.page.live import ask_once
from dashboard.page.state import actor
from dashboard.page.text import plain
from models.entry import typed_labels
from models.errors import CatalogError
from models.label_file import labels_beside, unnamed
from models.typed_paths import is_dir, typed_path

IN_PLACE = tr_later(
    "Otherwise a copy of them is kept: the model stays as it is, whatever becomes of the folder, and every machine of this "
    "installation can use it. Left in place, it works on this machine alone, and is what the folder holds when it is used."
)
ASKED, CHECK, NAMELESS = "registering", "register-check", "_nameless"
SHOWN = 12
"""Labels that the notice names."""


def register_form() -> None:
    """Check a folder or hub id by loading it, ask for what its labels are called where nothing says so, register it."""
    if st.session_state.get(NAMELESS) is not None:
        _name_labels(st.session_state[NAMELESS])
        return
    _form()
    said = st.session_state.get(ASKED)
    if not said:
        return
    if not said["path"] or not said["name"]:
        st.error(tr("Give a folder (or hub id) and a name."), icon=":material/error:")
        return
    answer = ask_once(CHECK, "facts", model=said["path"], base=said["base"], labels=said["labels"] or None)
    loading = tr("Loading it to see whether it is sound.")
    poll(CHECK, answer, lambda a: st.caption(loading) if not a.done else None)
    if not answer.done:
        return
    for name in (ASKED, CHECK):
        st.session_state.pop(name, None)
    if answer.error is None:
        _found(said, answer.result)
        st.rerun()


def _form() -> None:
    with st.form("register"):
        left, right = st.columns(2)
        left.text_input(tr("Folder or hub id"), key="new-path", placeholder=tr("/home/me/my-model  or  owner/model"))
        right.text_input(tr("Name"), key="new-name", placeholder="my-model", max_chars=64)
        left.text_input(tr("Labels, if the checkpoint has none (comma-separated)"), key="new-labels")
        right.text_input(
            tr("Base model, for an adapter"), key="new-base", placeholder=tr("only if it is not the recorded one")
        )
        st.text_input(tr("Note"), key="new-note", max_chars=200)
        st.checkbox(tr("Leave the files where they are"), key="new-in-place", help=tr(IN_PLACE))
        st.form_submit_button(tr("Check and register"), type="primary", icon=":material/add:", on_click=_asked)


def _asked() -> None:
    """Keep what was typed into the form: from now on it is checked, whatever redraws the page."""
    typed = {name: str(st.session_state[f"new-{name}"]).strip() for name in ("path", "name", "labels", "base", "note")}
    st.session_state[ASKED] = {
        **typed,
        "in_place": bool(st.session_state["new-in-place"]),
        "labels": typed_labels(typed["labels"]) or [],
        "base": typed["base"] or None,
    }


def _found(said: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    """Register a model that is sound, or have its labels asked for first."""
    folder = typed_path(said["path"])
    checked = {
        **said, "path": str(folder) if is_dir(folder) else said["path"], "found": list(result["labels"]),
        "reads": result["reads"],
        "base_sha256": result["base_sha256"],
    }  # fmt: skip
    if said["labels"] or not unnamed(checked["found"]):
        act(lambda: _register(checked, said["labels"]), _done(checked, said["labels"]))
        return
    beside, file = labels_beside(folder, len(checked["found"])) if is_dir(folder) else ((), "")
    if beside:
        act(lambda: _register(checked, beside), _done(checked, beside, file))
    else:
        st.session_state[NAMELESS] = checked


def _name_labels(checked: Mapping[str, Any]) -> None:
    """Ask what the labels of a model are called that nothing names."""
    found = checked["found"]
    with st.form("name-labels"):
        st.markdown(
            tr_n(
                "**{name}** is sound, but nothing names its {n} label.",
                "**{name}** is sound, but nothing names its {n} labels.",
                len(found),
                name=plain(checked["name"]),
            )
        )
        st.text_area(
            tr("What they mean, one a line, in the order of the model's head"), "", key="names-of-labels", height=140,
            placeholder="\n".join(found[:SHOWN]),
            help=tr("The order is that of the numbers in the training data: the first line is label 0."),
        )  # fmt: skip
        with st.container(horizontal=True):
            st.form_submit_button(
                tr("Register with these names"),
                type="primary",
                icon=":material/add:",
                key="with-names",
                on_click=_with_names,
            )
            st.form_submit_button(tr("Register without names"), key="without-names", on_click=_without_names)
            st.form_submit_button(tr("Cancel"), key="no-names", on_click=_drop)


def _with_names() -> None:
    checked = st.session_state[NAMELESS]
    typed = [line.strip() for line in str(st.session_state["names-of-labels"]).splitlines() if line.strip()]
    act(lambda: _register(checked, _fitting(checked["found"], typed)), _done(checked, typed))


def _without_names() -> None:
    checked = st.session_state[NAMELESS]
    act(lambda: _register(checked, ()), _done(checked, ()))


def _drop() -> None:
    st.session_state.pop(NAMELESS, None)


def _fitting(found: Sequence[str], typed: Sequence[str]) -> Sequence[str]:
    """The names, if they can be those of the labels found.

    Raises:
        CatalogError: they are too many or too few, or two are alike.
    """
    if len(typed) != len(found):
        uneven = tr(
            "The model has {known} labels and {given} names were given; give one name a line for each.",
            known=len(found), given=len(typed),
        )  # fmt: skip
        raise CatalogError(uneven)
    if len({name.casefold() for name in typed}) < len(typed):
        raise CatalogError(tr("Two labels have the same name; each needs its own."))
    return typed


def _register(checked: Mapping[str, Any], labels: Sequence[str]) -> None:
    chosen = {key: checked[key] for key in ("found", "reads", "base", "base_sha256", "note", "in_place")}
    catalog.register(actor(), checked["name"], checked["path"], labels=list(labels), **chosen)
    _drop()


def _done(checked: Mapping[str, Any], labels: Sequence[str], file: str = "") -> str:
    named = list(labels or checked["found"])
    some = plain(", ".join(named[:SHOWN]) + (", …" if len(named) > SHOWN else ""), 300)
    said = tr_n("Registered {name}: {n} label ({labels}).", "Registered {name}: {n} labels ({labels}).", len(named),
                name=plain(checked["name"]), labels=some)  # fmt: skip
    return f"{said} {tr('Their names are from {file}.', file=plain(file))}" if file else said
