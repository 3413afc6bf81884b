"""The kinds of records, and everything that differs between them: one table, which whoever needs a kind reads.

A kind is what a probe does (`attack`) and what its records are. Beside the record's class an entry says how many rows a
shard has, which columns its frame has, and where the rest stands that is made of such records: `module:attribute`,
imported on use, so that reading this table imports no engine.

To add a probe is one line here. Other packages add theirs by the entry point group `assay.probes`, each under its kind
and name joined by a dot:

    [project.entry-points."assay.probes"]
    "attack.my_recipe" = "my_package.recipes:MyRecipe"
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any, Literal, TypeVar

from audit import brought
from audit.brought import GROUP, entries
from audit.errors import UnknownName
from audit.records import (
    AttackOutcome,
    Attribution,
    BehaviourOutcome,
    DirectionOutcome,
    IdentityOutcome,
    PerturbationOutcome,
    Prediction,
    Record,
    SampleOutcome,
    SurfaceOutcome,
    TriggerOutcome,
    WordOutcome,
)

log = logging.getLogger("assay.kinds")

Scope = Literal["row", "sample"]

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Part:
    """What is made of records of a kind, among the parts that the other kinds bring.

    Attributes:
        place: where it stands in the order of all of them.
        path: `module:attribute`.
        reviewed: whether it takes besides what people judged.
    """

    place: int
    path: str
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of probe and of record.

    Attributes:
        name: as specs have it.
        record: the class of its records.
        stored: the name its records are stored under.
        shard_rows: rows of a shard: a few seconds of work on two cores, so that cancel, resume and sharing are quick; None:
            all of them, for its records are about many rows together.
        frame: name of its frame in `audit.score.frames.Frames`.
        columns: of that frame, and the type of each (`audit.score.arrays.Columns`); they are named like the record's fields.
        index: what pages filter and sort a stored record by besides what all have, `(record, data, task) -> columns`; "": nothing.
        probes: name -> `module:Class`, those on offer here, in their order of presentation.
        families: of scores, `(frames, measurer) -> measures`.
        tables: groups of the charts' tables that are kept with a run.
        chapters: of a report, see `audit.report.chapters`.
        missing: key of the sentence that says what a run lacks without them (`audit.language`).
        always: whether every audit makes such records, asked for or not.
    """

    name: str
    record: type[Any]
    stored: str
    shard_rows: int | None
    frame: str
    columns: Mapping[str, str]
    missing: str
    index: str = ""
    probes: dict[str, str] = field(default_factory=dict)
    families: tuple[Part, ...] = ()
    tables: tuple[Part, ...] = ()
    chapters: tuple[Part, ...] = ()
    always: bool = False

    @property
    def scope(self) -> Scope:
        """What its records are about: each about a `row`, or some about the `sample`."""
        return "sample" if self.shard_rows is None else "row"


EXPLAINER = Kind(
    name="explainer",
    record=Attribution,
    stored="attribution",
    shard_rows=16,
    frame="attributions",
    columns={
        "row_id": "t", "error": "?", "probe": "s", "name": "s", "target": "s", "unit": "s", "value": "d",
        "baseline_value": "d", "delta": "d", "steps": "i", "truncated": "?", "converged": "?", "words": "i", "seed": "q",
    },
    index="audit.store.indexing:attribution_columns",
    missing="finding.missing.explainer",
    probes={
        "integrated_gradients": "audit.explain.integrated_gradients:IntegratedGradients",
        "leave_one_out": "audit.explain.leave_one_out:LeaveOneOut",
        "shapley": "audit.explain.shapley:Shapley",
        "kernel_shap": "audit.explain.kernel_shap:KernelShap",
        "lime": "audit.explain.lime:Lime",
        "gradient_shap": "audit.explain.gradient_shap:GradientShap",
        "saliency": "audit.explain.saliency:Saliency",
        "attention": "audit.explain.attention:Attention",
    },
    families=(Part(4, "audit.score.faithfulness:faithfulness"), Part(10, "audit.score.importance:importance")),
    tables=(Part(3, "audit.results.tables:FAITHFULNESS"), Part(6, "audit.results.counts:EXPLAINED")),
    chapters=(Part(2, "audit.report.chapters.explanations:EXPLANATIONS"),),
)  # fmt: skip

