"""Which column is what, in which sheet and encoding: found by name, for the user to confirm or correct.

What is asked is declared in `audit.table_choices`; here stands what the answers do to each other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from audit.actions import tables
from audit.boxes import Box, boxes
from audit.language.translating import tr, tr_later
from audit.stored import Upload
from audit.table.guessing import place_names
from audit.table.options import NO_COLUMN
from audit.table_choices import DELIMITERS, TableChoices
from dashboard.forms.box import answer, ask, places
from dashboard.page.guard import act
from dashboard.page.press import changed
from dashboard.page.state import actor

FORMATS = {"xlsx": "Excel", "csv": "CSV", "parquet": "Parquet", "jsonl": "JSON Lines"}
NONE = tr_later("(none)")


def sheet_choice(upload: Upload, source: Mapping[str, Any]) -> None:
    """Let the user choose another sheet of a workbook; its columns are found anew."""
    box = boxes(TableChoices, source["format"], "sheets").get("sheet")
    asked, now = upload.options.get("sheet"), source["sheet"]
    listed = list(dict.fromkeys([*source["sheets"], *([asked] if asked else [])]))
    if box is None or len(listed) < 2:
        return
    read = asked or now
    key = f"sheet-{upload.sha256[:12]}-{listed.index(read)}"
    st.selectbox(
        tr(box.title), listed, listed.index(read), key=key, help=tr(box.help), on_change=changed,
        args=(key, read, lambda sheet: tables.describe(actor(), upload.sha256, **_anew(), sheet=sheet)),
    )  # fmt: skip


def column_form(upload: Upload, start: dict[str, Any], *, folded: bool = False) -> None:
    """Draw the form; pressing its button remembers the choices with the upload.

    Args:
        upload: the table.
        start: how it begins, see `start_of`.
        folded: whether something above it asks already what its columns are.
    """
    names = [name.strip() for name in start["header"]]
    columns, source = start["columns"], start["source"]
    mark = _mark(upload, columns)  # the boxes are new ones wherever something else decided what they show
    opened = columns["text"] is None and not folded
    reading = boxes(TableChoices, source["format"])
    title = tr("Columns and how the file is read") if reading else tr("Columns")
    with st.expander(title, expanded=opened), st.form("columns", border=False):
        _columns([name for name in names if name], columns, mark)
        for (name, box), place in zip(reading.items(), places(), strict=False):
            ask(place, box, TableChoices, name, upload.options.get(name), key=f"column-{name}-{mark}")
        if start["header"]:
            st.caption(tr("Read as {how}", how=_how(source)))
        st.form_submit_button(tr("Read it like this"), icon=":material/refresh:", on_click=act,
                              args=(lambda: _keep(upload, names, columns, list(reading), mark), ""))  # fmt: skip


def _anew() -> dict[str, Any]:
    """Nothing decided of the columns of a sheet: what was decided of another's means nothing of this one."""
    return {**{name: [] if _many(name) else None for name in _roles()}, "header": None, "no_guess": None}


def _roles() -> dict[str, Box]:
    """What a column may be for."""
    return boxes(TableChoices, "", "columns")


def _many(role: str) -> bool:
    """Whether several columns may be for it."""
    return bool(TableChoices.model_fields[role].default == ())


def _mark(upload: Upload, columns: Mapping[str, Any]) -> str:
    said = json.dumps([upload.sha256, dict(upload.options), dict(columns)], default=str, sort_keys=True)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _columns(header: Sequence[str], columns: Mapping[str, Any], mark: str) -> None:
    """What each column is for."""
    one, several = ([name for name in _roles() if _many(name) == many] for many in (False, True))
    for role, place in zip(one, places(), strict=False):
        box, now = _roles()[role], columns[role]
        listed = [*header] if box.needed else [NONE, *header]
        now = now if now in header else None if box.needed else NONE
        place.selectbox(
            tr(box.title), listed, index=listed.index(now) if now in listed else None, key=f"column-{role}-{mark}",
            format_func=_choice, help=tr(box.help), placeholder=tr("Choose a column"),
        )  # fmt: skip
    for role in several:
        box = _roles()[role]
        st.multiselect(
            tr(box.title), header, [name for name in columns[role] if name in header], key=f"column-{role}-{mark}",
            help=tr(box.help), placeholder=tr("Choose columns"), select_all=False,
        )  # fmt: skip


def _how(source: Mapping[str, Any]) -> str:
    """How a file was read, in words."""
    named = FORMATS.get(source["format"], source["format"])
    if source["format"] == "csv":
        delimiter = source["delimiter"] or ""
        parted = tr(DELIMITERS[delimiter]) if delimiter in DELIMITERS else tr("no delimiter")
        return f"{named}, {source['encoding']}, {parted}"
    return f"{named}, {source['encoding']}" if source["encoding"] else named


def _choice(name: str) -> str:
    """A choice of a list as it is shown: ours in words, a column by its name."""
    return tr(name) if name == NONE else name


def _keep(upload: Upload, header: Sequence[str], columns: Mapping[str, Any], reading: Sequence[str], mark: str) -> None:
    """Remember what the form says with the upload, as far as it asks.

    A role without a column that nobody had taken away stays open, for a proposal; so does how the file is read where nobody
    said another thing of it. Where it changes what the first line is, columns have other names: those chosen by their place
    stay so.

    Args:
        upload: the table.
        header: names of its columns as the form had them; columns: those in use.
        reading: what it asked of how the file is read.
        mark: of the form's boxes.
    """
    shown = {name: st.session_state[f"column-{name}-{mark}"] for name in (*_roles(), *reading)}
    said = {name: shown[name] for name in _roles()}
    for name, value in said.items():
        if value == NONE:
            said[name] = NO_COLUMN if columns[name] is not None or upload.options.get(name) == NO_COLUMN else None
    for name in reading:
        now, value = upload.options.get(name), answer(TableChoices, name, shown[name])
        if value != (TableChoices.model_fields[name].default if now is None else now):
            said[name] = value
    if said.get("header") is False:
        places_ = dict(zip(header, place_names(len(header)), strict=True))
        said |= {role: _placed(said[role], places_) for role in _roles()}
    elif said.get("header"):  # the names stand in the file, and are found or chosen anew
        said |= {role: [] if _many(role) else None for role in _roles()}
    tables.describe(actor(), upload.sha256, **said)


def _placed(chosen: Any, places_: Mapping[str, str]) -> Any:
    """Columns by the names of their places."""
    return [places_.get(name, name) for name in chosen] if isinstance(chosen, list) else places_.get(chosen, chosen)
