"""Calibrated models: the files of a model whose card says besides how its logits are scaled. Loads no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models import catalog
from models.card import read_card
from models.entry import CatalogEntry
from models.errors import CatalogError
from models.finding import model_folder, registered_folder
from models.registry import BASE
from models.scaling import Scaling


def check_plain(name: str) -> None:
    """Nothing where a model is not calibrated yet.

    Raises:
        CatalogError: it is; it says of which model.
    """
    entry = catalog.find(name)
    said = (entry.card if entry is not None else {}).get("scaling")
    if said is not None:
        of = str(said.get("of") or "") if isinstance(said, Mapping) else ""
        raise CatalogError(
            f"The model '{name}' is calibrated already; calibrate the model it was made of"
            + (f", '{of}'." if of else ".")
        )


def add_calibrated(
    name: str,
    of: str,
    scaling: Scaling,
    about: Mapping[str, Any],
    *,
    base: str | None = None,
    labels: Sequence[str] = (),
    replace: bool = False,
) -> CatalogEntry:
    """Register a copy of a model whose probabilities are scaled, under a name of its own.

    Args:
        name: of the calibrated model.
        of: bundled or registered name, folder or hub id of the model; it stays as it is.
        scaling: of its logits.
        about: how it was found, for the card.
        base: base model of an adapter that is not registered, if not the recorded one.
        labels: names in the head's order that it was asked with, instead of its own.
        replace: overwrite an entry of that name.

    Raises:
        CatalogError: the name is taken or malformed, or the model is calibrated already.
        ModelNotFound: there is no such model here.
        DiskError: there is no room for the copies.
    """
    check_plain(of)
    entry = catalog.find(of)
    folder = registered_folder(entry) if entry is not None and not entry.bundled else model_folder(of)
    card = {
        key: value
        for key, value in (read_card(folder) if entry is None else dict(entry.card)).items()
        if key != "metrics" or scaling.method == "temperature"  # another scaling has other answers
    }
    kept: dict[str, Any] = {"base": base, "labels": labels}
    if entry is not None and not entry.bundled:
        under = str(entry.folder(BASE)) if BASE in entry.trees else entry.base
        kept = {
            "base": under, "base_sha256": entry.base_sha256, "labels": labels or entry.labels, "device": entry.device, "dtype": entry.dtype,
            "reads": entry.facts.get("reads"), "note": entry.note,
        }  # fmt: skip
    return catalog.add(
        name, str(folder), found=entry.known_labels if entry is not None else (), replace=replace,
        card={**card, "scaling": {**scaling.to_dict(), "of": of, **about}}, **kept,
    )  # fmt: skip
