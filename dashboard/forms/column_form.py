"""Which column is what, in which encoding: found by name, for the user to confirm or correct."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from audit.actions import tables
from audit.language.translating import tr, tr_later
from audit.stored import Upload
from audit.table.guessing import place_names
from dashboard.forms.table_check import DELIMITERS, ENCODINGS
from dashboard.page.guard import act
from dashboard.page.state import actor

FORMATS = {"xlsx": "Excel", "csv": "CSV", "parquet": "Parquet", "jsonl": "JSON Lines"}
AUTO, NONE = tr_later("(find it)"), tr_later("(none)")
ROLES = {
    "text": tr_later("Text"),
    "label": tr_later("Label"),
    "pair": tr_later("Pair"),
    "rationale": tr_later("Rationale"),
}


def column_form(upload: Upload, start: dict[str, Any], *, folded: bool = False) -> None:
    """Draw the form; pressing its button remembers the choices with the upload.

    Args:
        upload: the table.
        start: how it begins, see `start_of`.
        folded: whether something above it asks already what its columns are.
    """
    names = [name.strip() for name in start["header"]]
    header = [name for name in names if name]
    choices, columns = dict(upload.options), start["columns"]
    with (
        st.expander(
            tr("Columns, sheet, encoding, delimiter and quotes"),
            expanded=columns["text"] is None and not folded,
            icon=":material/view_column:",
        ),
        st.form("columns", border=False),
    ):
        first, second = st.columns(4), st.columns(4)
        for place, role in zip(first, ROLES, strict=True):
            listed = [*header] if role == "text" else [NONE, *header]
            now = columns[role] if columns[role] in header else (None if role == "text" else NONE)
            index = listed.index(now) if now in listed else None
            place.selectbox(
                tr(ROLES[role]), listed, index=index, key=f"column-{role}", format_func=_choice, help=tr(HELP[role])
            )
        second[0].multiselect(
            tr("Groups"),
            header,
            [g for g in columns["groups"] if g in header],
            key="column-groups",
            help=tr(HELP["groups"]),
        )
        encodings = [AUTO, *ENCODINGS]
        second[1].selectbox(
            tr("Encoding"),
            encodings,
            index=encodings.index(choices.get("encoding") or AUTO),
            key="column-encoding",
            format_func=_choice,
        )
        delimiters = [AUTO, *DELIMITERS]
        now = delimiters.index(choices.get("delimiter") or AUTO)
        said = {**DELIMITERS, AUTO: AUTO}
        second[2].selectbox(
            tr("Delimiter"), delimiters, index=now, key="column-delimiter", format_func=lambda d: tr(said[d])
        )
        source = start["source"]
        letters, nameless = choices.get("quotes") is False, choices.get("header") is False
        if source["format"] == "csv":
            second[2].checkbox(tr("Quotes are letters"), letters, key="column-quotes", help=tr(HELP["quotes"]))
            second[3].checkbox(tr("First line is data"), nameless, key="column-nameless", help=tr(HELP["header"]))
        if len(source["sheets"]) > 1 or choices.get("sheet"):
            _sheet(source["sheets"], choices.get("sheet"), second[3])
        if start["header"]:
            delimiter = source["delimiter"] or ""
            read = (
                FORMATS.get(source["format"], source["format"]),
                source["encoding"] or tr("binary"),
                tr(DELIMITERS[delimiter]) if delimiter in DELIMITERS else tr("no delimiter"),
            )
            how = read[0] if source["format"] == "xlsx" else ", ".join(read)
            second[3].caption(tr("Read as {how}", how=how))
        st.form_submit_button(tr("Read it like this"), icon=":material/refresh:", on_click=act,
                              args=(lambda: _keep(upload.sha256, names, letters=letters, nameless=nameless), ""))  # fmt: skip


def _sheet(sheets: Sequence[str], asked: str | None, place: Any) -> None:
    """The sheets of a workbook to choose from."""
    listed = [AUTO, *dict.fromkeys([*sheets, *([asked] if asked else [])])]
    place.selectbox(
        tr("Sheet"),
        listed,
        listed.index(asked or AUTO),
        key="column-sheet",
        format_func=_choice,
        help=tr(HELP["sheet"]),
    )


def _choice(name: str) -> str:
    """A choice of a list as it is shown: ours in words, a column or an encoding by its name."""
    return tr(name) if name in {AUTO, NONE} else name


def _keep(sha256: str, header: Sequence[str], *, letters: bool, nameless: bool) -> None:
    """Remember what the form says with the upload; `letters` and `nameless` where it does not ask.

    Where it changes what the first line is, columns have other names: those chosen by their place stay so.
    """
    said = {name: st.session_state[f"column-{name}"] for name in (*ROLES, "groups", "encoding", "delimiter")}
    said = {
        name: ("-" if name in ROLES and value == NONE else None if value == AUTO else value)
        for name, value in said.items()
    }
    if "column-sheet" in st.session_state:
        chosen = st.session_state["column-sheet"]
        said["sheet"] = None if chosen == AUTO else chosen
    said["quotes"] = not st.session_state.get("column-quotes", letters)
    first_is_data = bool(st.session_state.get("column-nameless", nameless))
    said["header"] = not first_is_data
    if first_is_data and not nameless:
        places = dict(zip(header, place_names(len(header)), strict=True))
        said |= {role: places.get(said[role], said[role]) for role in ROLES}
        said["groups"] = [places.get(name, name) for name in said["groups"]]
    elif nameless and not first_is_data:  # the names stand in the file, and are found or chosen anew
        said |= dict.fromkeys(ROLES) | {"groups": []}
    tables.describe(actor(), sha256, **said)


HELP = {
    "text": tr_later("The column with the texts to classify."),
    "label": tr_later("The true class. Without it the model's own prediction stands in."),
    "pair": tr_later("A second text, for models that read two."),
    "rationale": tr_later("Human rationales: 0 and 1, one for each word between white space."),
    "quotes": tr_later(
        "Every line is a row, and a double quote is a sign like any other: tab-separated files are often written so."
    ),
    "sheet": tr_later("The sheet of the workbook that holds the table."),
    "header": tr_later("The file has no names of columns: its first line is a row like the others."),
    "groups": tr_later("Columns to compare results by, for example region or channel."),
}
