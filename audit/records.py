"""The frozen records that cross borders: what a probe yields, the store keeps and a page draws.

A record of a row carries `name`, the registered name of the probe that made it, and `probe`, the key of that probe
within the run (`ProbeSpec.id`; the name where it has none). The key is not part of what is stored: runs share records
and may call the same probe by other keys, so whoever reads a run's records says whose they are (`of_probe`).

All records are plain data (strings, numbers, tuples): `to_dict` makes JSON of them with floats at six digits,
`from_dict` reads it back. Probabilities are 0-1 in the order of the model's labels; character offsets count
Unicode code points of the text as the user typed it, end exclusive; durations are seconds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, ClassVar, Literal, Protocol, TypeVar

AttackStatus = Literal["success", "failed", "skipped", "out_of_budget", "error"]

R = TypeVar("R")


def content_id(text: str, pair: str | None, label: str | None, groups: Mapping[str, str]) -> str:
    """16 hex digits of sha256 over a row's content as JSON: label as typed, groups sorted by name."""
    content = json.dumps([text, pair, label, dict(sorted(groups.items()))], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def sample_id(subject: str) -> str:
    """What stands for the id of a row where a record is about many, unlike any: `sample:` and 16 hex digits of its subject's hash."""
    return f"sample:{hashlib.sha256(subject.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Example:
    """One checked row of a table. `row_id` is its content hash (plus `-k` for the k-th occurrence)."""

    row_id: str
    text: str
    pair: str | None = None
    label: str | None = None
    groups: Mapping[str, str] = field(default_factory=dict)
    rationale: tuple[int, ...] | None = None
    line: int | None = None

    @property
    def content_id(self) -> str:
        """The id shared by all duplicates of this row."""
        return self.row_id.split("-", 1)[0]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model says of one row. `tokens` is the full length, `kept` what fitted the model's limit."""

    row_id: str
    predicted: str | None
    probs: tuple[float, ...]
    tokens: int
    kept: int
    error: str | None = None
    name: str = "predict"
    probe: str = ""

    def __post_init__(self) -> None:
        _keyed(self)

    @property
    def truncated(self) -> bool:
        """Whether the model saw only part of the text."""
        return self.kept < self.tokens

    @property
    def state(self) -> str:
        """What became of the row, in a word: ok or error."""
        return _state(self.error)

    @property
    def original_probs(self) -> tuple[float, ...]:
        """What the model says of the text as it is."""
        return self.probs


@dataclass(frozen=True, slots=True)
class TokenScore:
    """One token's share of the explained value; `segment` is 1 for the second text of a pair."""

    text: str
    start: int
    end: int
    score: float
    error: float | None = None
    special: bool = False
    segment: int = 0


@dataclass(frozen=True, slots=True)
class WordScore:
    """The sum of a word's tokens, at its place in the text as typed."""

    text: str
    start: int
    end: int
    score: float
    error: float | None = None
    segment: int = 0


@dataclass(frozen=True, slots=True)
class Attribution:
    """Why the model gave `value` to `target`: one row, one method.

    `delta` is sum(scores) - (value - baseline_value), where the method promises completeness (else None);
    `steps` counts the model evaluations the method used for this row; `unit` says what value and scores are in.
    """

    row_id: str
    text: str
    name: str
    target: str
    value: float | None
    baseline_value: float | None
    delta: float | None
    steps: int
    truncated: bool
    tokens: tuple[TokenScore, ...]
    words: tuple[WordScore, ...]
    metrics: Mapping[str, float] = field(default_factory=dict)
    converged: bool = True
    unit: Literal["logit", "probability", "none"] = "logit"
    pair: str | None = None
    seed: int = 0
    error: str | None = None
    probe: str = ""

    def __post_init__(self) -> None:
        _keyed(self)

    @property
    def state(self) -> str:
        """What became of the row, in a word: ok, not_converged or error."""
        return _state(self.error, "ok" if self.converged else "not_converged")

    @property
    def original_probs(self) -> tuple[float, ...]:
        """Nothing: an explanation says what it explains, not all that the model answered."""
        return ()


@dataclass(frozen=True, slots=True)
class Change:
    """One word-level edit: [start, end) of the original became [new_start, new_end) of the perturbed text.

    An insertion has start == end, a deletion new_start == new_end.
    """

    start: int
    end: int
    before: str
    new_start: int
    new_end: int
    after: str


@dataclass(frozen=True, slots=True)
class AttackOutcome:
    """What one recipe did to one row. `stand_ins` names the resources it used in place of those it was published with.

    `attacked` is the part of the text, [start, end), that could be attacked, where that is not all of it (the model
    reads no more, or the recipe takes no more); `words_total` counts its words, `words_all` those of the whole text,
    and `note` says so in words.
    """

    row_id: str
    text: str
    label: str | None
    name: str
    status: AttackStatus
    original_probs: tuple[float, ...]
    perturbed_text: str | None
    perturbed_probs: tuple[float, ...]
    changes: tuple[Change, ...]
    queries: int
    words_changed: int
    words_total: int
    similarity: float | None
    valid: bool | None
    seed: int
    resources: Mapping[str, str]
    seconds: float
    goal: Literal["untargeted", "targeted", "input_reduction"] = "untargeted"
    words_left: int | None = None
    grammar_change: float | None = None
    pair: str | None = None
    error: str | None = None
    attacked: tuple[int, int] | None = None
    words_all: int | None = None
    note: str | None = None
    stand_ins: tuple[str, ...] = ()
    probe: str = ""

    def __post_init__(self) -> None:
        _keyed(self)

    @property
    def state(self) -> str:
        """What became of the row, in a word: the attack's status."""
        return self.status

    @property
    def called(self) -> str:
        """The recipe with what stood in, as people read it."""
        return with_stand_ins(self.name, self.stand_ins)


@dataclass(frozen=True, slots=True)
class Variant:
    """One perturbed version of a text and what the model says of it."""

    text: str
    probs: tuple[float, ...]
    changed: bool
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class PerturbationOutcome:
    """k variants of one row under one named perturbation; `flips` counts changed variants with another prediction."""

    row_id: str
    text: str
    label: str | None
    name: str
    original_probs: tuple[float, ...]
    variants: tuple[Variant, ...]
    flips: int
    seed: int
    seconds: float
    pair: str | None = None
    error: str | None = None
    probe: str = ""

    def __post_init__(self) -> None:
        _keyed(self)

    @property
    def state(self) -> str:
        """What became of the row, in a word: ok or error."""
        return _state(self.error)


@dataclass(frozen=True, slots=True)
class DirectionOutcome:
    """k variants of one row under a change after which the answer should move, as "not" put before what is praised.

    `kept` counts the variants with the same answer; `fall` is by how much the probability of that answer falls at least, over
    the variants that keep it; None where none does. A row in which there is nothing so to change has no variants.
    """

    row_id: str
    text: str
    label: str | None
    name: str
    original_probs: tuple[float, ...]
    variants: tuple[Variant, ...]
    kept: int
    fall: float | None
    seed: int
    seconds: float
    pair: str | None = None
    error: str | None = None
    probe: str = ""

    def __post_init__(self) -> None:
        _keyed(self)

    @property
    def state(self) -> str:
        """What became of the row, in a word: ok or error."""
        return _state(self.error)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Whom a text speaks of: a group of one dimension (gender, religion ...), and the terms that say so."""

    dimension: str
    group: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A text said of another group of a dimension, and what the model says of it.

    `before` is the group that the text as typed speaks of; "" where it speaks of none and a neutral sentence about somebody
    of `group` was put before it. `terms` are those that came in.
    """

    dimension: str
    before: str
    group: str
    terms: tuple[str, ...]
    text: str
    probs: tuple[float, ...]
    changes: tuple[Change, ...] = ()
    pair: str | None = None

    @property
    def inserted(self) -> bool:
        """Whether it only has a sentence more than the text."""
        return not self.before


@dataclass(frozen=True, slots=True)
class IdentityOutcome:
    """One row said of other groups; `flips` counts versions with another prediction than the text, or, of those with a
    sentence put before it, than the first of the same dimension.
    """

    row_id: str
    text: str
    label: str | None
    name: str
    original_probs: tuple[float, ...]
    mentions: tuple[Mentioned, ...]
    versions: tuple[Version, ...]
    flips: int
    seed: int
    seconds: float
    pair: str | None = None
    error: str | None = None
    probe: str = ""

    def __post_init__(self) -> None:
        _keyed(self)

    @property
    def state(self) -> str:
        """What became of the row, in a word: ok or error."""
        return _state(self.error)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the interval of one number about many rows follows from, at any level: a share's counts, or resampled values.

    `hits` of `trials` independent texts, for a number that is their share; else `replicates`, the number in each of many
    resamples, and `units`, how many independent texts were resampled.
    """

    hits: float = 0.0
    trials: float = 0.0
    replicates: tuple[float, ...] = ()
    units: int = 0


@dataclass(frozen=True, slots=True)
class SampleOutcome:
    """What one probe found about many rows together: a statistic of them, a phrase that moves them, a part of them.

    `subject` is which of its findings this is, empty where it has but one; `values` are its numbers by name; `rows` are the
    ids of the audited rows it rests on, and `reference_rows` counts those of the reference table. `row_id`, under which it
    is kept among the records of rows, follows from the subject and says nothing of its text.

    A value with an entry in `estimates` is a score of the run: it has an interval, and a policy can set a threshold on it.
    What such scores are called and mean, their unit and better direction, the probe's class says by `scores`, a tuple of
    `audit.score.definitions.Definition`.
    """

    name: str
    values: Mapping[str, float]
    rows: tuple[str, ...]
    seed: int
    subject: str = ""
    reference_rows: int = 0
    seconds: float = 0.0
    note: str | None = None
    error: str | None = None
    probe: str = ""
    estimates: Mapping[str, Estimate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _keyed(self)

    @property
    def row_id(self) -> str:
        """What stands for the id of a row, see `sample_id`."""
        return sample_id(self.subject)

    @property
    def state(self) -> str:
        """What became of it, in a word: ok or error."""
        return _state(self.error)

    @property
    def original_probs(self) -> tuple[float, ...]:
        """Nothing: it is about no one row."""
        return ()


@dataclass(frozen=True, slots=True)
class TriggerOutcome:
    """What a phrase does to rows of other classes than one, or why none was looked for.

    `start`, `middle` and `end` say of each of `rows`, in their order, whether it goes to the class with the phrase at that
    place (`1`) or not (`0`); `before` and `after` whether it is answered right as it is and with the phrase at `place` (`-`
    without a label). `place` was chosen on other rows. `target` is the class; "" where the answer without any label is meant.

    Attributes:
        role: a `candidate` was found by the scan; `natural` is a word that the rows of the class have more than others,
            a `part` is some of the words of a phrase found; of `none` nothing was judged, `note` says why.
        values: `scanned` phrases looked at for all classes together, `searched` the share of the rows searched with that it
            sent to the class, `table_rows` rows of the table that have the phrase, `table_members` those of them of the
            class, `gain` by how much the phrase moves the class's logit on average over `rows` at `place`. Of a class with too few
            rows to be looked at `judged` says how many there were to judge by.
        words: of the phrase, in their order.
    """

    name: str
    target: str
    phrase: str
    role: Literal["candidate", "natural", "part", "none"]
    values: Mapping[str, float]
    seed: int
    words: tuple[str, ...] = ()
    place: Literal["start", "middle", "end"] = "middle"
    rows: tuple[str, ...] = ()
    start: str = ""
    middle: str = ""
    end: str = ""
    before: str = ""
    after: str = ""
    note: str | None = None
    error: str | None = None
    probe: str = ""
    original_probs: ClassVar[tuple[float, ...]] = ()

    def __post_init__(self) -> None:
        _keyed(self)

    @property
    def subject(self) -> str:
        """Which of the findings of its probe it is."""
        return f"{self.phrase} > {self.target}" if self.phrase else self.target

    @property
    def row_id(self) -> str:
        """What stands for the id of a row, see `sample_id`."""
        return sample_id(self.subject)

    @property
    def state(self) -> str:
        """What became of it, in a word: ok or error."""
        return _state(self.error)


@dataclass(frozen=True, slots=True)
class SurfaceEdit:
    """One change of something that should not matter, and what the model says.

    `step` is whether the changed text has `more` of the feature than what it is compared with, `less`, or an `other` one;
    `against` is what the model says of that, empty where it is the text as it is.
    """

    feature: str
    change: str
    step: Literal["more", "less", "other"]
    text: str
    probs: tuple[float, ...]
    against: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class SurfaceOutcome:
    """What the model says of one row when its length, marks, capitals and the like are changed, each alone."""

    row_id: str
    text: str
    label: str | None
    name: str
    original_probs: tuple[float, ...]
    edits: tuple[SurfaceEdit, ...]
    seed: int
    seconds: float
    pair: str | None = None
    error: str | None = None
    probe: str = ""

    def __post_init__(self) -> None:
        _keyed(self)

    @property
    def state(self) -> str:
        """What became of the row, in a word: ok or error."""
        return _state(self.error)


@dataclass(frozen=True, slots=True)
class WordTrial:
    """One row with a word put in at a place, or with the word taken out wherever it stands.

    `before` and `after` are the probability of the class, `turned` whether the decision about it changed towards the class
    (put in) or away from it (taken out). The word was put in at `start`; `answer` is what the model says of the row as it is, and
    `sure` how sure it is. `like` and `like_turned` are the same change and the share of decisions turned, on
    average over words of like meaning put in at the same place; None where none was tried.
    """

    row_id: str
    way: Literal["inserted", "removed"]
    before: float
    after: float
    turned: bool
    start: int = 0
    answer: str = ""
    sure: float | None = None
    like: float | None = None
    like_turned: float | None = None


@dataclass(frozen=True, slots=True)
class WordOutcome:
    """What one word of the table does to the probability of one class, over rows without it and rows with it.

    `texts` counts the distinct audited texts that hold it, `like_words` are those of like meaning it is held against, and
    `rows` the ids of the rows of its trials.
    """

    name: str
    word: str
    label: str
    texts: int
    trials: tuple[WordTrial, ...]
    like_words: tuple[str, ...]
    rows: tuple[str, ...]
    seed: int
    values: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    note: str | None = None
    error: str | None = None
    probe: str = ""

    def __post_init__(self) -> None:
        _keyed(self)

    @property
    def subject(self) -> str:
        """The word and the class, as they stand beside each other in tables."""
        return f"{self.word} \u2192 {self.label}" if self.word else ""

    @property
    def row_id(self) -> str:
        """What stands for the id of a row, see `sample_id`."""
        return sample_id(self.subject)

    @property
    def state(self) -> str:
        """What became of it, in a word: ok or error."""
        return _state(self.error)

    @property
    def original_probs(self) -> tuple[float, ...]:
        """Nothing: it is about no one row."""
        return ()


@dataclass(frozen=True, slots=True)
class FailedCase:
    """A case of a behavioural test that did not hold: its texts, the place of the one that failed, and what was said of both.

    `labels` are what was expected of each text, as the model calls it, empty where a comparison was; `first` and `probs` are
    what the model says of the original or only text and of the one that failed.
    """

    texts: tuple[str, ...]
    failed: int
    labels: tuple[str | None, ...]
    first: tuple[float, ...]
    probs: tuple[float, ...]
    line: int | None = None


@dataclass(frozen=True, slots=True)
class BehaviourOutcome:
    """What became of one test of a behavioural suite: how many of its cases failed, and some of those that did.

    `suite` is what the suite is called and `subject` the test; `type` MFT, INV or DIR; `expects` what must hold, as a suite's
    file says it, with `tolerance` and the model's labels it is about (`towards`, `away`). `run` counts the cases that were asked
    and count, `failed` those of them that failed. `left_out` are cases that do not count by the test's own rule, `unasked` those
    with a label that the model does not have, `errors` those that could not be asked. `unmapped` are labels of the suite
    that the test needs and the model does not have.
    """

    name: str
    suite: str
    subject: str
    capability: str
    type: str
    expects: str
    run: int
    failed: int
    seed: int
    errors: int = 0
    left_out: int = 0
    unasked: int = 0
    texts: int = 0
    tolerance: float = 0.0
    towards: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ()
    cases: tuple[FailedCase, ...] = ()
    about: str = ""
    place: int = 0
    seconds: float = 0.0
    note: str | None = None
    error: str | None = None
    probe: str = ""

    def __post_init__(self) -> None:
        _keyed(self)

    @property
    def row_id(self) -> str:
        """What stands for the id of a row, see `sample_id`."""
        return sample_id(self.subject)

    @property
    def rows(self) -> tuple[str, ...]:
        """Nothing: it rests on its own cases, not on rows of the table."""
        return ()

    @property
    def values(self) -> Mapping[str, float]:
        """Its counts by name."""
        return {name: float(getattr(self, name)) for name in ("run", "failed", "errors", "left_out", "unasked")}

    @property
    def state(self) -> str:
        """What became of it, in a word: ok or error."""
        return _state(self.error)

    @property
    def original_probs(self) -> tuple[float, ...]:
        """Nothing: it is about no one row."""
        return ()


class Record(Protocol):
    """What every record has, of whichever kind; `audit.kinds` says which kinds there are."""

    @property
    def row_id(self) -> str:
        """The row it is about, or what stands for one."""
        ...

    @property
    def name(self) -> str:
        """The registered name of its probe."""
        ...

    @property
    def probe(self) -> str:
        """The key of its probe within the run."""
        ...

    @property
    def error(self) -> str | None:
        """Why there is nothing in it; None where there is something."""
        ...

    @property
    def state(self) -> str:
        """What became of the row, in a word."""
        ...

    @property
    def original_probs(self) -> tuple[float, ...]:
        """What the model says of the text as it is; empty where the record does not tell."""
        ...


def to_dict(record: Any) -> dict[str, Any]:
    """Turn a record into JSON-ready data; floats are rounded to six digits so that equal results are equal text."""
    data: dict[str, Any] = _rounded(_adapter(type(record)).dump_python(record, mode="json"))  # type: ignore[arg-type]
    return data


def from_dict(kind: type[R], data: Mapping[str, Any]) -> R:
    """Read a record back from `to_dict`'s data.

    Raises:
        pydantic.ValidationError: a field is missing, unknown in type, or out of its choices.
    """
    adapter: Any = _adapter(kind)  # type: ignore[arg-type]
    record: R = adapter.validate_python(dict(data))
    return record


def with_stand_ins(name: str, stand_ins: Sequence[str]) -> str:
    """A recipe with what it used in place of what it was published with: `textfooler [vectors: built]`. For people only."""
    return f"{name} [{', '.join(stand_ins)}]" if stand_ins else name


def of_probe(record: R, probe: str) -> R:
    """The same record as one of the probe with this key within the run."""
    return replace(record, probe=probe)  # type: ignore[type-var]


def _state(error: str | None, well: str = "ok") -> str:
    return well if error is None else "error"


def _keyed(record: Any) -> None:
    if not record.probe:
        object.__setattr__(record, "probe", record.name)


@cache
def _adapter(kind: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6) + 0.0  # + 0.0 turns -0.0 into 0.0
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return value
