"""Records as columns: what every score is computed from, memory-flat for 100,000 rows.

`build_frames` reads records one at a time and keeps numbers, never texts (single words apart). A text that occurs
several times in the table is run once: its record stands once per probe, with `weight` counting the table's rows.
Frames are in table order (else by row id), so no number depends on the order in which workers finished.

Every frame has `row_id`, `content_id` (shared by duplicates), `weight` (int64); all but examples `error` (bool). Then:

examples       label ("" without), text_key (int64, hash of text and pair), `group:<name>` per group ("" without)
predictions    label, predicted, correct (1, 0, -1 without label), confidence (of the prediction), tokens, kept,
               truncated
attacks        probe (its key within the run), name (of the recipe), stand_ins (as text, "" without), goal, label,
               status, before (prediction on the original), after ("" without), queries, words_changed, words_total,
               words_left (-1 without), similarity, grammar_change, valid (1, 0, -1 unknown), seconds, partial (only a
               part was attacked)
perturbations  probe, name (of the perturbation), label, before, confidence (of the original), variants, changed, flips
attributions   probe, name (of the method), target, unit, value, baseline_value, delta, steps, truncated, converged, words,
               seed, and one column per metric, not-a-number where a row has none
references     probe, name, subject (its place), line (of the file), text (a hash), label, predicted, confidence, words (how many)
samples        probe, name, subject, rows (how many it rests on), and one column per value, not-a-number where one has none
words          owner (position in attributions), word (case-folded), segment, start, end, score
changes        owner (position in attacks), word (case-folded, before the edit), segment (0), start, end, score (0)
embeddings     probe, name; `vectors` has the numbers of each
identities     probe, name, label, before, confidence (of the text as typed), mentions, versions, flips; `versions` has a line
               for each version, see `audit.score.version_rows`

A frame of any other kind has the columns its entry in `audit.kinds` names, filled by what the entry names besides (`Kind.rows`),
else by `audit.score.record_rows`. Those of
records about many rows together are in the order of probe and subject, each of weight 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from audit.kinds import KINDS, of_record
from audit.kinds.explainer import EXPLAINER
from audit.records import (
    AttackOutcome,
    Attribution,
    Embedding,
    Estimate,
    Example,
    IdentityOutcome,
    Prediction,
    Record,
    ReferenceRows,
)
from audit.score.arrays import Columns, Matrix, Spans, Vectors
from audit.score.near.twins import Twins, twins_among
from audit.score.record_rows import answer_of, rows_of
from audit.score.reference_side import ReferenceColumns, ReferenceSide
from audit.score.text_marks import Marks, TextMarks
from audit.score.version_rows import VersionRows, Versions
from audit.several_values import several_values
from models.task import Label, Task

_EXAMPLE = {"row_id": "t", "label": "s", "text_key": "q"}
_KEYS = ("content_id", "weight")


@dataclass(frozen=True, slots=True)
class Told:
    """A number about many rows with what its interval follows from: the `name` of a score, of a probe's finding on `subject`."""

    probe: str
    subject: str
    name: str
    value: float
    estimate: Estimate
    rows: tuple[str, ...]


