"""Whether a table can be audited on a model as it stands: said before an audit is started, not found out by it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from audit.errors import TableError, UnknownName
from audit.language.translating import tr, tr_n
from audit.spec import TableSpec
from audit.stored import Upload
from audit.table.alike import require_same_columns
from audit.table.faults import without_flags
from audit.table.options import Columns
from dashboard.forms.labels import confirm_guess
from dashboard.forms.table_check import Target, checked, columns_of
from dashboard.page.state import link, store
from dashboard.page.text import plain, told_again


def target_of(model: str) -> Target:
    """The labels of a model of the catalog, as far as they are known without loading it."""
    entry = store().model(model)
    return Target(entry.known_labels, entry.multi_label) if entry else Target()


def say_fit(left: Any, right: Any, target: Target, table: TableSpec) -> bool:
    """Say what model and table have in common, and what is to be settled first.

    Args:
        left, right: containers beneath the model's and the table's box.
        target: the model's labels.
        table: with the choices remembered with it.

    Returns:
        Whether an audit can be started: rows without a fault, or with faults that are left out on purpose; labels that are
        the model's or were mapped; no mapping that is an unconfirmed guess.
    """
    names = plain(", ".join(target.labels), 90)
    known = tr_n("{n} label: {names}", "{n} labels: {names}", len(target.labels), names=names)
    left.caption(known if target.labels else tr("Its labels are read when it is loaded."))
    try:
        upload = store().upload(table.path)
    except UnknownName:
        upload = None
    try:
        found = checked(table, target)
    except TableError as error:
        right.caption(f":red[:material/error: {plain(told_again(error), 300)}]")
        return False
    with right:
        settled = _say_labels(upload, found, target)
        settled = _say_rows(found, keep_good=table.keep_good) and settled
        if not settled and upload is not None:
            link("data", tr("Look at the table"), icon=":material/table_view:", table=upload.sha256)
    if settled and found["how"] == "index":
        with st.container():
            return _ask(upload, found, target)
    return settled


def say_alike(place: Any, reference: TableSpec, table: TableSpec) -> bool:
    """Say why a reference table cannot be compared with the audited one; return whether it can."""
    try:
        theirs, ours = (Columns(**columns_of(one)) for one in (reference, table))
        names = {"reference": reference.name or Path(reference.path).name, "table": table.name or Path(table.path).name}
        require_same_columns(theirs, ours, **names)
    except TableError as error:
        place.caption(f":red[:material/error: {plain(without_flags(error), 300)}]")
        return False
    return True


def _say_labels(upload: Upload | None, found: dict[str, Any], target: Target) -> bool:
    if not target.labels or not found["typed"]:
        return True
    if not found["unmatched"]:
        if found["how"] != "index":
            known = tr_n("{n} label, all known to the model", "{n} labels, all known to the model", len(found["typed"]))
            st.caption(f":material/check: {known}")
        return True
    odd = plain(", ".join(found["unknown"]), 80)
    said = tr_n(
        "{n} label of the table not known to the model: {names}",
        "{n} labels of the table not known to the model: {names}",
        len(found["unknown"]),
        names=odd,
    )
    st.caption(f":red[:material/warning:] {said}")
    if upload is not None:
        link("data", tr("Map its labels"), icon=":material/swap_horiz:", table=upload.sha256)
    return True  # their rows are faults, which `_say_rows` counts


def _say_rows(found: dict[str, Any], *, keep_good: bool) -> bool:
    faults = found["fault_total"]
    if not found["rows"]:
        none = tr_n(
            "No row of this table can be audited ({n} fault).",
            "No row of this table can be audited ({n} faults).",
            faults,
        )
        st.caption(f":red[:material/error:] {none}")
        return False
    if faults and not keep_good:
        some = tr(
            "{faults}, {rows}: mend the file, or say on its page that the good rows are audited alone.",
            faults=tr_n("{n} fault", "{n} faults", faults),
            rows=tr_n("{n} good row", "{n} good rows", found["rows"]),
        )
        st.caption(f":red[:material/rule:] {some}")
        return False
    return True


def _ask(upload: Upload | None, found: dict[str, Any], target: Target) -> bool:
    """Ask whether labels that are numbers are positions, as they were taken; False until somebody has said so."""
    if upload is None:
        pairs = ", ".join(f"{typed} = {label}" for typed, label in list(found["proposed"].items())[:6])
        guess = tr("Its labels are taken as positions, which is a guess: {pairs}", pairs=plain(pairs, 120))
        st.caption(f":orange[:material/help:] {guess}")
        return False
    chosen = {k: v for k, v in dict(upload.options.get("label_map") or {}).items() if v in target.labels}
    confirm_guess(upload, found, chosen)
    link("data", tr("Map its labels"), icon=":material/swap_horiz:", table=upload.sha256)
    return False
