"""Whether a table can be audited on a model as it stands: said before an audit is started, not found out by it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from audit.errors import TableError, UnknownName
from audit.language.translating import tr, tr_n
from audit.live import Answer
from audit.spec import TableSpec
from audit.stored import Upload
from audit.table.alike import require_same_columns
from audit.table.faults import without_flags
from audit.table.languages import mismatch
from audit.table.options import Columns, TableOptions
from dashboard.draw.waiting import EVERY, wait_for
from dashboard.forms.column_guess import proposed
from dashboard.forms.labels import confirm_guess
from dashboard.forms.table_check import Target, checked, columns_of, start_of
from dashboard.page.guard import safe
from dashboard.page.live import ask_once
from dashboard.page.state import link, store
from dashboard.page.text import plain, told_again
from models.known_languages import Known
from models.label_file import unnamed
from models.language_names import language_list
from models.text_language import main_languages

TOKENIZER = "languages-of-model"
"""Where the question is kept what a model's tokenizer reads."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a table can be audited on a model: `why` says why not, in a sentence, "" where it can; `rows` that are good.

    `languages` are those that many of its rows are in, the most frequent first.
    """

    why: str = ""
    rows: int | None = None
    languages: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return not self.why


def target_of(model: str) -> Target:
    """The labels of a model of the catalog, as far as they are known without loading it."""
    entry = store().model(model)
    return Target(entry.known_labels, entry.multi_label) if entry else Target()


def say_fit(left: Any, right: Any, model: str, target: Target, table: TableSpec, known_languages: Known) -> Fit:
    """Say what model and table have in common, and what is to be settled first.

    Args:
        left, right: containers beneath the model's and the table's box.
        model: its name.
        target: its labels.
        table: with the choices remembered with it.
        known_languages: those of the model, as far as they are known.

    Returns:
        Whether an audit can be started: rows without a fault, or with faults that are left out on purpose; labels that are
        the model's or were mapped, and have names; no mapping that is an unconfirmed guess.
    """
    names = plain(", ".join(target.labels), 90)
    known = tr_n("{n} label: {names}", "{n} labels: {names}", len(target.labels), names=names)
    left.caption(known if target.labels else tr("Its labels are read when it is loaded."))
    if known_languages.by == "tokenizer":
        read = plain(language_list(known_languages.languages), 200)
        said = (
            tr("Its card names no language; its tokenizer reads {languages}.", languages=read)
            if read
            else tr("Its card names no language; its tokenizer reads none of those that were tried.")
        )
        left.caption(f":material/translate: {said}")
    try:
        upload = store().upload(table.path)
    except UnknownName:
        upload = None
    try:
        found = checked(table, target)
    except TableError as error:
        right.caption(f":red[:material/error: {plain(told_again(error), 300)}]")
        return Fit(tr("The table cannot be read."), 0)
    with right:
        if upload is not None and not found["typed"]:
            _say_proposed(upload, table)
        _say_labels(model, upload, found, target)
        _say_language(found, known_languages)
        why = _say_rows(found, keep_good=table.keep_good, nameless=unnamed(target.labels))
        if why and upload is not None:
            link("data", tr("Look at the table"), icon=":material/table_view:", table=upload.sha256)
    if not why and found["how"] == "index":
        with st.container():
            _ask(upload, found, target)
        why = tr("What its labels mean is a guess: confirm it, or map them.")
    return Fit(why, found["rows"], main_languages((found.get("profile") or {}).get("languages", {})))


def say_alike(place: Any, reference: TableSpec, table: TableSpec) -> Fit:
    """Say why a reference table cannot be compared with the audited one."""
    try:
        theirs, ours = (Columns(**columns_of(one)) for one in (reference, table))
        names = {"reference": reference.name or Path(reference.path).name, "table": table.name or Path(table.path).name}
        require_same_columns(theirs, ours, **names)
    except TableError as error:
        place.caption(f":red[:material/error: {plain(without_flags(error), 300)}]")
        return Fit(tr("The table to compare with has other columns."))
    return Fit()


def _say_labels(model: str, upload: Upload | None, found: dict[str, Any], target: Target) -> None:
    """What the labels of the two have in common; rows of others are faults, which `_say_rows` counts."""
    if not target.labels or not found["typed"]:
        return
    if not found["unmatched"]:
        if found["how"] != "index":
            known = tr_n("{n} label, all known to the model", "{n} labels, all known to the model", len(found["typed"]))
            st.caption(f":material/check: {known}")
        return
    odd = plain(", ".join(found["unknown"]), 80)
    said = tr_n(
        "{n} label of the table not known to the model: {names}",
        "{n} labels of the table not known to the model: {names}",
        len(found["unknown"]),
        names=odd,
    )
    st.caption(f":red[:material/warning:] {said}")
    if unnamed(target.labels):
        link("models", tr("Name the model's labels"), icon=":material/label:", model=model)
    if upload is not None:
        link("data", tr("Map its labels"), icon=":material/swap_horiz:", table=upload.sha256)


def _say_proposed(upload: Upload, table: TableSpec) -> None:
    """That a table without labels may have some, which its page asks about."""
    if upload.options.get("no_guess"):
        return
    choices = proposed(upload, start_of(upload, TableOptions.of(table)))
    columns = [choices["label"]] if "label" in choices else list(choices.get("labels") or ())
    if columns:
        said = tr("Audited without labels, which may be in {columns}.", columns=plain(", ".join(columns), 120))
        st.caption(f":orange[:material/lightbulb:] {said}")
        link("data", tr("Say where its labels are"), icon=":material/table_view:", table=upload.sha256)


def languages_of(model: str) -> Known:
    """The languages that a model knows. Where nothing that is kept tells, its tokenizer is read by the model process.

    Nothing is known until that has answered: the page is drawn again then.
    """
    known = store().languages_of(model)
    if known.by:
        return known
    answer = ask_once(TOKENIZER, "languages", model=model)
    wait_for([answer])
    if not answer.done:
        _await(answer)
        return Known()
    if answer.error is not None:
        st.caption(f":material/translate: {tr('Which languages the model reads could not be found out.')}")
        return Known()
    return Known(tuple(answer.result["languages"]), answer.result["by"])


@st.fragment(run_every=EVERY)
@safe
def _await(answer: Answer) -> None:
    if answer.done:
        st.rerun()
    st.caption(f":material/translate: {tr('Looking which languages its tokenizer reads.')}")


def _say_language(found: dict[str, Any], known: Known) -> None:
    """Warn of rows in languages that the model does not know; an audit of them can be started all the same."""
    said = mismatch((found.get("profile") or {}).get("languages", {}), known)
    if said is not None:
        st.warning(plain(told_again(said), 300), icon=":material/translate:")


def _say_rows(found: dict[str, Any], *, keep_good: bool, nameless: bool) -> str:
    """Say why rows cannot be audited; the same in short, "" where they can."""
    faults = found["fault_total"]
    if not found["rows"]:
        none = tr_n(
            "No row of this table can be audited ({n} fault).",
            "No row of this table can be audited ({n} faults).",
            faults,
        )
        st.caption(f":red[:material/error:] {none}")
        if found["unmatched"] and nameless:
            return tr("Nothing names the model's labels: name them, then the table's can be matched.")
        if found["unmatched"]:
            return tr("No label of the table is known to the model: map them, or choose another model.")
        return tr("The table has no row that can be audited.")
    if faults and not keep_good:
        some = tr(
            "{faults}, {rows}: mend the file, or say on its page that the good rows are audited alone.",
            faults=tr_n("{n} fault", "{n} faults", faults),
            rows=tr_n("{n} good row", "{n} good rows", found["rows"]),
        )
        st.caption(f":red[:material/rule:] {some}")
        return tr("Rows of the table have faults: mend them, or leave them out on its page.")
    return ""


def _ask(upload: Upload | None, found: dict[str, Any], target: Target) -> None:
    """Ask whether labels that are numbers are positions, as they were taken."""
    if upload is None:
        pairs = ", ".join(f"{typed} = {label}" for typed, label in list(found["proposed"].items())[:6])
        guess = tr("Its labels are taken as positions, which is a guess: {pairs}", pairs=plain(pairs, 120))
        st.caption(f":orange[:material/help:] {guess}")
        return
    chosen = {k: v for k, v in dict(upload.options.get("label_map") or {}).items() if v in target.labels}
    confirm_guess(upload, found, chosen)
    link("data", tr("Map its labels"), icon=":material/swap_horiz:", table=upload.sha256)
