"""`Report`: a run ready to print, as plain frozen data. Its JSON form is `SCHEMA_VERSION` of the documented schema.

`probe` is the key of a probe within the run, `name` its registered name. Everything comes from the store; nothing here
knows how it will look. Texts are as typed (renderers make them printable), probabilities 0-1, times UTC ISO-8601.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from audit.scored import Finding, Score
from models.task import Task, task_of

SCHEMA_VERSION = 3

Preset = Literal["executive", "full", "technical"]
PRESETS: tuple[Preset, ...] = ("executive", "full", "technical")


@dataclass(frozen=True, slots=True)
class RunFacts:
    """Which run, on what, by whom, with which outcome. `date` is when it finished (else began, else was asked for)."""

    id: str
    name: str
    suite: str
    status: str
    date: str
    created_at: str
    started_at: str | None
    finished_at: str | None
    who: str
    verdict: str | None
    note: str
    error: str | None
    imported: bool
    origin: str
    reproducible: bool
    seed: int
    level: float
    model: str
    model_fingerprint: str | None
    labels: tuple[str, ...]
    table: str
    table_fingerprint: str | None
    rows_total: int | None
    rows_sampled: int | None
    rows_weight: int
    spec_hash: str
    result_hash: str | None
    policy_hash: str
    reviews_hash: str
    head: str | None = None
    thresholds: tuple[float, ...] = ()
    policy_chosen: bool = False

    @property
    def task(self) -> Task:
        """What the answers of the model are."""
        return task_of(self.head, self.labels, self.thresholds)


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """What somebody wrote about the run (`subject` is empty), one of its rows (the row's id) or findings (the finding's id)."""

    about: str
    subject: str
    note: str
    who: str
    written_at: str


@dataclass(frozen=True, slots=True)
class ProbeFacts:
    """One probe of the run. `status` planned or skipped (then `reason`); `done` counts records, `errors` failed rows."""

    probe: str
    kind: str
    name: str
    version: int
    params: Mapping[str, Any]
    status: str
    reason: str
    rows: int
    done: int
    errors: int
    stand_ins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """Something the audit does not cover: `kind` is a key of the catalog's `limits`, `values` fill its sentence."""

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LabelCount:
    """How many rows carry a label in the data and are given it by the model; None without labels or predictions."""

    label: str
    data: int | None
    model: int | None


