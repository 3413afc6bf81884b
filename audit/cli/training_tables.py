"""`--reference card`: the table to compare with is the one that the model's card says it was trained on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from audit.cli.common import reader
from audit.errors import InputError
from audit.language.translating import tr, tr_later

if TYPE_CHECKING:
    from audit.actions.training_tables import Offer
    from audit.spec import TableSpec

CARD = "card"
"""What `--reference` says in place of a file."""


def table_of_card(model: str, audited: TableSpec, sheet: str | None) -> TableSpec:
    """The training table of a model, read as its card says, else as the audited one.

    Args:
        model: name, folder or hub id. audited: the table that is compared with it.
        sheet: of `--reference-sheet`, None where it was not said.

    Raises:
        InputError: the card names none, or it is not here; one sentence.
    """
    from audit.actions.training_tables import path_of
    from audit.spec import TableSpec

    offer = _offer(model)
    if offer is None:
        raise InputError(
            tr_later(
                f"The card of the model {model} names no table that it was trained on; give one with --reference FILE."
            )
        )
    upload = offer.upload
    path, name = (upload.sha256, upload.name) if upload is not None else (str(path_of(offer)), None)
    said = {"label_map": {}, **audited.alike(path, name, sheet).model_dump(exclude={"label_map"}), **offer.options}
    return TableSpec(**said | ({"sheet": sheet} if sheet is not None else {}))


def hint(model: str) -> str:
    """That a model's training table is here and can be compared with; "" where it is not."""
    offer = _offer(model)
    if offer is None or offer.fault:
        return ""
    name, rows = offer.table.name, offer.table.rows
    if rows is None:
        return tr(
            "By its card the model was trained on {name}, which is here: --reference card compares with it.", name=name
        )
    return tr(
        "By its card the model was trained on {name} ({rows} rows), which is here: --reference card compares with it.",
        name=name, rows=rows,
    )  # fmt: skip


def file_of(table: TableSpec) -> Path | None:
    """The file of a table of a spec: one of this machine, or one of the tables; None where it is neither."""
    if Path(table.path).is_file():
        return Path(table.path)
    store = reader()
    known = {upload.sha256 for upload in store.uploads()}
    return Path(store.files.local(table.path)) if table.path in known else None


def _offer(model: str) -> Offer | None:
    from audit.actions.training_tables import offered

    store = reader()
    return offered(store, store.card_of(model), pages=False)
