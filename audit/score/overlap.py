"""Do attacks change the words that the explanation flags? Ranks of attacked words within their row's explanation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from audit.said import Number, Said
from audit.score.bootstrap import of_sums, ratio
from audit.score.frames import Frames
from audit.score.measurer import Measurer
from audit.score.measures import POINT_ROWS, Measure
from audit.score.sparse import interval_of
from audit.seeds import row_generator

TOP = 0.2
"""A word is flagged when it is among this share of the row's words with the highest scores."""


def attacked_words(frames: Frames, recipe: str, method: str) -> pd.DataFrame:
    """Every word that a successful attack changed, with its place in the explanation of the original text.

    Only rows that the method explained towards a label of the answer the attack started from. Insertions change no word.

    Returns:
        Columns row_id, word, rank (1 is the highest score), words (of the row), place ((rank - 0.5) / words, 0-1: chance
        is uniform), flagged (among the top 20%), chance (of being flagged in this row), score, weight.
    """
    attacks, explained = frames.attacks, frames.attributions
    hits = attacks[(attacks["probe"] == recipe) & (attacks["status"] == "success")]
    useful = explained[(explained["probe"] == method) & ~explained["error"]]
    by_text = {
        (content, target): position
        for position, content, target in zip(useful.index, useful["content_id"], useful["target"], strict=True)
    }
    words, changes = frames.words, frames.changes
    bounds = frames.word_bounds
    edges = np.searchsorted(changes["owner"], np.arange(len(attacks) + 1))
    starts, ends, scores = (words[name].to_numpy() for name in ("start", "end", "score"))
    first, last = changes["start"].to_numpy(), changes["end"].to_numpy()
    names, segments = words["word"].to_numpy(), words["segment"].to_numpy()
    lines = []
    for position, content, before, row_id, weight in zip(
        hits.index, hits["content_id"], hits["before"], hits["row_id"], hits["weight"], strict=True
    ):
        towards = (by_text.get((content, label)) for label in frames.task.parts(before))
        owner = next((found for found in towards if found is not None), None)
        if owner is None or bounds[owner] == bounds[owner + 1]:
            continue
        part = slice(bounds[owner], bounds[owner + 1])
        ranks = frames.ranks[part]
        edits = slice(edges[position], edges[position + 1])
        touched = (starts[part, None] < last[None, edits]) & (ends[part, None] > first[None, edits])
        touched &= (segments[part] == 0)[:, None]
        chance = np.ceil(TOP * ranks.size) / ranks.size
        for index in np.flatnonzero(touched.any(axis=1)):
            rank = float(ranks[index])
            place = (rank - 0.5) / ranks.size
            flagged = rank <= np.ceil(TOP * ranks.size)
            score = float(scores[part][index])
            lines.append((row_id, names[part][index], rank, ranks.size, place, flagged, chance, score, weight))
    columns = ["row_id", "word", "rank", "words", "place", "flagged", "chance", "score", "weight"]
    return pd.DataFrame(lines, columns=columns)


def place_table(words: pd.DataFrame, *, level: float = 0.95, seed: int = 0, parts: int = 10) -> pd.DataFrame:
    """Where attacked words stand in the ranking of their row, in tenths; chance puts a tenth in each.

    Args:
        words: of `attacked_words`.
        level: confidence level; the intervals come from a bootstrap over rows.
        seed: of the bootstrap.
        parts: number of equal parts of the ranking.

    Returns:
        Columns from, to (place, 0 is the highest score), share (of attacked words), low, high, words, n (rows),
        row_ids (up to `POINT_ROWS`).
    """
    columns = ["from", "to", "share", "low", "high", "words", "n", "row_ids"]
    if words.empty:
        return pd.DataFrame(columns=columns)
    # a word's rank covers the stretch from (rank - 1) / words to rank / words: spread it over the parts it touches
    edges = np.linspace(0.0, 1.0, parts + 1)
    size = words["words"].to_numpy(dtype=np.float64)[:, None]
    start = (words["rank"].to_numpy(dtype=np.float64)[:, None] - 1.0) / size
    covered = np.clip(np.minimum(edges[None, 1:], start + 1.0 / size) - np.maximum(edges[None, :-1], start), 0.0, None)
    mass = covered * size * words["weight"].to_numpy(dtype=np.float64)[:, None]  # (words, parts), rows sum to weight
    row, _ = pd.factorize(words["row_id"])
    by_row = np.column_stack([np.bincount(row, column) for column in mass.T])
    total = by_row.sum(axis=1)
    ids = words["row_id"].to_numpy()
    lines = []
    for part in range(parts):
        generator = row_generator(seed, f"{part} of {parts}", "place")
        made = of_sums(np.column_stack([by_row[:, part], total]), ratio, generator)
        low, high = interval_of(made, (0.0, 1.0), level) or (np.nan, np.nan)
        inside = mass[:, part] > 0
        found = tuple(dict.fromkeys(ids[inside]))[:POINT_ROWS]
        lines.append((edges[part], edges[part + 1], made.value, low, high, int(inside.sum()), row.max() + 1, found))
    return pd.DataFrame(lines, columns=columns)


def overlaps(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """`attacked_words_flagged` of every recipe with every explanation method."""
    recipes = sorted(set(frames.attacks.loc[frames.attacks["goal"] == "untargeted", "probe"]))
    for method in sorted(set(frames.attributions["probe"])):
        for recipe in recipes:
            table = attacked_words(frames, recipe, method)
            if table.empty:
                continue
            by_row = table.groupby("row_id", sort=True).agg(
                flagged=("flagged", "sum"), words=("flagged", "size"), weight=("weight", "first")
            )
            chance = float(np.average(table["chance"], weights=table["weight"]))
            unflagged = by_row.index[by_row["flagged"] == 0]
            yield measurer.rate(
                "attacked_words_flagged",
                by_row["flagged"],
                by_row["words"],
                by_row["weight"],
                probe=recipe,
                other_probe=method,
                notes=(Said("note.chance", {"share": Number(chance)}),),
                evidence=unflagged,
                context={"recipe": recipe, "method": method, "chance": chance},
            )
