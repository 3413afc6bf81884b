"""Slices of runs and bundles written before they were structured: the one place that reads a slice out of its text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from audit.slices import GROUP, Slice, of_group, score_key

_SECOND = {"confusion_share": "predicted", "word_importance": "word", "shortcut_word": "word"}
"""Scores about a label and one thing more."""


def read_slice(score: str, text: str, labels: Collection[str] = (), groups: Collection[str] = ()) -> Slice:
    """The slice that an older Assay wrote as text.

    The score's name says which columns there are, the known labels and group columns where a name ends; where neither
    settles it, the longest label and the longest known column are taken.

    Args:
        score: name of the quantity.
        text: such as `label=a,predicted=b`.
        labels, groups: the run's, as far as they are known.
    """
    if not text:
        return Slice()
    if text.startswith(GROUP):
        return _group(text.removeprefix(GROUP), labels, groups, with_label=score in ("group_tpr", "group_fpr"))
    column, _, rest = text.partition("=")
    second = _SECOND.get(score)
    if second is None:
        return Slice({column: rest})
    cuts = list(_cuts(rest, f",{second}="))
    known = [cut for cut in cuts if cut[0] in labels and (second == "word" or cut[1] in labels)]
    head, tail = (known or cuts or [(rest, "")])[-1]
    return Slice({column: head, second: tail})


def read_score(data: Mapping[str, Any], labels: Collection[str] = (), groups: Collection[str] = ()) -> dict[str, Any]:
    """A score's JSON with its structured slice; as it is where it has one."""
    if "where" in data:
        return dict(data)
    return {**data, "where": dict(read_slice(data["name"], data.get("slice", ""), labels, groups))}


def read_finding(data: Mapping[str, Any], labels: Collection[str] = (), groups: Collection[str] = ()) -> dict[str, Any]:
    """A finding's JSON with its score's structured slice and the key in its id as it is made now."""
    score = read_score(data["score"], labels, groups)
    if "where" in data["score"]:
        return dict(data)
    at = f"@{score['probe']}" if score["probe"] else ""
    old = f"{score['name']}{at}[{score.get('slice', '')}]"
    new = score_key(score["name"], score["probe"], Slice(score["where"]))
    name = data["id"]
    return {**data, "score": score, "id": name.removesuffix(old) + new if name.endswith(old) else name}


def _group(text: str, labels: Collection[str], groups: Collection[str], *, with_label: bool) -> Slice:
    if text in groups:
        return of_group(text)
    named: dict[str, str] = {}
    if with_label:
        cuts = list(_cuts(text, ",label="))
        text, named["label"] = next((cut for cut in cuts if cut[1] in labels), cuts[-1] if cuts else (text, ""))
    columns = list(_cuts(text, "="))
    if not columns:
        return of_group(text, **named)
    name, value = next((cut for cut in reversed(columns) if cut[0] in groups), columns[0])
    return of_group(name, value, **named)


def _cuts(text: str, sign: str) -> Iterator[tuple[str, str]]:
    """Every way to cut a text in two at a sign, the first place first."""
    at = text.find(sign)
    while at >= 0:
        yield text[:at], text[at + len(sign) :]
        at = text.find(sign, at + 1)
