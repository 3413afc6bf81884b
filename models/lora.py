"""What adapter_config.json may say: a LoRA adapter's settings from a fixed list of keys; peft never sees the file itself."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import regex  # type: ignore[import-untyped]
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError

from models.errors import CheckpointError, UnsupportedModel
from models.files import read_json
from models.translating import tr_later

CONFIG = "adapter_config.json"
MERGE = tr_later("merge it where it was trained (peft's merge_and_unload, then save_pretrained) and give that folder")
ALL_LINEAR = "all-linear"
DRAWN = frozenset({"gaussian", "orthogonal", "eva", "mica"})
"""Ways to begin training that leave the base as it is: what was trained replaces them."""
FROM_BASE = frozenset({"pissa", "olora"})
"""Ways to begin that take a part out of the base's weights, computed from these weights alone."""
WITHOUT_EFFECT = frozenset(
    {"base_model_name_or_path", "revision", "task_type", "peft_type", "auto_mapping", "peft_version", "inference_mode",
     "lora_dropout", "init_lora_weights", "runtime_config", "qalora_group_size", "megatron_core", "eva_config",
     "ensure_weight_tying"}
)  # fmt: skip
"""Keys read elsewhere, and those that change nothing of a trained adapter while the keys they belong to are unset."""
_PATIENCE = 1.0  # seconds for one pattern on one name: some patterns would never end
_ALTOGETHER = 20.0
"""Seconds of computing for all patterns of an adapter on all names: each may be quick enough, and all of them take hours."""
_LONGEST = 20_000
"""Characters of a pattern: one that names every layer of a large model in full is as long."""
_MOST_REPEATS = 10_000
"""Repeats that a pattern counts, within each other: memory is taken by their number before any name is looked at."""
_MOST_PATTERNS = 5_000
_MOST_PARTS = 1_000
"""Names that are looked for anywhere in a layer's own."""
_COUNTED = re.compile(r"\{(\d*),?(\d*)\}")


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, (str, int)) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(max_length=_MOST_PARTS)]


class _Work:
    """What the patterns of one adapter have taken so far, all of them together."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def matches(self, pattern: str, name: str) -> bool:
        """As `matches`.

        Raises:
            CheckpointError: as there, or they have taken too long together.
        """
        begun = time.thread_time()
        try:
            return matches(pattern, name)
        finally:
            self.seconds += time.thread_time() - begun
            if self.seconds > _ALTOGETHER:
                raise CheckpointError(
                    f"{CONFIG}: its patterns of layer names take more than {_ALTOGETHER:g} seconds of computing together; "
                    "name the layers in full instead."
                )


class LoraSettings(BaseModel):
    """The keys of adapter_config.json that decide what a LoRA adapter adds to its base, as peft means them."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=False)

    r: int = Field(8, ge=1)
    lora_alpha: float = 8
    rank_pattern: dict[str, int] = Field({}, max_length=_MOST_PATTERNS)
    alpha_pattern: dict[str, float] = Field({}, max_length=_MOST_PATTERNS)
    target_modules: str | tuple[str, ...] | None = None
    exclude_modules: str | tuple[str, ...] | None = None
    layers_to_transform: Annotated[tuple[int, ...], BeforeValidator(_listed), Field(max_length=_MOST_PATTERNS)] = ()
    layers_pattern: Names = ()
    modules_to_save: Names = ()
    trainable_token_indices: tuple[int, ...] | dict[str, tuple[int, ...]] = ()
    bias: Literal["none", "all", "lora_only"] = "none"
    fan_in_fan_out: bool = False
    use_rslora: bool = False
    use_dora: bool = False
    lora_bias: bool = False
    starts_from: Literal["pissa", "olora"] | None = None
    _work: _Work = PrivateAttr(default_factory=_Work)

    def rank(self, name: str) -> int:
        """The rank of the LoRA matrices of a layer."""
        return next((rank for key, rank in self.rank_pattern.items() if self._ends(key, name)), self.r)

    def alpha(self, name: str) -> float:
        """The alpha of a layer, which its scaling is made of."""
        return next((alpha for key, alpha in self.alpha_pattern.items() if self._ends(key, name)), self.lora_alpha)

    def targets(self, names: Mapping[str, Any]) -> Iterator[str]:
        """Those of some layers that the adapter is for."""
        for name in names:
            if not self._excluded(name) and self._targeted(name):
                yield name

    def saved_whole(self, names: Mapping[str, Any]) -> Iterator[str]:
        """Those of some parts that were trained in full and are kept in the adapter."""
        for name in names:
            if any(name.endswith(end) for end in self.modules_to_save):
                yield name

    def _excluded(self, name: str) -> bool:
        if any(f".{part}." in f".{name}." for part in self.modules_to_save):
            return True
        if isinstance(self.exclude_modules, str):
            return self._work.matches(self.exclude_modules, name)
        return _ended_by(self._left_out, name)

    def _ends(self, pattern: str, name: str) -> bool:
        """Whether a key of rank_pattern or alpha_pattern is for a layer: peft lets it fit the end of the name."""
        return self._work.matches(rf"(.*\.)?({pattern})", name)

    @cached_property
    def _named(self) -> frozenset[str]:
        return frozenset(self.target_modules or ())

    @cached_property
    def _left_out(self) -> frozenset[str]:
        return frozenset(self.exclude_modules or ())

    def _targeted(self, name: str) -> bool:
        if isinstance(self.target_modules, str):
            return self._work.matches(self.target_modules, name)
        if not _ended_by(self._named, name):
            return False
        if not self.layers_to_transform or name in self._named:
            return True
        parts = name.split(".")
        stacks = [i for i in range(1, len(parts) - 1) if parts[i].isdigit()]
        if self.layers_pattern:
            stacks = [
                i for i in stacks if any(f".{'.'.join(parts[:i])}".endswith(f".{p}") for p in self.layers_pattern)
            ]
        else:
            stacks = [i for i in stacks if i > 1]  # peft wants a name before the stack's own
        return bool(stacks) and int(parts[stacks[0]]) in self.layers_to_transform