ATTACK = Kind(
    name="attack",
    record=AttackOutcome,
    stored="attack",
    shard_rows=8,
    frame="attacks",
    columns={
        "row_id": "t", "error": "?", "probe": "s", "name": "s", "stand_ins": "s", "goal": "s", "label": "s", "status": "s",
        "before": "s", "after": "s", "queries": "i", "words_changed": "i", "words_total": "i", "words_left": "i",
        "similarity": "d", "grammar_change": "d", "valid": "b", "seconds": "d", "partial": "?",
    },
    index="audit.store.indexing:attack_columns",
    missing="finding.missing.attack",
    probes={
        "textfooler": "audit.attack.synonym_recipes:TextFooler",
        "pwws": "audit.attack.synonym_recipes:Pwws",
        "deepwordbug": "audit.attack.character_recipes:DeepWordBug",
        "textbugger": "audit.attack.character_recipes:TextBugger",
        "pruthi": "audit.attack.character_recipes:Pruthi",
        "bad_characters": "audit.attack.bad_characters:BadCharacters",
        "input_reduction": "audit.attack.other_recipes:InputReduction",
        "hotflip": "audit.attack.other_recipes:HotFlip",
        "checklist": "audit.attack.other_recipes:CheckList",
        "a2t": "audit.attack.synonym_recipes:A2t",
        "kuleshov": "audit.attack.synonym_recipes:Kuleshov",
        "iga": "audit.attack.population_recipes:Iga",
        "genetic": "audit.attack.population_recipes:Genetic",
        "faster_genetic": "audit.attack.population_recipes:FasterGenetic",
        "pso": "audit.attack.population_recipes:Pso",
        "leap": "audit.attack.population_recipes:Leap",
        "bae": "audit.attack.masked_recipes:Bae",
        "bert_attack": "audit.attack.masked_recipes:BertAttack",
        "clare": "audit.attack.masked_recipes:Clare",
        "chinese": "audit.attack.character_recipes:Chinese",
    },
    families=(
        Part(2, "audit.score.robustness:robustness", reviewed=True),
        Part(5, "audit.score.overlap:overlaps"),
    ),
    tables=(Part(2, "audit.results.tables:ATTACKED"), Part(4, "audit.results.counts:ATTACKED")),
    chapters=(Part(1, "audit.report.chapters.robustness:ROBUSTNESS"),),
)  # fmt: skip

PERTURBATION = Kind(
    name="perturbation",
    record=PerturbationOutcome,
    stored="perturbation",
    shard_rows=32,
    frame="perturbations",
    columns={
        "row_id": "t", "error": "?", "probe": "s", "name": "s", "label": "s", "before": "s", "confidence": "d",
        "variants": "i", "changed": "i", "flips": "i",
    },
    index="audit.store.indexing:perturbation_columns",
    missing="finding.missing.perturbation",
    probes={
        "keyboard_typos": "audit.behave.characters:KeyboardTypos",
        "case": "audit.behave.surface:Case",
        "punctuation": "audit.behave.surface:Punctuation",
        "contractions": "audit.behave.rewording:Contractions",
        "neutral_insertions": "audit.behave.rewording:NeutralInsertions",
        "white_space": "audit.behave.surface:WhiteSpace",
        "homoglyphs": "audit.behave.characters:LookAlikes",
        "zero_width": "audit.behave.characters:ZeroWidth",
        "numbers": "audit.behave.rewording:Numbers",
        "synonyms": "audit.behave.rewording:Synonyms",
        "sentence_order": "audit.behave.additions:SentenceOrder",
        "emoji": "audit.behave.additions:Emoji",
        "addresses": "audit.behave.additions:Addresses",
        "spelling": "audit.behave.spelling:Spelling",
        "chinese_homophones": "audit.behave.chinese:ChineseHomophones",
        "chinese_look_alikes": "audit.behave.chinese:ChineseLookAlikes",
        "chinese_script": "audit.behave.chinese:ChineseScript",
        "full_width": "audit.behave.chinese:FullWidth",
        "chinese_numbers": "audit.behave.chinese:ChineseNumbers",
        "pinyin": "audit.behave.chinese:Pinyin",
        "chinese_spacing": "audit.behave.chinese:ChineseSpacing",
    },
    families=(Part(3, "audit.score.perturbation:perturbations"),),
    tables=(Part(5, "audit.results.counts:PERTURBED"),),
    chapters=(Part(1, "audit.report.chapters.robustness:ROBUSTNESS"),),  # with the attacks
)  # fmt: skip


