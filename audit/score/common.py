"""The rows that two runs have in common: the same row, else the same text, with what is said of it in each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.language.translating import tr_later
from audit.score.frames import Frames


@dataclass(frozen=True, slots=True)
class Common:
    """What two runs share.

    Attributes:
        texts: rows that both have, by their text (and its pair).
        labels: those of them that are labelled otherwise in the two runs, or in one of them alone.
        groups: those of them that stand in other groups.
        judged_apart: whether the models' labels differ, so that each run is judged by its own.
    """

    texts: int
    labels: int
    groups: int
    judged_apart: bool

    @property
    def said(self) -> tuple[str, ...]:
        """What a reader must know before the comparison, a sentence each."""
        if not self.texts:
            return (tr_later("These runs have no text in common, so only their scores can be put side by side."),)
        of = tr_later(f"of the {self.texts:,} texts in common")
        found = []
        if self.labels and self.judged_apart:
            found.append(
                tr_later(
                    f"{self.labels:,} {of} have other labels in the two runs, whose models have other labels: each is judged by its own."
                )
            )
        elif self.labels:
            found.append(
                tr_later(
                    f"{self.labels:,} {of} have other labels in the two runs; they are left out of what depends on a label."
                )
            )
        if self.groups:
            found.append(
                tr_later(f"{self.groups:,} {of} stand in other groups in the two runs; they are compared all the same.")
            )
        return tuple(found)


def common(first: Frames, second: Frames) -> Common:
    """Count what two runs share, and in what their rows of it differ."""
    columns = [f"group:{name}" for name in sorted({*first.groups, *second.groups})]
    sides = [run.examples.reindex(columns=["content_id", "row_id", *columns]) for run in (first, second)]
    sides = [side.assign(**side[columns].astype(object).fillna("")) for side in sides]  # a group of one run alone
    merged = merge(first, second, *sides)
    moved = np.zeros(len(merged), dtype=bool)
    for column in columns:
        moved |= (merged[f"{column}_first"] != merged[f"{column}_second"]).to_numpy(dtype=bool)
    return Common(
        texts=len(merged),
        labels=int(_labelled_apart(first, merged).sum()),
        groups=int(moved.sum()),
        judged_apart=set(first.labels) != set(second.labels),
    )


def shared(runs: Sequence[Frames]) -> list[Frames]:
    """The runs with nothing but the rows that all of them have; rows are matched with those of the first, as by `merge`."""
    first = runs[0]
    ours, matched = _rows(first), []
    for other in runs[1:]:
        merged = merge(first, other, ours, _rows(other))
        theirs = merged["content_id_second"] if "content_id_second" in merged else merged["content_id"]
        matched.append(dict(zip(merged["content_id"], theirs.fillna(merged["content_id"]), strict=True)))
    kept = [content for content in ours["content_id"] if all(content in found for found in matched)]
    return [_only(first, kept), *(_only(run, [m[c] for c in kept]) for run, m in zip(runs[1:], matched, strict=True))]


def _rows(frames: Frames) -> pd.DataFrame:
    return frames.examples.reindex(columns=["content_id", "row_id"]).drop_duplicates("content_id")


def _only(frames: Frames, contents: Collection[str]) -> Frames:
    """The frames with the rows of some contents alone, for what is compared: other kinds of records go along as they are."""
    wanted = set(contents)

    def of(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["content_id"].isin(wanted)].reset_index(drop=True) if len(table) else table

    here = frames.predictions["content_id"].isin(wanted).to_numpy(dtype=bool)
    return replace(
        frames, examples=of(frames.examples), predictions=of(frames.predictions), probs=frames.probs[here],
        attacks=of(frames.attacks), perturbations=of(frames.perturbations), attributions=of(frames.attributions),
        _spans=None, _edits=None,
    )  # fmt: skip


def merge(first: Frames, second: Frames, ours: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """Lines of two runs about the same text side by side, each line once, in the order of `ours`.

    A row is matched with the row of the same content; what is left over with the next one of the same text and pair, for
    labels and groups may have been written otherwise.

    Args:
        first, second: the runs.
        ours, theirs: lines of each, with `content_id`, at most one for each row.

    Returns:
        Columns of both with `_first` and `_second`; `row_id` and `row_id_second`; `gold_first`, `gold_second` (the labels,
        "" without); `same_truth`: whether both are judged by the same label, or each run by labels of its own.
    """
    sides = [_keyed(first, ours), _keyed(second, theirs)]
    ends = ("_first", "_second")
    exact = sides[0].merge(sides[1], on="content_id", suffixes=ends)
    rest = [side[~side["content_id"].isin(exact["content_id"]) & side["key"].notna()] for side in sides]
    rest = [side.assign(turn=side.groupby("key", sort=False).cumcount()) for side in rest]
    by_text = (
        rest[0].merge(rest[1], on=["key", "turn"], suffixes=ends).rename(columns={"content_id_first": "content_id"})
    )
    merged = pd.concat([exact, by_text], ignore_index=True) if len(by_text) else exact
    merged = merged.sort_values("at_first", kind="stable", ignore_index=True)
    differ = _labelled_apart(first, merged)
    apart = set(first.labels) != set(second.labels)
    return merged.assign(same_truth=apart | ~differ).rename(columns={"row_id_first": "row_id"})


def _labelled_apart(first: Frames, merged: pd.DataFrame) -> NDArray[np.bool_]:
    """Lines whose labels in the two runs are not the same answer, or that have one in one of them alone."""
    ours, theirs = merged["gold_first"], merged["gold_second"]
    one_alone = ((ours == "") != (theirs == "")).to_numpy(dtype=bool)
    return one_alone | ~first.task.sames(ours, theirs)


def _keyed(frames: Frames, lines: pd.DataFrame) -> pd.DataFrame:
    """Lines with their place, the key of their text where it is known, and their label."""
    about = frames.examples.drop_duplicates("content_id").set_index("content_id")
    known = lines["content_id"].map(about["text_key"]) if len(about) else pd.Series(np.nan, lines.index)
    gold = lines["content_id"].map(about["label"]).fillna("") if len(about) else pd.Series("", lines.index)
    made = lines.drop(columns=["text_key"], errors="ignore")
    return made.assign(at=np.arange(len(lines)), key=known.astype("Int64"), gold=gold.astype(str))