def read_lora(folder: Path) -> tuple[LoraSettings, dict[str, Any]]:
    """The settings of a LoRA adapter, and all that its adapter_config.json says.

    Raises:
        CheckpointError: a value that cannot be.
        UnsupportedModel: another kind of adapter or another task, or a key beyond those that Assay merges.
    """
    raw = read_json(folder / CONFIG)
    _refuse_other_adapters(folder, raw)
    fields = set(LoraSettings.model_fields) - {"starts_from"}
    for key, value in raw.items():
        if key not in fields | WITHOUT_EFFECT and value not in (None, False, "", {}, []):
            raise UnsupportedModel(f"{folder}: {CONFIG} sets '{key}', which Assay does not merge; {MERGE}.")
    try:
        # null means the same as absent
        known = {key: value for key, value in raw.items() if key in fields and value is not None}
        return LoraSettings(**known, starts_from=_start(folder, raw.get("init_lora_weights"))), raw
    except ValidationError as error:
        first = error.errors()[0]
        raise CheckpointError(
            f"{folder}: '{first['loc'][0]}' in {CONFIG} cannot be used ({first['msg']}); copy the file again."
        ) from None


def matches(pattern: str, name: str) -> bool:
    """Whether a pattern of an adapter_config.json fits the whole name of a layer.

    Raises:
        CheckpointError: it is no regular expression, or finds no end.
    """
    try:
        return _compiled(pattern).fullmatch(name, timeout=_PATIENCE) is not None
    except (re.error, regex.error, ValueError, OverflowError, RecursionError, MemoryError, TimeoutError):
        raise CheckpointError(f"{CONFIG}: '{pattern[:80]}' cannot be used as a pattern of layer names.") from None


@lru_cache(maxsize=2 * _MOST_PATTERNS)
def _compiled(pattern: str) -> Any:
    """A pattern ready for use: one that peft's `re` reads as well, so none that calls itself."""
    counts = [max((int(n) for n in found if n), default=1) or 1 for found in _COUNTED.findall(pattern[: _LONGEST + 1])]
    if len(pattern) > _LONGEST or math.prod(counts) > _MOST_REPEATS:
        raise ValueError("too long, or too many repeats")
    re.compile(pattern)
    return regex.compile(pattern)


def _ended_by(ends: Collection[str], name: str) -> bool:
    """Whether a name is one of some, or ends with a dot and one of them; takes the same time however many there are."""
    parts = name.split(".")
    return any(".".join(parts[first:]) in ends for first in range(len(parts)))


def _start(folder: Path, value: Any) -> Any:
    """Which part of the base was taken out of it before training; None where the base stayed as it was."""
    if value is None or isinstance(value, bool) or str(value).lower() in DRAWN:
        return None
    if str(value).lower() in FROM_BASE:
        return str(value).lower()
    raise UnsupportedModel(
        f"{folder}: training began from other weights than the base's (init_lora_weights '{value}'), which cannot be "
        f"computed again exactly; {MERGE}."
    )


def _refuse_other_adapters(folder: Path, raw: Mapping[str, Any]) -> None:
    kind, task = raw.get("peft_type"), raw.get("task_type")
    if kind != "LORA":
        raise UnsupportedModel(
            f"{folder}: this is an adapter of type {kind or 'not stated'} (peft_type in {CONFIG}), and Assay merges LoRA adapters "
            f"only; if peft can merge this type, {MERGE}."
        )
    if task not in (None, "SEQ_CLS"):
        raise UnsupportedModel(f"{folder}: the adapter is for {task}, not for classification (SEQ_CLS).")
    over = raw.get("auto_mapping")
    name = str(over.get("base_model_class")) if isinstance(over, Mapping) and over.get("base_model_class") else None
    if name is not None and not name.endswith("ForSequenceClassification"):
        raise UnsupportedModel(
            f"{folder}: the adapter was trained on a {name} (auto_mapping in {CONFIG}), which is no sequence classifier of "
            "transformers; Assay audits models that label whole texts."
        )