DIRECTION = Kind(
    name="direction",
    record=DirectionOutcome,
    stored="direction",
    shard_rows=32,
    frame="directions",
    columns={
        "row_id": "t", "error": "?", "probe": "s", "name": "s", "label": "s", "variants": "i", "kept": "i", "fall": "d",
    },
    missing="finding.missing.direction",
    probes={"negation": "audit.behave.negation:Negation"},
    families=(Part(19, "audit.score.direction:direction"),),
    chapters=(Part(11, "audit.report.chapters.direction:DIRECTION"),),
)  # fmt: skip

PREDICTION = Kind(
    name="prediction",
    record=Prediction,
    stored="prediction",
    shard_rows=256,
    frame="predictions",
    columns={
        "row_id": "t", "error": "?", "label": "s", "predicted": "s", "confidence": "d", "tokens": "i", "kept": "i",
        "truncated": "?",
    },
    index="audit.store.indexing:prediction_columns",
    missing="finding.missing.rows",
    probes={"predict": "audit.predict:Predict"},
    families=(
        Part(1, "audit.score.performance:performance"),
        Part(6, "audit.score.calibration:calibration"),
        Part(7, "audit.score.groups:groups"),
        Part(8, "audit.score.data:data"),
        Part(9, "audit.score.performance:confusions"),
        Part(16, "audit.score.group_rates:group_rates"),
        Part(17, "audit.score.group_auc:group_auc"),
    ),
    tables=(Part(1, "audit.results.tables:PREDICTED"), Part(7, "audit.results.counts:READ")),
    chapters=(
        Part(3, "audit.report.chapters.performance:PERFORMANCE"),
        Part(4, "audit.report.chapters.calibration:CALIBRATION"),
        Part(5, "audit.report.chapters.classes:CLASSES"),
    ),
    always=True,
)  # fmt: skip

SAMPLE = Kind(
    name="sample",
    record=SampleOutcome,
    stored="sample",
    shard_rows=None,
    frame="samples",
    columns={"row_id": "t", "error": "?", "probe": "s", "name": "s", "subject": "s", "rows": "i"},
    missing="finding.missing.sample",
    families=(Part(11, "audit.score.samples:samples"),),
    chapters=(Part(6, "audit.report.chapters.samples:SAMPLES"),),
)


TRIGGER = Kind(
    name="trigger",
    record=TriggerOutcome,
    stored="trigger",
    shard_rows=None,
    frame="triggers",
    columns={
        "row_id": "t", "error": "?", "probe": "s", "name": "s", "subject": "s", "phrase": "s", "target": "s", "role": "s", "words": "s",
        "place": "s", "start": "s", "middle": "s", "end": "s", "before": "s", "after": "s", "rows": "t",
    },
    missing="finding.missing.trigger",
    probes={"trigger_scan": "audit.behave.triggers.trigger_scan:TriggerScan"},
    families=(Part(18, "audit.score.triggers:triggers"),),
    chapters=(Part(9, "audit.report.chapters.triggers:TRIGGERS"),),
)  # fmt: skip


IDENTITY = Kind(
    name="identity",
    record=IdentityOutcome,
    stored="identity",
    shard_rows=32,
    frame="identities",
    columns={
        "row_id": "t", "error": "?", "probe": "s", "name": "s", "label": "s", "before": "s", "confidence": "d",
        "mentions": "i", "versions": "i", "flips": "i",
    },
    index="audit.store.indexing:identity_columns",
    missing="finding.missing.identity",
    probes={"identity_swaps": "audit.behave.identity.probe:IdentitySwaps"},
    families=(Part(15, "audit.score.identity:identity"),),
    tables=(Part(8, "audit.results.identity:COUNTED"),),
    chapters=(Part(8, "audit.report.chapters.fairness:FAIRNESS"),),
)  # fmt: skip


SHORTCUT = Kind(
    name="shortcut",
    record=SurfaceOutcome,
    stored="shortcut",
    shard_rows=32,
    frame="shortcuts",
    columns={"row_id": "t", "error": "?", "probe": "s", "name": "s", "label": "s", "edits": "i"},
    missing="finding.missing.shortcut",
    probes={"surface": "audit.behave.shortcuts.surface:Surface"},
    families=(Part(13, "audit.score.dependence:dependence"),),
    chapters=(Part(10, "audit.report.chapters.shortcuts:SHORTCUTS"),),
)


