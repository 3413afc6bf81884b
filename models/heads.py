"""What kind of head a checkpoint has, and what its outputs are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.errors import CheckpointError, UnsupportedModel
from models.label_file import unnamed
from models.task import Head
from models.translating import tr_later


def head_kind(config: Mapping[str, Any], n_outputs: int, labels: Sequence[str] | None, where: str) -> Head:
    """Decide softmax, single sigmoid or multi-label from config.json and the labels the user gave.

    Raises:
        UnsupportedModel: a regression head, or one output without two label names.
    """
    problem = config.get("problem_type")
    if problem == "regression":
        raise UnsupportedModel(
            f"{where}: the head is a regression (problem_type in config.json); Assay audits classifiers only."
        )
    if n_outputs == 1:
        if labels is None or len(labels) != 2:
            raise UnsupportedModel(
                f"{where}: the head has one output, which may be a regression; if it is a yes/no logit, "
                "name its two labels, the negative one first (--labels no,yes)."
            )
        return "sigmoid"
    return "multi_label" if problem == "multi_label_classification" else "softmax"


def label_names(
    config: Mapping[str, Any],
    card: Mapping[str, Any],
    n_outputs: int,
    given: Sequence[str] | None,
    where: str,
) -> tuple[str, ...]:
    """Names in the head's order: the user's, else config.json's id2label, else card.json's, else LABEL_i.

    Raises:
        CheckpointError: their number contradicts the head, or two are alike (ignoring case and outer blanks).
    """
    from_config = _from_id2label(config.get("id2label"), where)
    if given is not None:
        names, source = tuple(given), tr_later("the labels given")
    elif from_config and not unnamed(from_config):
        names, source = from_config, tr_later("id2label in config.json")
    elif card.get("labels"):
        names, source = tuple(str(name) for name in card["labels"]), tr_later("labels in card.json")
    elif from_config:
        names, source = from_config, tr_later("id2label in config.json")
    else:
        names, source = tuple(f"LABEL_{i}" for i in range(n_outputs)), tr_later("the head")
    expected = 2 if n_outputs == 1 else n_outputs
    if len(names) != expected:
        raise CheckpointError(
            f"{where}: {source} holds {len(names)} names, but the head has {n_outputs} outputs; give {expected}."
        )
    seen: dict[str, str] = {}
    for name in names:
        key = name.strip().casefold()
        if key in seen:
            raise CheckpointError(
                f"{where}: two labels have one name ('{seen[key]}' and '{name}'); rename one with --labels."
            )
        if not key:
            raise CheckpointError(f"{where}: a label has an empty name; name all labels with --labels.")
        seen[key] = name
    return names


def label_thresholds(card: Mapping[str, Any], head: Head, own: Sequence[str], where: str) -> tuple[float, ...]:
    """The least probability of each label that an answer of a multi-label head holds; empty where all are 0.5.

    Args:
        card: `thresholds` maps labels to numbers above 0 and below 1; what it does not name has 0.5.
        head: the kind of head.
        own: the names of the checkpoint itself, in the head's order, whatever the labels are called here.
        where: what is loaded.

    Raises:
        CheckpointError: they are no such map, or the head is none that has thresholds.
    """
    said = card.get("thresholds")
    if said is None:
        return ()
    if head != "multi_label":
        raise CheckpointError(f"{where}: thresholds in card.json are for multi-label heads, and this one is none.")
    fitting = isinstance(said, Mapping) and all(
        name in own and isinstance(t, int | float) and not isinstance(t, bool) and 0.0 < t < 1.0
        for name, t in said.items()
    )
    if not fitting:
        raise CheckpointError(
            f"{where}: thresholds in card.json must give labels of the model ({', '.join(own[:20])}) a number above 0 and "
            "below 1 each."
        )
    found = tuple(float(said.get(name, 0.5)) for name in own)
    return found if any(t != 0.5 for t in found) else ()


def _from_id2label(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, Mapping) or not value:
        return ()
    try:
        ordered = sorted((int(key), str(name)) for key, name in value.items())
    except ValueError:
        raise CheckpointError(f"{where}: the keys of id2label in config.json must be numbers.") from None
    if [key for key, _ in ordered] != list(range(len(ordered))):
        raise CheckpointError(f"{where}: the keys of id2label in config.json must count 0, 1, 2 ... without gaps.")
    return tuple(name for _, name in ordered)
