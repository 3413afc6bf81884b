"""The suites ready to use: quick (about 2 minutes on 2 cores), standard (about 20), deep (hours).

Times are rough and for short sentences; the calibration measures the model at hand and never changes n.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from audit.errors import InputError, UnknownName
from audit.kinds import find, names
from audit.language.translating import tr_later
from audit.probe import languages_of
from audit.spec.model import AuditSpec, Budget, ModelSpec, ProbeSpec, SampleSpec, TableSpec
from models.text_language import fits


@dataclass(frozen=True, slots=True)
class Suite:
    """A set of probes with the number of rows it audits at most.

    `also` are those that only texts in a language have use for. `behaviour` is whether the behavioural suites that come with
    Assay and fit the model's labels are asked besides: `audit.actions.suites.of_audit` adds them.
    """

    name: str
    about: str
    rows: int | None
    probes: tuple[ProbeSpec, ...]
    budget: Budget | None = None
    also: Mapping[str, tuple[ProbeSpec, ...]] = field(default_factory=dict)
    behaviour: bool = False

    def suited(self, languages: Collection[str] = ()) -> tuple[ProbeSpec, ...]:
        """Its probes for a table in some languages: those that know one of them, and `also` what only these have.

        Args:
            languages: as `models.text_language.main_languages` gives them; none: not known, all its probes as they are.
        """
        kept = tuple(p for p in self.probes if not languages or _knows_one(p, languages))
        added = tuple(probe for language in sorted(languages) for probe in self.also.get(language, ()))
        first = next((i for i, probe in enumerate(kept) if probe.kind == "perturbation"), len(kept))
        return (*kept[:first], *added, *kept[first:])


def _knows_one(probe: ProbeSpec, languages: Collection[str]) -> bool:
    known = languages_of(find(probe.kind, probe.name))
    return any(fits(language, known) for language in languages)


def _probe(kind: str, name: str, rows: int | None = None, **params: Any) -> ProbeSpec:
    return ProbeSpec(kind=kind, name=name, rows=rows, params=params)


def _perturbations(*, without: tuple[str, ...] = (), of: tuple[str, ...] | None = None) -> tuple[ProbeSpec, ...]:
    chosen = of if of is not None else names("perturbation")
    return tuple(_probe("perturbation", name) for name in chosen if name not in without)


SAMPLED = {"carriers": 1, "shortlist": 300, "rows": 30, "beam": 0, "hidden": 600}
"""The scan for triggers that the standard suite has time for: the whole vocabulary in one carrier, phrases looked for in few texts of
many words, and none grown. Its `rows` are those that each class is judged by; the scan itself sees all rows of the audit."""


def _what_else(*, whole: bool = False) -> tuple[ProbeSpec, ...]:
    """Faults of other kinds than how easily a decision turns: who is named, what should not matter, what was planted."""
    return (
        _probe("direction", "negation"),
        _probe("identity", "identity_swaps"),
        _probe("shortcut", "surface", None if whole else 200),
        _probe("word", "words"),
        _probe("sample", "strange_texts"),
        ProbeSpec(kind="trigger", name="trigger_scan", params={} if whole else SAMPLED),
    )


HARMLESS = (
    "keyboard_typos", "case", "punctuation", "contractions", "neutral_insertions", "white_space", "homoglyphs",
    "zero_width", "numbers", "synonyms",
)  # fmt: skip
"""The set, in its first version, over which the quick and the standard suite take the worst case; figures of models compare by
it. One more would make every model's worst case worse: the others stand in the deep suite, or are chosen by hand."""


CHINESE = (
    "chinese_homophones", "chinese_look_alikes", "chinese_script", "full_width", "chinese_numbers", "pinyin", "chinese_spacing",
)  # fmt: skip
"""Perturbations that no other texts have a use for."""
SLOW_PERTURBATIONS = ("synonyms",)
"""They need WordNet and the sentence encoder."""
QUICK_WORDS = 100
"""Words of a text that the quick suite attacks: 400 words, each a question of 512 tokens and more, are minutes a row."""
METRICS = ("faithfulness",)
"""Groups of explanation metrics the standard suite measures."""


def _quick() -> Suite:
    return Suite(
        "quick",
        tr_later(
            "About 2 minutes: 50 rows; integrated gradients, misspellings (DeepWordBug) and the cheap perturbations."
        ),
        50,
        (
            _probe("prediction", "predict"),
            _probe("explainer", "integrated_gradients"),
            _probe("attack", "deepwordbug", most_words=QUICK_WORDS),
            *_perturbations(of=HARMLESS, without=SLOW_PERTURBATIONS),
        ),
        also={"zh": (_probe("attack", "chinese", most_words=QUICK_WORDS),)},
    )