WORD = Kind(
    name="word",
    record=WordOutcome,
    stored="word",
    shard_rows=None,
    frame="word_trials",
    columns={
        "row_id": "t", "error": "?", "probe": "s", "name": "s", "subject": "s", "word": "s", "label": "s", "texts": "i",
    },
    missing="finding.missing.word",
    probes={"words": "audit.behave.shortcuts.words:Words"},
    families=(Part(14, "audit.score.word_effects:word_effects"),),
    chapters=(Part(10, "audit.report.chapters.shortcuts:SHORTCUTS"),),  # with the surface
)  # fmt: skip

BEHAVIOUR = Kind(
    name="behaviour",
    record=BehaviourOutcome,
    stored="behaviour",
    shard_rows=None,
    frame="behaviours",
    columns={
        "row_id": "t", "error": "?", "probe": "s", "name": "s", "subject": "t", "suite": "s", "capability": "s", "type": "s",
        "expects": "s", "about": "s", "place": "i",
    },
    missing="finding.missing.behaviour",
    probes={"suite": "audit.behave.suites.probe:SuiteProbe"},
    families=(Part(12, "audit.score.behaviour:behaviour"),),
    chapters=(Part(7, "audit.report.chapters.behaviour:BEHAVIOUR"),),
)  # fmt: skip

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        EXPLAINER,
        ATTACK,
        PERTURBATION,
        DIRECTION,
        PREDICTION,
        SAMPLE,
        BEHAVIOUR,
        IDENTITY,
        TRIGGER,
        SHORTCUT,
        WORD,
    )
}
STORED: dict[str, Kind] = {kind.stored: kind for kind in KINDS.values()}
"""The same by the name under which their records are stored."""

_OF_RECORD = {kind.record: kind for kind in KINDS.values()}


def of_record(record: Record) -> Kind:
    """The kind of a record."""
    return _OF_RECORD[type(record)]


def all_of(records: Iterable[Record], record: type[R]) -> list[R]:
    """The records of one class among records of several kinds."""
    return [found for found in records if isinstance(found, record)]


def as_a(record: Record | None, kind: type[R]) -> R | None:
    """The record where it is one of this class, else None."""
    return record if isinstance(record, kind) else None


def names(kind: str) -> tuple[str, ...]:
    """The names on offer of one kind, those of other packages last."""
    return tuple(_probes(kind))


def forget() -> None:
    """Look for other packages' probes anew."""
    brought.forget()
    _installed.cache_clear()


def known(probes: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Every name a probe of a run can go by: those on offer, and those its spec gives (fields id and name)."""
    given = (probe.get("id") or probe.get("name") for probe in probes)
    return tuple(dict.fromkeys([*(name for kind in KINDS for name in names(kind)), *filter(None, given)]))


def find(kind: str, name: str) -> Any:
    """Import and return the class of a probe.

    Raises:
        UnknownName: nothing of that kind has that name; the message lists the choices.
    """
    probes = _probes(kind)
    if name not in probes:
        raise UnknownName(kind, name, tuple(probes))
    return load(probes[name])


@cache
def load(path: str) -> Any:
    """What stands at `module:attribute`."""
    module, _, attribute = path.partition(":")
    return getattr(import_module(module), attribute)


def parts(what: str) -> list[Part]:
    """The `families`, `tables` or `chapters` of all kinds in their order, each once."""
    found = {part.path: part for kind in KINDS.values() for part in getattr(kind, what)}
    return sorted(found.values(), key=lambda part: part.place)


def _probes(kind: str) -> dict[str, str]:
    return {**KINDS[kind].probes, **_installed().get(kind, {})}


@cache
def _installed() -> Mapping[str, Mapping[str, str]]:
    """Kind -> name -> `module:Class` of the probes that other packages bring; what cannot be one is logged and left out."""
    found: dict[str, dict[str, str]] = {}
    for entry, path in entries():
        kind, _, name = entry.partition(".")
        if kind not in KINDS or not name:
            log.warning("the entry point %r of %s is left out: it is not KIND.NAME with one of the kinds %s",
                        entry, GROUP, ", ".join(KINDS))  # fmt: skip
        elif name in KINDS[kind].probes:
            log.warning("the entry point %r of %s is left out: Assay has such a probe itself", entry, GROUP)
        else:
            found.setdefault(kind, {})[name] = path
    return found
