"""Which column is what, in which sheet and encoding: found by name, for the user to confirm or correct."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from audit.actions import tables
from audit.language.translating import tr, tr_later
from audit.stored import Upload
from audit.table.guessing import place_names
from audit.table.options import NO_COLUMN
from dashboard.forms.table_check import DELIMITERS, ENCODINGS
from dashboard.page.guard import act
from dashboard.page.press import changed
from dashboard.page.state import actor

FORMATS = {"xlsx": "Excel", "csv": "CSV", "parquet": "Parquet", "jsonl": "JSON Lines"}
TITLES = {
    "csv": tr_later("Columns, encoding, delimiter and quotes"),
    "jsonl": tr_later("Columns and encoding"),
    "parquet": tr_later("Columns"),
    "xlsx": tr_later("Columns"),
}
"""What the form is called: by what the format leaves open."""
AUTO, NONE = tr_later("(find it)"), tr_later("(none)")
ROLES = {
    "text": tr_later("Text"),
    "label": tr_later("Label"),
    "pair": tr_later("Pair"),
    "rationale": tr_later("Rationale"),
}
ANEW: dict[str, Any] = {**dict.fromkeys(ROLES), "groups": [], "header": None, "no_guess": None}
"""Decisions about the columns of one sheet, which mean nothing of another."""


def sheet_choice(upload: Upload, source: Mapping[str, Any]) -> None:
    """Let the user choose another sheet of a workbook; its columns are found anew."""
    asked, now = upload.options.get("sheet"), source["sheet"]
    listed = list(dict.fromkeys([*source["sheets"], *([asked] if asked else [])]))
    if len(listed) < 2:
        return
    read = asked or now
    key = f"sheet-{upload.sha256[:12]}-{listed.index(read)}"
    st.selectbox(
        tr("Sheet"), listed, listed.index(read), key=key, help=tr(HELP["sheet"]), on_change=changed,
        args=(key, read, lambda sheet: tables.describe(actor(), upload.sha256, **ANEW, sheet=sheet)),
    )  # fmt: skip


def column_form(upload: Upload, start: dict[str, Any], *, folded: bool = False) -> None:
    """Draw the form; pressing its button remembers the choices with the upload.

    Args:
        upload: the table.
        start: how it begins, see `start_of`.
        folded: whether something above it asks already what its columns are.
    """
    names = [name.strip() for name in start["header"]]
    choices, columns, source = dict(upload.options), start["columns"], start["source"]
    mark = _mark(upload, columns)  # the boxes are new ones wherever something else decided what they show
    opened = columns["text"] is None and not folded
    with (
        st.expander(tr(TITLES[source["format"]]), expanded=opened, icon=":material/view_column:"),
        st.form("columns", border=False),
    ):
        _columns(names, columns, mark)
        nameless = _reading(source["format"], choices, mark)
        if start["header"]:
            st.caption(tr("Read as {how}", how=_how(source)))
        st.form_submit_button(tr("Read it like this"), icon=":material/refresh:", on_click=act,
                              args=(lambda: _keep(upload, names, columns, mark, nameless=nameless), ""))  # fmt: skip


def _mark(upload: Upload, columns: Mapping[str, Any]) -> str:
    said = json.dumps([upload.sha256, dict(upload.options), dict(columns)], default=str, sort_keys=True)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _columns(names: Sequence[str], columns: Mapping[str, Any], mark: str) -> None:
    """What each column is for."""
    header = [name for name in names if name]
    for place, role in zip(st.columns(4), ROLES, strict=True):
        listed = [*header] if role == "text" else [NONE, *header]
        now = columns[role] if columns[role] in header else (None if role == "text" else NONE)
        place.selectbox(
            tr(ROLES[role]), listed, index=listed.index(now) if now in listed else None, key=f"column-{role}-{mark}",
            format_func=_choice, help=tr(HELP[role]), placeholder=tr("Choose a column"),
        )  # fmt: skip
    st.multiselect(
        tr("Groups"), header, [group for group in columns["groups"] if group in header], key=f"column-groups-{mark}",
        help=tr(HELP["groups"]), placeholder=tr("Choose columns"), select_all=False,
    )  # fmt: skip


def _reading(format_: str, choices: Mapping[str, Any], mark: str) -> bool:
    """How the file is read, as far as its format leaves that open; whether its first line is data so far."""
    nameless = choices.get("header") is False
    if format_ == "parquet":
        return nameless
    places = st.columns(4, vertical_alignment="bottom")
    if format_ in {"csv", "jsonl"}:
        encodings = [AUTO, *ENCODINGS]
        places[0].selectbox(
            tr("Encoding"),
            encodings,
            index=encodings.index(choices.get("encoding") or AUTO),
            key=f"column-encoding-{mark}",
            format_func=_choice,
        )
    if format_ == "csv":
        delimiters, said = [AUTO, *DELIMITERS], {**DELIMITERS, AUTO: AUTO}
        places[1].selectbox(
            tr("Delimiter"),
            delimiters,
            index=delimiters.index(choices.get("delimiter") or AUTO),
            key=f"column-delimiter-{mark}",
            format_func=lambda d: tr(said[d]),
        )
        letters = choices.get("quotes") is False
        places[2].checkbox(tr("Quotes are letters"), letters, key=f"column-quotes-{mark}", help=tr(HELP["quotes"]))
        places[3].checkbox(tr("First line is data"), nameless, key=f"column-nameless-{mark}", help=tr(HELP["header"]))
    elif format_ == "xlsx":
        places[0].checkbox(tr("First row is data"), nameless, key=f"column-nameless-{mark}", help=tr(HELP["row"]))
    return nameless


def _how(source: Mapping[str, Any]) -> str:
    """How a file was read, in words."""
    named = FORMATS.get(source["format"], source["format"])
    if source["format"] == "csv":
        delimiter = source["delimiter"] or ""
        parted = tr(DELIMITERS[delimiter]) if delimiter in DELIMITERS else tr("no delimiter")
        return f"{named}, {source['encoding']}, {parted}"
    return f"{named}, {source['encoding']}" if source["encoding"] else named


def _choice(name: str) -> str:
    """A choice of a list as it is shown: ours in words, a column or an encoding by its name."""
    return tr(name) if name in {AUTO, NONE} else name


def _keep(upload: Upload, header: Sequence[str], columns: Mapping[str, Any], mark: str, *, nameless: bool) -> None:
    """Remember what the form says with the upload, as far as it asks.

    A role without a column that nobody had taken away stays open, for a proposal. Where it changes what the first line is,
    columns have other names: those chosen by their place stay so.

    Args:
        upload: the table.
        header: names of its columns as the form had them; columns: those in use.
        mark: of the form's boxes.
        nameless: whether the first line was data.
    """
    asked = (*ROLES, "groups", "encoding", "delimiter", "quotes", "nameless")
    said = {
        name: st.session_state[f"column-{name}-{mark}"] for name in asked if f"column-{name}-{mark}" in st.session_state
    }
    first_is_data = bool(said.pop("nameless", nameless))
    if "quotes" in said:
        said["quotes"] = not said["quotes"]
    for name, value in said.items():
        if value == AUTO:
            said[name] = None
        elif value == NONE:
            said[name] = NO_COLUMN if columns[name] is not None or upload.options.get(name) == NO_COLUMN else None
    if first_is_data and not nameless:
        places = dict(zip(header, place_names(len(header)), strict=True))
        said |= {role: places.get(said[role], said[role]) for role in ROLES}
        said["groups"] = [places.get(name, name) for name in said["groups"]]
    elif nameless and not first_is_data:  # the names stand in the file, and are found or chosen anew
        said |= dict.fromkeys(ROLES) | {"groups": []}
    if first_is_data != nameless:
        said["header"] = not first_is_data
    tables.describe(actor(), upload.sha256, **said)


HELP = {
    "text": tr_later("The column with the texts to classify."),
    "label": tr_later("The true class. Without it the model's own prediction stands in."),
    "pair": tr_later("A second text, for models that read two."),
    "rationale": tr_later("Human rationales: 0 and 1, one for each word between white space."),
    "quotes": tr_later(
        "Every line is a row, and a double quote is a sign like any other: tab-separated files are often written so."
    ),
    "sheet": tr_later("The sheet of the workbook that holds the table. Its columns are looked for anew."),
    "header": tr_later("The file has no names of columns: its first line is a row like the others."),
    "row": tr_later("The sheet has no names of columns: its first row is one like the others."),
    "groups": tr_later("Columns to compare results by, for example region or channel."),
}
