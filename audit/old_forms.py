"""Records, scores and findings as older Assays wrote them: the one place that reads a name out of a text.

Slices were text, a recipe's label held its stand-ins, records called their probe `method`, `recipe` or `perturbation`,
and a score about two probes joined their names. Those names were registered ones, which hold neither `+` nor `[`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from audit.said import LITERAL, SENTENCES, literal
from audit.slices import GROUP, OF_TWO, WHERE, Slice, of_group, score_key

_SECOND = {"confusion_share": "predicted", "word_importance": "word", "shortcut_word": "word"}
"""Scores about a label and one thing more."""
TOLD = ("title", "why", "next_step", "note")
"""What a finding was worded in."""
_WORDS: Mapping[str, Mapping[str, str]] = {
    "decisions": {"correct decisions": "correct", "decisions": "any"},
    "judge": {
        "by changes that keep the meaning, as people judged": "people",
        "by changes that are valid by rule": "rule",
    },
}
"""Parts of sentences in the context of measures, and the words they are now."""
_LATER = (
    frozenset({
        "group_selection_rate", "group_precision", "selection_ratio", "equalised_odds_difference",
        "crossed_accuracy_gap", "subgroup_auc", "bpsn_auc", "bnsp_auc",
    }),
    frozenset({"slice_gap", "answered_share", "set_size", "set_coverage"}),
    frozenset({
        "label_suspect_share", "label_error_share", "near_duplicate_share", "near_conflict_share", "leaked_share",
    }),
    frozenset({"ece@part", "confidence_gap@part"}),
    frozenset({"cluster_shift"}),
)  # fmt: skip
"""Scores that are taken of the rows of any run and were not taken before, those that came together in one set."""
_NAMED = {"attribution": "method", "attack": "recipe", "perturbation": "perturbation"}


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


def is_old_record(data: Mapping[str, Any]) -> bool:
    """Whether a record's JSON is of the time when its probe had another name in each kind of record."""
    return "name" not in data


