"""The training table that a model's card names: whether it is here, and how it becomes one of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.actions.doing import doing
from audit.actor import Actor
from audit.errors import InputError, UnknownName
from audit.language.translating import tr, tr_later
from audit.store import Store
from audit.store.files import files_url
from audit.stored import Upload
from audit.table.refusing import require_table
from audit.table_choices import TableReading
from models.places import page_folders, setting
from models.trained_on import Fault, NotThere, TrainedOn, can_be_opened, noted_place, opened, trained_on

SHARED = "shared"
WHY: Mapping[str, str] = {
    "unknown": tr_later("that table is not among those here"),
    "gone": tr_later("that file no longer lies where it lay then"),
    "changed": tr_later("that file has changed since"),
    "unreadable": tr_later("that file cannot be read"),
    "elsewhere": tr_later("it lies outside the folders that pages may read"),
    SHARED: tr_later("pages that others can reach too read no files of this machine"),
}
"""Why a training table cannot be taken from where it lies."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The training table of a model, by its card.

    Attributes:
        table: what the card says. upload: the same bytes among the tables, None where they are not there.
        fault: why it cannot be taken from where it lies, a key of `WHY`; "" where it may be tried.
    """

    table: TrainedOn
    upload: Upload | None
    fault: str

    @property
    def options(self) -> dict[str, Any]:
        """How the table is read, by the card."""
        return options_of(self.table)


def options_of(table: TrainedOn) -> dict[str, Any]:
    """How a training table is read, by the card: columns and reading, as far as a table has such choices."""
    said = {**table.columns, **table.reading}
    return {name: said[name] for name in TableReading.model_fields if name in said}


def offered(store: Store, card: Mapping[str, Any], *, pages: bool = True) -> Offer | None:
    """The training table that a card names, and what can be done with it; None where it names none.

    No byte of it is read. Whoever wrote the card said which bytes are meant, never where they lie; see `models.trained_on`.

    Args:
        store: where the tables are.
        card: of a model.
        pages: whether it is asked for by a page, which reads what it may alone; else by whoever types a command.
    """
    table = trained_on(card)
    if table is None:
        return None
    try:
        return Offer(table, store.upload(table.sha256), "")
    except UnknownName:
        return Offer(table, None, _fault(table, pages=pages))


def why_not(offer: Offer, fault: str = "", *, pages: bool = True) -> str:
    """That a training table is not here, why, and what to do, in a sentence."""
    said = {"name": offer.table.name, "why": tr(WHY[fault or offer.fault])}
    if pages:
        return tr("By its card the model was trained on {name}, but {why}; upload it to compare with it.", **said)
    return tr("By its card the model was trained on {name}, but {why}; give that table with --reference FILE.", **said)


def take(actor: Actor, card: Mapping[str, Any]) -> Upload:
    """Make the training table that a card names one of the tables, from where it lay when the model was trained, if the bytes are the same.

    Raises:
        Forbidden: they may not bring in tables.
        InputError: it is not there any more, has changed, or may not be read by pages; one sentence.
        TableError: it is no table.
        DiskError, FilesError: it cannot be kept.
    """
    with doing(actor, "upload_table") as store:
        offer = offered(store, card)
        if offer is None:
            raise InputError(
                tr_later("The model's card names no table that it was trained on; upload one to compare with it.")
            )
        if offer.upload is not None:
            return offer.upload
        if offer.fault:
            raise InputError(why_not(offer))
        table = offer.table
        try:
            with opened(table, page_folders()) as (file, name):
                require_table(file, name)
                kept = store.add_upload(file, name, offer.options)
        except NotThere as found:
            raise InputError(why_not(offer, found.fault)) from None
        if kept.sha256 != table.sha256:  # it was written to meanwhile
            store.delete_unused_upload(kept.sha256)
            raise InputError(why_not(offer, "changed"))
        return kept


def path_of(offer: Offer) -> Path:
    """Where the training table of a card lies, for whoever types a command: looked at byte by byte, it is the same.

    Raises:
        InputError: it is not there, or not the same; one sentence.
    """
    path = noted_place(offer.table.sha256)
    try:
        with opened(offer.table, None):
            pass
    except NotThere as found:
        raise InputError(why_not(offer, found.fault, pages=False)) from None
    return path or Path()


def _fault(table: TrainedOn, *, pages: bool) -> Fault | str:
    if pages and (setting("hosts") or files_url() is not None):
        return SHARED if noted_place(table.sha256) is not None else "unknown"
    return can_be_opened(table, page_folders() if pages else None) or ""