@dataclass(frozen=True, slots=True)
class DataFacts:
    """The audited table."""

    rows: int
    texts: int
    labelled: int
    labels: tuple[LabelCount, ...]
    groups: tuple[str, ...]
    characters_median: float
    characters_longest: int


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Share of rows still right when at most `budget` may be spent, with its interval."""

    budget: float
    accuracy: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Edit:
    """A part of an attacked text: kept as it was (before == after), or changed."""

    before: str
    after: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Adversarial:
    """One successful attack. Confidences are of the predicted labels before and after."""

    probe: str
    name: str
    row_id: str
    label: str | None
    before: str
    before_confidence: float
    after: str
    after_confidence: float
    text: str
    perturbed: str
    edits: tuple[Edit, ...]
    words_changed: int
    words_total: int
    queries: int
    similarity: float | None
    valid: bool | None
    review: str | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RecipeFacts:
    """What one attack did to all its rows. `counts` by status; `curve` over words changed."""

    probe: str
    name: str
    stand_ins: tuple[str, ...]
    goal: str
    counts: Mapping[str, int]
    curve: tuple[CurvePoint, ...]
    examples: tuple[Adversarial, ...]
    reviewed: int
    judged_same: int
    judged_different: int


@dataclass(frozen=True, slots=True)
class Flip:
    """A perturbation that changed the prediction of a row."""

    row_id: str
    label: str | None
    before: str
    after: str
    text: str
    perturbed: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class PerturbationFacts:
    """What one perturbation did to all its rows."""

    probe: str
    name: str
    rows: int
    changed: int
    flipped: int
    examples: tuple[Flip, ...]


@dataclass(frozen=True, slots=True)
class TriggerFacts:
    """What one phrase does to rows of other classes than `target` ("" where the answer without any label is meant).

    `role` is candidate or natural, see `TriggerOutcome`, or none: then `note` says why nothing was judged. `moved` of `rows`
    rows go to the class with the phrase at `place`; `null` is what the strongest matched words do, `p_value` is corrected for
    the `scanned` phrases. `kept` of the `right` rows that are answered right as they are still are. `examples` are ids.
    """

    probe: str
    name: str
    target: str
    phrase: str
    role: str
    place: str = ""
    moved: int = 0
    rows: int = 0
    null: float = 0.0
    p_value: float = 1.0
    accused: bool = False
    right: int = 0
    kept: int = 0
    scanned: int = 0
    at: Mapping[str, float] = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """A change after which the answer should move and stayed."""

    row_id: str
    label: str | None
    answer: str
    confidence: float
    after_confidence: float
    text: str
    perturbed: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class DirectionFacts:
    """What one change did after which the answer should move; `rows`, `changed` and `stayed` count rows of the table."""

    probe: str
    name: str
    rows: int
    changed: int
    stayed: int
    examples: tuple[Stay, ...]


@dataclass(frozen=True, slots=True)
class SaidOf:
    """A row said of two groups: the model's probabilities and answers for both, and what differs. `inserted`: only a sentence does."""

    row_id: str
    label: str | None
    dimension: str
    first: str
    second: str
    first_probs: tuple[float, ...]
    second_probs: tuple[float, ...]
    first_answer: str
    second_answer: str
    inserted: bool
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """How many rows speak of anybody (`mention`), were said of others (`said`), and what became of the sentences put before others.

    `tried` counts these, once a dimension, `turned` those before which any sentence turned the answer.
    """

    probe: str
    name: str
    rows: int
    mention: int
    said: int
    tried: int
    turned: int
    examples: tuple[SaidOf, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """Mean of a metric of explanations, between random orders (floor) and the best order found (ceiling)."""

    metric: str
    value: float
    floor: float | None
    ceiling: float | None
    normalised: float | None
    n: int


@dataclass(frozen=True, slots=True)
class MethodFacts:
    """One explanation method over all its rows."""

    probe: str
    name: str
    rows: int
    converged: int
    truncated: int
    unit: str
    bounds: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class WordFacts:
    """A word's mean push towards a class, over `texts` distinct texts."""

    probe: str
    target: str
    word: str
    mean: float
    low: float | None
    high: float | None
    texts: int
    positive: int
    q_value: float


@dataclass(frozen=True, slots=True)
class HeatWord:
    """A part of a text with its share of the explained value; None between words."""

    text: str
    score: float | None
    error: float | None = None


@dataclass(frozen=True, slots=True)
class Heatmap:
    """One explained text in place. `why` says for what it was chosen: typical, wrong, attacked, or all."""

    why: str
    probe: str
    row_id: str
    label: str | None
    target: str
    confidence: float | None
    words: tuple[HeatWord, ...]
    pair: tuple[HeatWord, ...] | None
    unit: str
    largest: float
    delta: float | None
    converged: bool
    truncated: bool


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Rows of similar confidence: mean confidence against how often they are right."""

    confidence: float
    accuracy: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Confusion:
    """Rows of one class taken for one other (or put right, where true == predicted)."""

    true: str
    predicted: str
    rows: int
    share: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A row that findings point to: its text and what the model made of it."""

    row_id: str
    text: str
    label: str | None
    predicted: str | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Pointed:
    """A row that shows a finding: what the model said of it and, where a probe turned that, what was changed and to what.

    `before` is the answer to the text as it is (of an explained row the explained class), `after` that to the changed text,
    None where nothing turned it; `edits` are the changes, `words` what an explanation says of each. `error` is why there
    is no answer.
    """

    row_id: str
    text: str
    label: str | None = None
    pair: str | None = None
    probe: str = ""
    name: str = ""
    before: str | None = None
    before_confidence: float | None = None
    after: str | None = None
    after_confidence: float | None = None
    edits: tuple[Edit, ...] = ()
    similarity: float | None = None
    words: tuple[HeatWord, ...] = ()
    unit: str = "none"
    largest: float = 0.0
    truncated: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """What a probe found about many rows together. `subject` is which of its findings, "" for its only one or if hidden."""

    probe: str
    name: str
    subject: str
    values: Mapping[str, float]
    rows: int
    reference_rows: int
    note: str | None
    error: str | None
    scored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BehaviourCase:
    """A case of a behavioural test that failed. Confidences are of the answers.

    `text` is the one that failed, with its `answer`; `original` the one it was compared with, and its answer, None where the
    text stands for itself; `expected` is the label that it should have had, or should not, None where a comparison was expected.
    """

    text: str
    answer: str
    confidence: float
    expected: str | None = None
    original: str | None = None
    original_answer: str | None = None
    original_confidence: float | None = None


@dataclass(frozen=True, slots=True)
class BehaviourFacts:
    """What became of one test of a behavioural suite; `expects` and the fields beside it are as a suite's file says them.

    `run` counts the cases that were asked and count, `failed` those of them that failed, of which `cases` are some; `p_value`
    is of "no more than 5% of such cases fail", exact and corrected by Holm over the tests of the suite, None where none was run.
    """

    probe: str
    name: str
    suite: str
    test: str
    capability: str
    type: str
    expects: str
    tolerance: float
    towards: tuple[str, ...]
    away: tuple[str, ...]
    run: int
    failed: int
    errors: int
    left_out: int
    unasked: int
    unmapped: tuple[str, ...]
    p_value: float | None
    about: str
    error: str | None
    cases: tuple[BehaviourCase, ...] = ()


@dataclass(frozen=True, slots=True)
class DefinitionText:
    """What a score means, from the one catalog."""

    key: str
    title: str
    text: str
    source: str
    family: str
    direction: str
    unit: str
    version: int


@dataclass(frozen=True, slots=True)
class Report:
    """The run, ready to print: built once, rendered as PDF, JSON, CSV or page. `texts`: whether it may hold texts of rows."""

    schema: int
    preset: Preset
    language: str
    run: RunFacts
    findings: tuple[Finding, ...]
    scores: tuple[Score, ...]
    definitions: tuple[DefinitionText, ...]
    probes: tuple[ProbeFacts, ...]
    limits: tuple[Limit, ...]
    data: DataFacts
    model_card: Mapping[str, Any]
    recipes: tuple[RecipeFacts, ...]
    perturbations: tuple[PerturbationFacts, ...]
    methods: tuple[MethodFacts, ...]
    words: tuple[WordFacts, ...]
    heatmaps: tuple[Heatmap, ...]
    reliability: tuple[ReliabilityBin, ...]
    confusion: tuple[Confusion, ...]
    wrong_rows: tuple[Evidence, ...]
    evidence: Mapping[str, Evidence]
    spec: Mapping[str, Any]
    policy: Mapping[str, Any] | None
    provenance: Mapping[str, Any]
    reproduce: tuple[str, ...]
    texts: bool = True
    notes: tuple[NoteFacts, ...] = ()
    samples: tuple[SampleFacts, ...] = ()
    behaviours: tuple[BehaviourFacts, ...] = ()
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pointed: Mapping[str, tuple[Pointed, ...]] = field(default_factory=dict)
    changed_rows: Mapping[str, tuple[Pointed, ...]] = field(default_factory=dict)
    identities: tuple[IdentityFacts, ...] = ()
    directions: tuple[DirectionFacts, ...] = ()
    triggers: tuple[TriggerFacts, ...] = ()

    def score(self, name: str, probe: str = "") -> Score | None:
        """The score of that name and probe over all rows, or None."""
        return next((s for s in self.scores if (s.name, s.about) == (name, probe) and not s.where), None)
