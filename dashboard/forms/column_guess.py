"""What the columns of a table seem to be, where their names do not say: proposed, and in use once it is confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from audit.actions import tables
from audit.language.translating import tr
from audit.stored import Upload
from audit.table.guessing import place_names
from audit.table.options import NO_COLUMN
from dashboard.page.guard import act
from dashboard.page.state import actor
from dashboard.page.text import one_line, plain


def proposed(upload: Upload, start: Mapping[str, Any]) -> dict[str, Any]:
    """What may be kept with a table beside what was decided already; empty where there is nothing to propose.

    `sheet` is among it where another sheet than the one that was read seems to be meant: the rest is said of that one.
    """
    other = start["instead"]
    return {"sheet": other["source"]["sheet"]} | _of_sheet(upload, other) if other else _of_sheet(upload, start)


def _of_sheet(upload: Upload, start: Mapping[str, Any]) -> dict[str, Any]:
    guess, columns, decided = dict(start["guess"]), start["columns"], upload.options
    found: dict[str, Any] = {}
    if guess["first_is_data"] and decided.get("header") is None and not decided.get("text"):
        return {"header": False} | {role: guess[role] for role in ("text", "label") if guess[role] is not None}
    if guess["first_is_data"]:  # somebody decided that it is not
        names = dict(zip(place_names(len(start["header"])), (name.strip() for name in start["header"]), strict=True))
        guess |= {role: names.get(guess[role]) for role in ("text", "label")}
    if columns["text"] is None and not decided.get("text") and guess["text"] is not None:
        found["text"] = guess["text"]
    text = found.get("text") or columns["text"]
    unsaid = columns["label"] is None and not decided.get("label")
    if text is not None and unsaid and guess["label"] not in {None, text}:
        found["label"] = guess["label"]
    if text is not None and unsaid and not found and not guess["first_is_data"]:
        asked = [name for name in guess["labels"] if name not in {text, *columns["groups"]}]
        found |= {"labels": asked} if asked else {}
    return found


def show_proposal(upload: Upload, choices: Mapping[str, Any], read: str | None) -> None:
    """Draw a proposal with its answers; `read` is the sheet that was read, where there are sheets."""
    lines = (
        [tr("The table is in the sheet **{sheet}**.", sheet=plain(choices["sheet"], 80))] if "sheet" in choices else []
    )
    if choices.get("header") is False:
        lines.append(tr("The first line is data: it has no names of columns."))
    if "text" in choices:
        lines.append(tr("The texts are in **{column}**.", column=plain(choices["text"], 80)))
    if "label" in choices:
        lines.append(tr("The labels are in **{column}**.", column=plain(choices["label"], 80)))
    if "labels" in choices:
        _which_labels(upload, choices["labels"])
        return
    with st.container(border=True, key="proposal"):
        st.markdown(f":material/lightbulb: **{tr('Is it read rightly like this?')}** {' '.join(lines)}")
        with st.container(horizontal=True):
            st.button(tr("Yes, read it like this"), key="take-proposal", type="primary", icon=":material/check:", on_click=act,
                      args=(lambda: _keep(upload, choices), ""))  # fmt: skip
            about = tr("Choose the sheet below.") if "sheet" in choices else tr("Say under Columns what each is.")
            st.button(
                tr("No"),
                key="leave-proposal",
                on_click=act,
                args=(lambda: _leave(upload, choices, read), ""),
                help=about,
            )


def _which_labels(upload: Upload, columns: Sequence[str]) -> None:
    """Ask which of several columns of classes holds the labels, if one does."""
    with st.container(border=True, key="proposal"):
        st.markdown(f":material/lightbulb: **{tr('Which column holds the labels?')}** {tr('Each of these may.')}")
        with st.container(horizontal=True):
            for place, column in enumerate(columns):
                st.button(plain(one_line(column, 40)), key=f"take-labels-{place}", on_click=act,
                          args=(lambda chosen=column: _keep(upload, {"label": chosen}), ""))  # fmt: skip
            st.button(
                tr("None of them"), key="leave-proposal", type="tertiary", on_click=act,
                args=(lambda: tables.describe(actor(), upload.sha256, label=NO_COLUMN, no_guess=True), ""),
                help=tr("The table has no labels: what the model answers is held against its own answers alone."),
            )  # fmt: skip


def _keep(upload: Upload, choices: Mapping[str, Any]) -> None:
    tables.describe(actor(), upload.sha256, **choices)


def _leave(upload: Upload, choices: Mapping[str, Any], read: str | None) -> None:
    """Remember that it was not so: this is the sheet, the first line has names, there is no label."""
    if "sheet" in choices:
        tables.describe(actor(), upload.sha256, sheet=read)
        return
    said: dict[str, Any] = {"header": True} if "header" in choices else {}
    if "header" not in choices and "text" not in choices:
        said["label"] = NO_COLUMN
    tables.describe(actor(), upload.sha256, **said, no_guess=True)