@dataclass(frozen=True)
class Frames:
    """The columns of one run's records; the module says what they hold.

    Attributes:
        task: what the model's answers are.
        estimates: of the samples, those of their numbers that are scores.
        probs: (predictions, labels) float32, aligned with `predictions`; not-a-number on rows with an error.
        whole: whether `examples` are all the rows there are of the table, not a sample of them.
        marks: words, lengths and forms of the examples' texts, in their order, see `with_marks`.
        twins: near duplicates among the examples, by their places, see `with_twins`.
        seen: (examples,) 2 where the text also stands in the run's reference table, 1 where one nearly the same does; None
            where that is not known.
        vectors: (embeddings, width) where rows lie in the eyes of the model, aligned with the frame `embeddings`; not-a-number on
            rows with an error.
        compared: of the reference table what the frame `references` does not hold.
        held: of each group column whose cells hold several values the values of each cell; None: as `examples` show it.
    """

    task: Task
    examples: pd.DataFrame
    predictions: pd.DataFrame
    probs: NDArray[np.float32]
    attacks: pd.DataFrame
    perturbations: pd.DataFrame
    attributions: pd.DataFrame
    samples: pd.DataFrame = field(default_factory=pd.DataFrame)
    others: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    estimates: tuple[Told, ...] = ()
    whole: bool = False
    marks: Marks | None = None
    twins: Twins | None = None
    seen: NDArray[np.int8] | None = None
    vectors: NDArray[np.floating] = field(default_factory=lambda: np.empty((0, 0), dtype=np.float16))
    compared: ReferenceSide = field(default_factory=ReferenceSide)
    held: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None
    _spans: tuple[Spans, NDArray[np.intp]] | None = field(default=None, repr=False)
    _edits: tuple[Spans, NDArray[np.intp]] | None = field(default=None, repr=False)
    _versions: tuple[VersionRows, NDArray[np.intp]] | None = field(default=None, repr=False)

    def of(self, frame: str) -> pd.DataFrame:
        """The frame of a kind by its name (`Kind.frame`); it has no columns where none was made."""
        found: pd.DataFrame = self.others[frame] if frame in self.others else getattr(self, frame, pd.DataFrame())
        return found

    @property
    def labels(self) -> tuple[str, ...]:
        """The model's labels in the order of its head."""
        return self.task.labels

    @cached_property
    def words(self) -> pd.DataFrame:
        """One row per word of every explanation, made when first asked for."""
        return self._spans[0].frame(self._spans[1]) if self._spans else Spans().frame(np.empty(0, np.intp))

    @cached_property
    def ranks(self) -> NDArray[np.float64]:
        """Rank of each line of `words` among its explanation's scores, 1 the highest; ties share the mean rank."""
        by_owner = self.words.groupby("owner", sort=False)["score"]
        return by_owner.rank(method="average", ascending=False).to_numpy(dtype=np.float64)

    @cached_property
    def word_bounds(self) -> NDArray[np.intp]:
        """Where each explanation's lines of `words` begin: attribution i owns [bounds[i], bounds[i + 1])."""
        owners = self.words["owner"].to_numpy()
        return np.asarray(np.searchsorted(owners, np.arange(len(self.attributions) + 1)), dtype=np.intp)

    @cached_property
    def changes(self) -> pd.DataFrame:
        """One row per word-level edit of every attack, made when first asked for."""
        return self._edits[0].frame(self._edits[1]) if self._edits else Spans().frame(np.empty(0, np.intp))

    @cached_property
    def versions(self) -> Versions:
        """The versions of texts said of other groups, each owned by a line of the frame `identities`."""
        made, kept = self._versions or (VersionRows(self.task), np.empty(0, np.intp))
        return made.frame(kept)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The registered name of every probe that attacked, perturbed or explained, by its key within the run."""
        tables = [self.of(kind.frame) for kind in KINDS.values() if "name" in kind.columns]
        named = (table.groupby("probe")["name"].first() for table in tables if len(table))
        return {str(key): str(name) for found in named for key, name in found.items()}

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the metrics that explanations carry, sorted."""
        return tuple(sorted(set(self.attributions.columns) - set(EXPLAINER.columns) - set(_KEYS)))

    def several(self, group: str) -> Mapping[str, tuple[str, ...]]:
        """The values of each cell of a group column whose cells hold several (`audit.several_values`); none of any other."""
        if self.held is not None:
            return self.held.get(group, {})
        return several_values(map(str, self.examples[f"group:{group}"].unique()))

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the group columns."""
        return tuple(name.removeprefix("group:") for name in self.examples.columns if name.startswith("group:"))


def build_frames(
    records: Iterable[Record],
    *,
    labels: Sequence[str] = (),
    task: Task | None = None,
    examples: Iterable[Example] = (),
    weights: Mapping[str, int] | None = None,
    whole: bool = False,
) -> Frames:
    """Read records once, in any order, into frames.

    Args:
        records: predictions, attributions, attacks, perturbations; errors among them.
        labels: of a model whose answer is one of them, in the order of its head.
        task: what the model's answers are, where they are something else.
        examples: the audited rows in table order. A text listed k times weighs k.
        weights: rows of the table per content id, where `examples` lists each text once.
        whole: whether the examples are all rows of the table.
    """
    builder = FrameBuilder(task or Label(labels))
    for example in examples:
        builder.add_example(example)
    for record in records:
        builder.add(record)
    return builder.frames(weights, whole=whole)


def with_marks(frames: Frames, examples: Iterable[Example]) -> Frames:
    """The same frames with the marks of their examples' texts; they take a pass over the texts, and few scores need them.

    Args:
        frames: of a run.
        examples: its rows, in any order; each that the frames list must be among them.
    """
    made, places = TextMarks(), {}
    for place, example in enumerate(examples):
        places[example.row_id] = place
        made.add(example.text, example.pair)
    order = np.fromiter((places[row] for row in frames.examples["row_id"]), dtype=np.intp, count=len(frames.examples))
    return replace(frames, marks=made.marks(order))


def with_twins(frames: Frames, examples: Iterable[Example]) -> Frames:
    """The same frames with the near duplicates among their examples; arguments as for `with_marks`."""
    places, texts = {}, []
    for place, example in enumerate(examples):
        places[example.row_id] = place
        texts.append((example.text, example.pair))
    order = [places[row] for row in frames.examples["row_id"]]
    return replace(frames, twins=twins_among(texts[place] for place in order))


def with_reference_marks(frames: Frames, texts: Mapping[int, str]) -> Frames:
    """The same frames with the marks of the reference rows' texts.

    Args:
        frames: of a run; texts: what each says, by its line of the file; "" stands for one that is not among them.
    """
    made, lines = TextMarks(), frames.of("references")["line"]
    for line in lines:
        made.add(texts.get(int(line), ""))
    return replace(frames, compared=replace(frames.compared, marks=made.marks(np.arange(len(lines)))))


def text_key(text: str, pair: str | None) -> int:
    """A hash of a text and its pair: 8 bytes as a signed number, the same for equal texts whatever their label."""
    content = f"{text}\x1f{pair or ''}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "big", signed=True)


class FrameBuilder:
    """Takes examples and records one by one; use `build_frames` unless they come from several places."""

    def __init__(self, task: Task, *, probabilities: bool = True) -> None:
        """Begin with nothing; without `probabilities`, which are most of a row of many labels, `probs` has no columns."""
        self._task = task
        self._examples = Columns(_EXAMPLE)
        self._rows = {kind.frame: Columns(kind.columns) for kind in KINDS.values()}
        self._estimates: list[Told] = []
        self._probs, self._words, self._changes = Matrix(len(task.labels) * probabilities), Spans(), Spans()
        self._versions, self._vectors, self._compared = VersionRows(task), Vectors(), ReferenceColumns(task)

    def add_example(self, example: Example) -> None:
        """Take in one audited row."""
        key = text_key(example.text, example.pair)
        groups = {f"group:{name}": value for name, value in example.groups.items()}
        self._examples.add((example.row_id, example.label or "", key), texts=groups)

    def add(self, record: Record) -> None:
        """Take in one record: `add_<frame>` here says what it is where more is kept of it than rows, else its kind (`Kind.rows`)."""
        kind = of_record(record)
        rows, own = self._rows[kind.frame], getattr(self, f"add_{kind.frame}", None)
        if own is not None:
            own(rows, record)
        else:
            for values, numbers in rows_of(record, kind, self._task):
                rows.add(values, numbers=numbers)
        if hasattr(record, "estimates"):
            self._tell(record)

    def frames(self, weights: Mapping[str, int] | None = None, *, whole: bool = False) -> Frames:
        """Everything taken in so far; `weights` and `whole` as in `build_frames`."""
        examples, _ = _settled(self._examples.frame(), None, weights)
        known = examples if len(examples) else None
        about_many = {kind.frame for kind in KINDS.values() if kind.scope == "sample"}
        tables: dict[str, pd.DataFrame] = {}
        kept: dict[str, NDArray[np.intp]] = {}
        for name, rows in self._rows.items():
            made = rows.frame()
            tables[name], kept[name] = _in_order(made) if name in about_many else _settled(made, known, weights)
        predictions = tables["predictions"]
        truth = predictions["label"]
        right = self._task.rights(predictions["predicted"], truth).astype(int)
        predictions["correct"] = np.where(truth == "", -1, right)
        return Frames(
            task=self._task,
            examples=examples,
            probs=self._probs.array()[kept["predictions"]],
            _spans=(self._words, kept["attributions"]),
            _edits=(self._changes, kept["attacks"]),
            _versions=(self._versions, kept["identities"]),
            estimates=tuple(self._estimates),
            others={name: table for name, table in tables.items() if name not in Frames.__dataclass_fields__},
            **{name: table for name, table in tables.items() if name in Frames.__dataclass_fields__},
            whole=whole,
            marks=None,
            twins=None,
            seen=None,
            vectors=self._vectors.array()[kept["embeddings"]],
            compared=self._compared.side(kept["references"]),
            held=None,
        )

    def _sure(self, probs: Sequence[float], otherwise: float) -> float:
        return self._task.sure(probs) if probs else otherwise

    def add_predictions(self, rows: Columns, r: Prediction) -> None:
        """What a prediction is in its frame."""
        predicted = r.predicted or ""
        confidence = self._sure(r.probs, float("nan"))
        failed = r.error is not None
        rows.add((r.row_id, failed, "", predicted, confidence, r.tokens, r.kept, r.truncated))
        self._probs.add(r.probs)

    def add_attacks(self, rows: Columns, r: AttackOutcome) -> None:
        """What an attack is in its frame."""
        values: tuple[Any, ...] = (
            r.row_id, r.status == "error", r.probe, r.name, ", ".join(r.stand_ins), r.goal, r.label or "", r.status,
            answer_of(r.original_probs, self._task), answer_of(r.perturbed_probs, self._task), r.queries, r.words_changed, r.words_total,
            -1 if r.words_left is None else r.words_left, _number(r.similarity), _number(r.grammar_change),
            -1 if r.valid is None else int(r.valid), r.seconds, r.attacked is not None,
        )  # fmt: skip
        self._changes.add(len(rows), ((c.before, 0, c.start, c.end, 0.0) for c in r.changes))
        rows.add(values)

    def add_attributions(self, rows: Columns, r: Attribution) -> None:
        """What an explanation is in its frame."""
        values = (
            r.row_id, r.error is not None, r.probe, r.name, r.target, r.unit, _number(r.value), _number(r.baseline_value),
            _number(r.delta), r.steps, r.truncated, r.converged, len(r.words), r.seed,
        )  # fmt: skip
        self._words.add(len(rows), ((w.text, w.segment, w.start, w.end, w.score) for w in r.words))
        rows.add(values, numbers=r.metrics)

    def add_embeddings(self, rows: Columns, r: Embedding) -> None:
        """What an embedding is in its frame."""
        self._vectors.add(r.vector, r.scale)
        rows.add((r.row_id, r.error is not None, r.probe, r.name))

    def add_references(self, rows: Columns, r: ReferenceRows) -> None:
        """What rows of the reference table are in their frame."""
        self._compared.add(rows, r)

    def add_identities(self, rows: Columns, r: IdentityOutcome) -> None:
        """What a text said of other groups is in its frame, and its versions."""
        self._versions.add(len(rows), r)
        failed, confidence = r.error is not None, self._sure(r.original_probs, 0.0)
        before = answer_of(r.original_probs, self._task)
        rows.add(
            (
                r.row_id, failed, r.probe, r.name, r.label or "", before, confidence, len(r.mentions), len(r.versions), r.flips,
            )
        )  # fmt: skip

    def _tell(self, record: Any) -> None:
        """Note the scores that a record about many rows has."""
        for name, estimate in record.estimates.items() if record.error is None else ():
            value = record.values[name]
            self._estimates.append(Told(record.probe, record.subject, name, value, estimate, record.rows))


def content_ids(row_ids: pd.Series) -> pd.Series:
    """The id that all duplicates of a row share, as `Example.content_id`."""
    if not row_ids.str.contains("-", regex=False).any():
        return row_ids
    cut = pc.replace_substring_regex(pa.array(row_ids), pattern="(?s)-.*", replacement="")
    return pd.Series(pd.array(cut, dtype="str"), index=row_ids.index)


def _in_order(frame: pd.DataFrame) -> tuple[pd.DataFrame, NDArray[np.intp]]:
    """Records about many rows: no row's id, no text listed twice."""
    frame["content_id"], frame["weight"] = frame["row_id"], np.ones(len(frame), dtype=np.int64)
    order = frame.sort_values(["probe", "subject"], kind="stable").index.to_numpy(dtype=np.intp)
    return frame.take(order).reset_index(drop=True), order


