"""What was found when a bundle or run was verified, sentence by sentence: the same in the terminal and on pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from audit.language.translating import tr
from models.telling import again

Kind = Literal["fault", "good", "open"]
"""Something is wrong; something was checked and is right; something that nobody here can check."""


def sentences(result: Mapping[str, Any]) -> Iterator[tuple[Kind, str]]:
    """What to tell of a result of `verify`.

    Args:
        result: "faults", "unchecked", "run_id", "result_hash"; of a bundle "texts" and "signature" as well.
    """
    for fault in result["faults"]:
        yield "fault", again(fault)
    if not result["faults"]:
        named = {"run_id": result["run_id"], "result_hash": str(result["result_hash"])[:16]}
        if result.get("texts", True):
            said = tr(
                "Run {run_id}: every hash is right; scores, findings and verdict are what its records give "
                "(result {result_hash}).",
                **named,
            )
        else:
            said = tr(
                "Run {run_id}, exported without texts: its files are as they were written, and the records' "
                "digests give the result hash (result {result_hash}). That scores, findings and verdict "
                "follow from the records cannot be checked without texts: that is its maker's word.",
                **named,
            )
        yield "good", said
    for left in result["unchecked"]:
        yield "open", tr("Not checked: {said}.", said=again(left))
    yield from _signature(result.get("signature"))


def _signature(signature: Mapping[str, Any] | None) -> Iterator[tuple[Kind, str]]:
    if signature is None:
        return
    if not signature["signed"]:
        yield "open", tr("The bundle is not signed.")
    elif not signature["faults"]:
        trusted = bool(signature["trusted"])
        known = tr("a key trusted here") if trusted else tr("a key not known here; compare it with its owner's")
        yield "good" if trusted else "open", tr("Signed by {key_id}, {known}.", key_id=signature["key_id"], known=known)