def read_record(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A record's JSON with the registered name of its probe, and stand-ins as a list; as it is where it has them."""
    if not is_old_record(data):
        return dict(data)
    if kind == "prediction":
        return {**data, "name": "predict"}
    kept = dict(data)
    name, _, inside = str(kept.pop(_NAMED[kind])).partition(" [")
    if kind == "attack":
        kept["stand_ins"] = [part for part in inside.removesuffix("]").split(", ") if part]
    return {**kept, "name": name}


def read_columns(row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a stored record; an explanation towards the true label was filed as a right prediction."""
    return {**row, "correct": None} if row["kind"] == "attribution" else dict(row)


def former_confidence(record: Any) -> float | None:
    """What `confidence` was of a record where an answer holds several labels: the largest of its probabilities."""
    probs = getattr(record, "probs", None) or getattr(record, "original_probs", None)
    return round(max(probs), 6) if probs else None


def before_label_sets(stored: Mapping[str, Mapping[str, Any]], fresh: dict[str, dict[str, Any]]) -> None:
    """Take from fresh scores what those of models of several labels did not have while their accuracy had no name of its own."""
    accuracy = fresh.get("accuracy", {})
    if accuracy.get("definition") == "subset_accuracy" and stored.get("accuracy", {}).get("definition") == "accuracy":
        accuracy["definition"] = "accuracy"
        for name in ("micro_f1", "hamming_loss"):
            fresh.pop(name, None)


def came_with(score: str, where: Slice) -> int:
    """With which of the later additions a score of the rows came, from 1; 0 for one that was always taken.

    Args:
        score: its name; where: its slice: rates of two columns together came later than those of one.
    """
    crossed = sum(column.startswith(GROUP) for column in where) > 1
    if score.startswith("group_") and crossed:
        return 1
    called = f"{score}@part" if where and WHERE not in where else score
    return next((number for number, names in enumerate(_LATER, 1) if not names.isdisjoint((score, called))), 0)


def came_later(score: str, where: Slice) -> bool:
    """Whether earlier Assays did not take a score of the rows that this one takes."""
    return came_with(score, where) > 0


def read_pair(score: str, probe: str) -> tuple[str, str]:
    """The probe of a score, and the second one of those about two."""
    if score not in OF_TWO:
        return probe, ""
    first, _, second = probe.partition("+")
    return first, second


def read_score(data: Mapping[str, Any], labels: Collection[str] = (), groups: Collection[str] = ()) -> dict[str, Any]:
    """A score's JSON with its structured slice, the second of two probes and notes by key; as it is where it has them."""
    read = _with_notes(data)
    if "where" not in read:
        read["where"] = dict(read_slice(read["name"], read.get("slice", ""), labels, groups))
    where = read["where"]
    if read["name"] in ("identity_gap", "identity_flip_rate") and " / " in where.get("identity", ""):
        first, _, second = where["identity"].partition(" / ")
        read["where"] = {**where, "identity": first, "other_identity": second}
    if "other_probe" not in read:
        read["probe"], read["other_probe"] = read_pair(read["name"], read["probe"])
    return read


def read_finding(data: Mapping[str, Any], labels: Collection[str] = (), groups: Collection[str] = ()) -> dict[str, Any]:
    """A finding's JSON with its score's structured slice, the key in its id as it is made now, and what it says by key."""
    given = data["score"]
    score = read_score(given, labels, groups)
    if "said" not in data:
        said = {name: literal(str(data.get(name, ""))).to_data() for name in TOLD}
        data = {**{name: value for name, value in data.items() if name not in TOLD}, "said": said}
    if "where" in given:
        return {**data, "score": score}
    at = f"@{given['probe']}" if given["probe"] else ""
    old = f"{given['name']}{at}[{given.get('slice', '')}]"
    new = score_key(score["name"], score["probe"], Slice(score["where"]), score["other_probe"])
    name = data["id"]
    return {**data, "score": score, "id": name.removesuffix(old) + new if name.endswith(old) else name}


def read_measure(data: Mapping[str, Any]) -> dict[str, Any]:
    """A measure's data with its notes by key, and words of the context in place of the English they were."""
    read = _with_notes(data)
    if "notes" in data:
        return read
    context = dict(read.get("context") or {})
    for name, words in _WORDS.items():
        if name in context:
            context[name] = words.get(context[name], context[name])
    return {**read, "context": context}


def is_prose(said: Any) -> bool:
    """Whether something said (as JSON) was worded by an older Assay, in English and for good."""
    return bool(said == literal(said["values"].get("text", "")).to_data()) if said["key"] == LITERAL else _empty(said)


def _empty(said: Any) -> bool:
    return bool(said["key"] == SENTENCES and not said["values"].get("parts"))


def _with_notes(data: Mapping[str, Any]) -> dict[str, Any]:
    if "notes" in data:
        return dict(data)
    note = str(data.get("note", ""))
    kept = {name: value for name, value in data.items() if name != "note"}
    return {**kept, "notes": [literal(note).to_data()] if note else []}


def read_report(data: Mapping[str, Any]) -> dict[str, Any]:
    """A report's JSON with the registered names of probes; as it is where it has them. Scores and findings stay."""
    if data.get("schema") != 1:
        return dict(data)
    read = dict(data)
    for kind in ("perturbations", "methods"):
        read[kind] = [{**found, "name": found["probe"]} for found in data[kind]]
    read["recipes"] = []
    for found in data["recipes"]:
        record = read_record("attack", {"recipe": found["recipe"]})
        examples = [{**example, "name": example["probe"]} for example in found["examples"]]
        read["recipes"].append({**found, **record, "examples": examples})
    read["limits"] = [
        {**limit, "values": {**limit["values"], "name": limit["values"]["probe"]}}
        if "probe" in limit["values"]
        else limit
        for limit in data["limits"]
    ]
    return read


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