def _settled(
    frame: pd.DataFrame, examples: pd.DataFrame | None, weights: Mapping[str, int] | None
) -> tuple[pd.DataFrame, NDArray[np.intp]]:
    """Order a frame, keep one row per text and probe, weigh it; also which rows were kept.

    Ids are compared and sorted by Arrow, for which they need not become Python's strings: a million of those are much
    more than all the numbers.
    """
    content = content_ids(frame["row_id"])
    if examples is None:
        codes = pd.factorize(content)[0].astype(np.int64)
        place = (
            np.arange(len(frame)) if "text_key" in frame else np.zeros(len(frame), dtype=np.int64)
        )  # as in the table
    else:
        codes = _codes(content, examples["content_id"])
        place = np.minimum(codes, len(examples))  # what the table lacks comes last, in order of its ids
    probes = pd.factorize(frame["probe"], sort=True)[0] if "probe" in frame else np.zeros(len(frame), dtype=np.int64)
    group = codes * (probes.max(initial=0) + 1) + probes  # one number per text and probe
    weight = np.bincount(group)[group].astype(np.int64)
    if examples is not None:
        known = place < len(examples)
        of_table = np.where(known, place, 0)
        weight = np.where(known, examples["weight"].to_numpy()[of_table], weight)
        if "label" in frame:
            truth = examples["label"].take(of_table).set_axis(frame.index)
            frame["label"] = truth.where(known, frame["label"])
    elif weights is not None:
        weight = content.map(weights).fillna(pd.Series(weight, frame.index)).to_numpy(dtype=np.int64)
    frame["content_id"], frame["weight"] = content, weight
    keys = pa.table({"place": place, "row_id": pa.array(frame["row_id"]), "probe": probes})
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names]).to_numpy()
    first = np.zeros(group.max(initial=0) + 1, dtype=np.intp)
    first[group[order[::-1]]] = order[::-1]  # the last to be written is the first in order
    kept = order[first[group[order]] == order].astype(np.intp)
    if np.array_equal(kept, np.arange(len(frame))):
        return frame, kept
    return frame.take(kept).reset_index(drop=True), kept


def _codes(content: pd.Series, of_table: pd.Series) -> NDArray[np.int64]:
    """Where each content stands among those of the table; of those it lacks each has a greater number of its own."""
    at = pc.index_in(pa.array(content), value_set=pa.array(of_table)).fill_null(-1)
    found: NDArray[np.int64] = at.to_numpy().astype(np.int64)
    absent = found < 0
    if absent.any():
        found[absent] = len(of_table) + pd.factorize(content[absent])[0]
    return found


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
