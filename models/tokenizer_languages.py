"""The languages that a tokenizer reads, by itself: before an audit is started, without loading the model it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from models.base import PUBLISHED, base_folder
from models.base_places import base_places
from models.catalog import find, languages_on_disk
from models.checkpoint import has_vocabulary
from models.classifier import Capabilities, SpecialIds, TextInput, TokenRow
from models.entry import recorded_base_of
from models.errors import ModelError
from models.finding import registered_folder
from models.known_languages import Known, measured_languages, read_languages
from models.registry import BASE
from models.tokenizing import Tokenizing
from models.typed_paths import is_dir, typed_path

if TYPE_CHECKING:
    from models.classifier import Classifier

LONGEST = 10_000
"""Tokens of a reference text that are looked at: none is nearly as long."""


def languages_known(name: str, base: str | None = None) -> Known:
    """What a catalog name or folder knows by its card, as it was measured at its registration, else by its tokenizer now.

    Nothing is known of a hub id, nor where no tokenizer of this machine is found that can be read: what is wrong with it is
    said when the model is loaded. `base` is that of an adapter, where it is not the recorded one.
    """
    said = languages_on_disk(name)
    if said.by:
        return said
    try:
        folder = _tokenizer_folder(name, base)
        return Known() if folder is None else read_languages(measured_languages(cast("Classifier", _Alone.of(folder))))
    except (ModelError, OSError):
        return Known()


def _tokenizer_folder(name: str, base: str | None) -> Path | None:
    """The folder with the tokenizer of a model of this machine; None where there is none."""
    entry = find(name)
    if entry is not None and not entry.kept and not is_dir(entry.path):
        return None  # a hub id, or gone
    if entry is None and not is_dir(name):
        return None
    where = typed_path(name) if entry is None else typed_path(entry.path) if entry.bundled else registered_folder(entry)
    from models.adapters import adapter_folder  # takes torch, which nobody needs who asks about a model with a card

    adapter = adapter_folder(where)
    places = [where]
    if adapter is not None:
        kept = entry is not None and BASE in entry.trees
        under = (
            entry.folder(BASE)
            if entry is not None and kept
            else _base(adapter, base or (entry.base if entry else None))
        )
        places = [adapter, where, *([under] if under is not None else [])]
    return next((folder for folder in places if has_vocabulary(folder)), None)


def _base(adapter: Path, named: str | None) -> Path | None:
    """The folder of an adapter's base where it came with Assay, or is the one folder of this machine that it can be."""
    base = named or recorded_base_of(adapter)
    if not base or base in PUBLISHED:
        return base_folder() if base else None
    if is_dir(base):
        return typed_path(base)
    places = base_places(adapter, base, known=False, allowed=None)
    return places[0] if len(places) == 1 else None


@dataclass(frozen=True, slots=True)
class _Alone:
    """A tokenizer as far as it is asked about languages: what `pieces_of` wants of a classifier."""

    tokenizing: Tokenizing
    special: SpecialIds
    capabilities: Capabilities

    @classmethod
    def of(cls, folder: Path) -> _Alone:
        from models.tokenizers import load_tokenizer

        tokenizer: Any = load_tokenizer(folder)
        special = SpecialIds(None, tokenizer.unk_token_id, None, frozenset(tokenizer.all_special_ids))
        return cls(Tokenizing(tokenizer, LONGEST, types=False, no_pairs=None), special, Capabilities(tokens=True))

    def encode_rows(self, texts: Sequence[TextInput]) -> tuple[list[TokenRow], list[int]]:
        return self.tokenizing.rows(texts)
