"""`plan`: spec, rows and model identity to shards. Pure: the same inputs give the same shards with the same ids."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from audit.kinds.entry import Scope
from audit.language.translating import tr_later
from audit.records import Example
from audit.spec.model import AuditSpec, SampleSpec
from models.language_names import stored_names
from models.text_language import counted, fits, row_languages


@dataclass(frozen=True, slots=True)
class Identity:
    """What, besides probe and rows, decides the floats: the model and how it is run."""

    fingerprint: str
    engine: str
    device: str
    dtype: str
    threads: int


@dataclass(frozen=True, slots=True)
class ResolvedProbe:
    """A probe of the spec after its class was found: version and every parameter; `skipped` says why it cannot run.

    `resources` are hashes of what it reads besides the model (word lists, vectors): other files, other shards.
    `scope` "sample": it looks at all its rows together, in one shard. `reference` is the fingerprint of the table it
    compares them with, "" for none. `languages` are codes of the languages and scripts it can work on, none: any.
    """

    key: str
    kind: str
    name: str
    version: int
    params: Mapping[str, Any]
    rows: int | None
    shard_rows: int
    resources: Mapping[str, str]
    skipped: str | None = None
    scope: Scope = "row"
    reference: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A distinct row of the sample. `weight` counts how often its content occurs in the sample."""

    example: Example
    weight: int


@dataclass(frozen=True, slots=True)
class ShardPlan:
    """Some rows x one probe. `rows` are positions in `Plan.rows`."""

    position: int
    probe: str
    shard_id: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will do, in order.

    `languages` are those of the rows, one a row; `left_out` says of each probe that does not know them all how many of its rows
    are in each of the others.
    """

    rows: tuple[PlannedRow, ...]
    probes: tuple[ResolvedProbe, ...]
    shards: tuple[ShardPlan, ...]
    languages: tuple[str, ...] = ()
    left_out: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def probe_rows(self, key: str) -> int:
        """How many rows a probe will see."""
        return sum(len(shard.rows) for shard in self.shards if shard.probe == key)


def plan(spec: AuditSpec, examples: Sequence[Example], identity: Identity, probes: Sequence[ResolvedProbe]) -> Plan:
    """Draw the sample, merge duplicates, and cut every probe's rows into shards.

    Probes take turns, shard by shard, so that every probe has results early; the cheap ones come first. Rows in a language
    that a probe does not know are none of its rows; a probe that knows none of the rows' languages is skipped.
    """
    rows = merge_duplicates(sample(examples, spec.sample))
    languages = row_languages(row.example.text for row in rows)
    resolved, left_out = _known_to(probes, languages)
    queues = []
    for probe in resolved:
        if probe.skipped is not None:
            continue
        chosen = [i for i, language in enumerate(languages) if fits(language, probe.languages)]
        if probe.rows is not None and probe.rows < len(chosen):
            part = sample(
                [rows[i].example for i in chosen],
                SampleSpec(n=probe.rows, seed=spec.sample.seed, stratify=spec.sample.stratify),
            )
            wanted = {example.row_id for example in part}
            chosen = [i for i in chosen if rows[i].example.row_id in wanted]
        size = len(chosen) if probe.scope == "sample" else probe.shard_rows
        cuts = [tuple(chosen[i : i + size]) for i in range(0, len(chosen), size)]
        queues.append([(probe, cut) for cut in cuts])
    shards: list[ShardPlan] = []
    for probe, cut in _in_turns(queues):
        ids = [rows[i].example.row_id for i in cut]
        weights = [rows[i].weight for i in cut]
        shards.append(ShardPlan(len(shards), probe.key, shard_id(identity, probe, ids, spec.seed, weights), cut))
    return Plan(tuple(rows), resolved, tuple(shards), tuple(languages), left_out)


def _known_to(
    probes: Sequence[ResolvedProbe], languages: Sequence[str]
) -> tuple[tuple[ResolvedProbe, ...], dict[str, dict[str, int]]]:
    """The probes, those that know no row's language skipped with the reason; and the rows that each of the others leaves out."""
    found, left_out = [], {}
    for probe in probes:
        foreign = counted(language for language in languages if not fits(language, probe.languages))
        if foreign and probe.skipped is None:
            if sum(foreign.values()) == len(languages):
                works, written = stored_names(probe.languages), stored_names(foreign)
                why = tr_later(f"{probe.name} works on texts in {works}, and every row is in {written}.")
                probe = replace(probe, skipped=why, resources={})  # noqa: PLW2901 - the same probe, skipped
            else:
                left_out[probe.key] = foreign
        found.append(probe)
    return tuple(found), left_out


def shard_id(
    identity: Identity, probe: ResolvedProbe, row_ids: Sequence[str], seed: int, weights: Sequence[int] = ()
) -> str:
    """32 hex digits of sha256 over everything that decides the shard's records.

    How often a row occurs (`weights`), and the reference table, decide records about the sample alone.
    """
    data: dict[str, Any] = {
        "identity": asdict(identity),
        "probe": [probe.kind, probe.name, probe.version, dict(probe.params), dict(probe.resources)],
        "rows": list(row_ids),
        "seed": seed,
    }
    if probe.scope == "sample":
        data |= {"weights": list(weights), "reference": probe.reference}
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def sample(examples: Sequence[Example], how: SampleSpec) -> list[Example]:
    """Draw `how.n` rows in the order of the table; with `stratify`, each label gets its proportional share.

    Rows are ranked by a hash of seed and row id, so a smaller sample is part of a larger one and the order of the
    table does not matter. Shares are rounded by largest remainder.
    """
    if how.n is None or how.n >= len(examples):
        return list(examples)
    strata: dict[str, list[int]] = defaultdict(list)
    for i, example in enumerate(examples):
        strata[(example.label or "") if how.stratify else ""].append(i)
    chosen: list[int] = []
    for label, size in _shares({k: len(v) for k, v in strata.items()}, how.n).items():
        ranked = sorted(strata[label], key=lambda i: _rank(how.seed, examples[i].row_id))
        chosen += ranked[:size]
    return [examples[i] for i in sorted(chosen)]


def merge_duplicates(examples: Sequence[Example]) -> list[PlannedRow]:
    """One row per content, the first occurrence, weighted by how often it occurs."""
    counts = Counter(example.content_id for example in examples)
    first: dict[str, Example] = {}
    for example in examples:
        first.setdefault(example.content_id, example)
    return [PlannedRow(example, counts[content]) for content, example in first.items()]


def _shares(sizes: Mapping[str, int], n: int) -> dict[str, int]:
    total = sum(sizes.values())
    exact = {label: n * size / total for label, size in sizes.items()}
    shares = {label: int(value) for label, value in exact.items()}
    rest = sorted(exact, key=lambda label: (shares[label] - exact[label], label))
    for label in rest[: n - sum(shares.values())]:
        shares[label] += 1
    return shares


def _rank(seed: int, row_id: str) -> str:
    return hashlib.sha256(f"sample\x1f{seed}\x1f{row_id}".encode()).hexdigest()


def _in_turns(queues: Sequence[list[Any]]) -> list[Any]:
    """Interleave so that all queues advance by the same share of their length."""
    keyed = [(i / len(queue), q, item) for q, queue in enumerate(queues) for i, item in enumerate(queue)]
    return [item for _, _, item in sorted(keyed, key=lambda k: k[:2])]
