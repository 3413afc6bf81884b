"""What trying a model has shown, and where it is kept: how to batch it, what to put back, what it cannot do."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from models.errors import DiskError
from models.places import cache
from models.translating import tr_later
from models.writing import write_whole

TRIALS = 2
"""Version of the trials: what was kept under an older one is tried again."""

Batching = Literal["padded", "equal", "alone"]
"""padded: rows of any lengths; equal: rows of one length; alone: one row at a time."""


@dataclass(frozen=True, slots=True)
class Findings:
    """How a model must be run so that its answer to a text depends on nothing else, and what it cannot do.

    Attributes:
        batching: which rows may share a batch.
        fresh: the model changes itself while it runs: its state is put back before every forward pass.
        hide_pad: it looks for the padding id among the ids to find the end of a text: it must not find it.
        max_tokens: the longest row it could be run on, where that is less than its files state.
        embedding: name of the layer that looks token ids up; None: there is no such layer.
        transposed: that layer gets the ids as (t, b).
        absent: capability -> why the model does not have it.
        refused: why the model cannot be audited at all.
    """

    batching: Batching = "padded"
    fresh: bool = False
    hide_pad: bool = False
    max_tokens: int | None = None
    embedding: str | None = None
    transposed: bool = False
    absent: Mapping[str, str] = field(default_factory=dict)
    refused: str | None = None

    def mended(self) -> list[str]:
        """What is done differently for this model's sake, each in one sentence."""
        said = []
        if self.batching == "equal":
            said.append(tr_later("Padding reaches its answers: only texts of equal length share a batch."))
        if self.batching == "alone":
            said.append(tr_later("Texts of one batch change each other's answers: each is run alone."))
        if self.fresh:
            said.append(tr_later("It changes while it runs: its state is put back before every forward pass."))
        if self.max_tokens is not None:
            said.append(
                tr_later(f"It fails on texts longer than {self.max_tokens:,} tokens: longer ones are cut there.")
            )
        return said


def load_findings(fingerprint: str) -> Findings | None:
    """What was found before for a model of this fingerprint by these libraries; None where nothing usable is kept."""
    try:
        data = json.loads(_path(fingerprint).read_text(encoding="utf-8"))
        return _checked(data)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def keep_findings(fingerprint: str, findings: Findings) -> None:
    """Keep what was found; a cache that cannot be written to is not an error."""
    with contextlib.suppress(OSError, DiskError):
        write_whole(_path(fingerprint), json.dumps(asdict(findings)))


def _path(fingerprint: str) -> Path:
    made_by = "-".join(f"{name}{version(name).split('+')[0]}" for name in ("torch", "transformers", "tokenizers"))
    return cache() / "trials" / f"{fingerprint[:32]}-v{TRIALS}-{made_by}.json"


def _checked(data: Mapping[str, Any]) -> Findings:
    """Findings of parsed JSON.

    Raises:
        KeyError, TypeError, ValueError: it is not what `keep_findings` writes.
    """
    values = {one.name: data[one.name] for one in fields(Findings)}
    if values["batching"] not in ("padded", "equal", "alone"):
        raise ValueError(values["batching"])
    for name in ("fresh", "hide_pad", "transposed"):
        if not isinstance(values[name], bool):
            raise TypeError(name)
    if not isinstance(values["max_tokens"], int | None):
        raise TypeError("max_tokens")
    for name in ("embedding", "refused"):
        if not isinstance(values[name], str | None):
            raise TypeError(name)
    values["absent"] = {str(key): str(why) for key, why in dict(values["absent"]).items()}
    return Findings(**values)