def _standard() -> Suite:
    return Suite(
        "standard",
        tr_later(
            "About 20 minutes: 500 rows; two explanation methods with measured faithfulness, three attacks and input "
            "reduction, every perturbation; what people are named, what should not matter, planted triggers, and the "
            "behavioural suite that fits the labels."
        ),
        500,
        (
            _probe("prediction", "predict"),
            _probe("embedding", "last_layer"),
            _probe("explainer", "integrated_gradients", 200, metrics=METRICS),
            _probe("explainer", "leave_one_out", 200, metrics=METRICS),
            _probe("attack", "deepwordbug"),
            _probe("attack", "textfooler", 200),
            _probe("attack", "pwws", 200),
            _probe("attack", "input_reduction", 100),
            *_perturbations(of=HARMLESS),
            *_what_else(),
        ),
        also={"zh": (_probe("attack", "chinese", 200), *_perturbations(of=CHINESE))},
        behaviour=True,
    )


def _deep() -> Suite:
    explainers = ("integrated_gradients", "leave_one_out", "shapley", "kernel_shap", "lime", "gradient_shap")
    fast = (
        "deepwordbug",
        "pruthi",
        "textbugger",
        "bad_characters",
        "checklist",
        "textfooler",
        "pwws",
        "a2t",
        "hotflip",
    )
    slow = ("kuleshov", "faster_genetic", "iga", "pso", "leap", "bae", "bert_attack", "clare")
    return Suite(
        "deep",
        tr_later(
            "Hours: 2,000 rows; six explanation methods with every metric, every attack on the table's language whose "
            "resources are here, every perturbation; all that the standard suite looks for besides, more thoroughly."
        ),
        2000,
        (
            _probe("prediction", "predict"),
            _probe("embedding", "last_layer"),
            *(_probe("explainer", name, 300, metrics=True) for name in explainers),
            *(_probe("attack", name, 1000) for name in fast),
            *(_probe("attack", name, 200) for name in slow),
            _probe("attack", "input_reduction", 500),
            *_perturbations(without=CHINESE),
            *_what_else(whole=True),
        ),
        Budget(queries_per_row=5000),
        also={"zh": (_probe("attack", "chinese", 1000), *_perturbations(of=CHINESE))},
        behaviour=True,
    )


SUITES: dict[str, Suite] = {made.name: made for made in (_quick(), _standard(), _deep())}


def suite(name: str) -> Suite:
    """The suite of that name.

    Raises:
        UnknownName: no such suite.
    """
    if name not in SUITES:
        raise UnknownName("suite", name, tuple(SUITES))
    return SUITES[name]


def suite_spec(
    name: str,
    model: ModelSpec,
    table: TableSpec,
    *,
    limit: int | None = None,
    seed: int = 0,
    policy: Mapping[str, Any] | None = None,
    title: str = "",
    reference: TableSpec | None = None,
    languages: Collection[str] = (),
) -> AuditSpec:
    """An AuditSpec of a suite for one model and table.

    Args:
        name: quick, standard or deep.
        model, table: what to audit.
        limit: at most this many rows, instead of the suite's number.
        seed: of the sample and of everything drawn at random.
        policy: checks with thresholds; None: the default policy.
        title: the run's name.
        reference: a table to compare the audited one with.
        languages: what the table is written in, see `Suite.suited`.

    Raises:
        UnknownName: no such suite.
    """
    chosen = suite(name)
    return AuditSpec(
        name=title,
        suite=name,
        model=model,
        table=table,
        reference=reference,
        probes=chosen.suited(languages) if reference is None else compared(chosen.suited(languages)),
        sample=SampleSpec(n=limit if limit is not None else chosen.rows, seed=seed),
        seed=seed,
        policy=policy,
        budget=chosen.budget or Budget(),
    )


def compared(probes: Sequence[ProbeSpec]) -> tuple[ProbeSpec, ...]:
    """The probes, with what an audit takes besides where a reference table is given: where rows lie, and the table itself."""
    kinds = {probe.kind for probe in probes}
    more = (_probe("embedding", "last_layer"), _probe("reference", "reference_rows"))
    return (*probes, *(probe for probe in more if probe.kind not in kinds))


def without(probes: Iterable[ProbeSpec], names: Collection[str]) -> tuple[ProbeSpec, ...]:
    """The probes that are not of a kind, and not called, as one of the names says; predictions stay, since all else builds on them.

    Args:
        probes: of a spec.
        names: kinds (attack, explainer ...), registered names or ids.

    Raises:
        InputError: it is the predictions that are named.
        UnknownName: none of the probes is called so.
    """
    probes = kept = tuple(probes)
    for name in names:
        if name in ("prediction", "predict"):
            raise InputError("Predictions cannot be left out: everything else builds on them.")
        left = tuple(probe for probe in kept if name not in (probe.kind, probe.name, probe.id))
        if len(left) == len(kept):
            offered = {
                word for probe in probes if probe.kind != "prediction" for word in (probe.kind, probe.id or probe.name)
            }
            raise UnknownName("kind or probe of this audit", name, tuple(offered))
        kept = left
    return kept
