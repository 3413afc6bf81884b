"""The training table that a model's card names: offered on New audit as the table to compare with."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import streamlit as st

from audit.actions.training_tables import Offer, offered, take, why_not
from audit.errors import TableError
from audit.language.translating import tr, tr_n
from audit.spec import TableSpec
from audit.table.alike import require_same_columns
from audit.table.options import Columns
from dashboard.forms.table_check import columns_of, spec_of
from dashboard.page.guard import act
from dashboard.page.state import actor, store
from dashboard.page.text import plain

TAKEN = "_reference_of_card"


def offer_training_table(
    place: Any, model: str, audited: TableSpec, keys: Collection[str], *, key: str, fresh: bool
) -> None:
    """Say what a model was trained on, and compare with that where it is among the tables, until another choice is made.

    Args:
        place: where it is said, beside the model; that the table is not here is said where it would be chosen.
        model: its name.
        audited: the table that is audited.
        keys: of the box of tables to compare with. key: of the box itself, which is drawn afterwards.
        fresh: whether the form begins with nothing chosen, not with what another run compared with.
    """
    card = store().card_of(model)
    offer = offered(store(), card)
    here = offer.upload.sha256 if offer is not None and offer.upload is not None else ""
    wanted = here if here in keys and _alike(offer, audited) else ""
    _preselect(wanted, model, key, fresh=fresh)
    if offer is None:
        return
    if here and here == audited.path:
        said = tr("By its card the model was trained on this very table: it may know its labels by heart.")
        place.caption(f":orange[:material/school:] {said}")
    elif wanted and st.session_state.get(key) == wanted:
        said = tr(
            "Compared with {name}, which the model was trained on by its card; *Compare with* takes another table, or none.",
            name=_called(offer),
        )
        place.caption(f":material/school: {said}")
    elif here:
        place.caption(f":material/school: {tr('By its card the model was trained on {name}.', name=_called(offer))}")
    elif offer.fault:
        st.caption(f":material/school: {plain(why_not(offer), 400)}")
    else:
        place.caption(f":material/school: {tr('By its card the model was trained on {name}.', name=_called(offer))}")
        place.button(
            tr("Compare with it"), key="take-training-table", type="tertiary", icon=":material/add:",
            on_click=act, args=(lambda: take(actor(), card), tr("The training table is among the tables now.")),
        )  # fmt: skip


def _preselect(wanted: str, model: str, key: str, *, fresh: bool) -> None:
    """Choose the training table when a model is first looked at or the table comes in; what was chosen for another model goes with it."""
    before = st.session_state.get(TAKEN)
    st.session_state[TAKEN] = now = (model, wanted)
    chosen = st.session_state.get(key, "")
    if now == before or not (fresh or before):
        return
    if chosen in ("", before[1] if before else ""):
        st.session_state[key] = wanted


def _alike(offer: Offer | None, audited: TableSpec) -> bool:
    if offer is None or offer.upload is None:
        return False
    try:
        theirs, ours = (Columns(**columns_of(one)) for one in (spec_of(offer.upload), audited))
        require_same_columns(theirs, ours, reference="", table="")
    except TableError:
        return False
    return True


def _called(offer: Offer) -> str:
    name = plain(offer.table.name, 60)
    rows = offer.table.rows
    return name if rows is None else tr_n("{name} ({n} row)", "{name} ({n} rows)", rows, name=name)
