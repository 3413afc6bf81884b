"""What can be asked. Each action takes the task and its arguments and returns JSON data; engines are imported on use."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from audit.errors import AuditError, ProbeUnavailable, in_words
from audit.kinds import find, names
from audit.language.translating import tr_later
from audit.live.holding import LiveModels, watched
from audit.records import Example, to_dict
from audit.run.logs import log_error
from models.catalog import find as find_model
from models.known_languages import measured_languages, of_rows, read_languages

if TYPE_CHECKING:
    from audit.live.task import Task
    from models.classifier import Classifier

log = logging.getLogger("assay.live")

MODELS = LiveModels()
ROW = "0" * 16
"""Row id of a text that was typed: the same text gets the same answer whoever asks."""
LONGEST = 50_000
"""Characters of a text that may be asked about; of lengths, the rest is left out, for no model reads as far."""
MOST_GROUPS = 50
"""More groups than any dimension of people has."""
FEW = 16
"""Texts measured between two looks at whether the question was taken back."""


def facts(
    task: Task,
    model: str,
    base: str | None = None,
    labels: Sequence[str] | None = None,
    text: str = "A short sentence.",
) -> dict[str, Any]:
    """Load a model and say what it can do: labels, fingerprint, limits, capabilities, and its answer to `text`."""
    _check_length([text])
    classifier = MODELS.use(model, task.ending, base=base, labels=labels, loading=task.loading)
    under = getattr(classifier, "base", None)  # what an adapter was merged into
    measured = measured_languages(classifier)
    return {
        **_answers(classifier), "fingerprint": classifier.fingerprint,
        "reads": list(read_languages(measured).languages) if measured else None,
        "max_tokens": classifier.max_tokens, "device": classifier.device, "dtype": classifier.dtype,
        "engine": classifier.engine, "capabilities": [k for k, v in asdict(classifier.capabilities).items() if v],
        "absent": dict(classifier.absent), "base_sha256": getattr(under, "sha256", None),
        "probs": _probs(classifier, [text])[0],
    }  # fmt: skip


def predict(task: Task, model: str, texts: Sequence[str], pair: str | None = None) -> dict[str, Any]:
    """Probabilities of some texts, with how much of each the model read."""
    _check_length([*texts, pair or ""])
    classifier = _loaded(task, model)
    inputs: list[Any] = [(text, pair) if pair is not None else text for text in texts]
    encodings = classifier.encode(inputs)
    with watched(classifier, task):
        probs = _probs(classifier, inputs)
    return {
        **_answers(classifier), "probs": probs, "kept": [e.kept for e in encodings],
        "tokens": [e.total for e in encodings],
    }  # fmt: skip


def lengths(task: Task, model: str, texts: Sequence[str]) -> dict[str, Any]:
    """How many tokens each text has, how many the model reads, and how many of all those it does not know; runs no forward pass."""
    classifier = _loaded(task, model)
    kept: list[int] = []
    tokens: list[int] = []
    unknown = content = 0
    for start in range(0, len(texts), FEW):
        task.pause()
        rows, totals = classifier.encode_rows([text[:LONGEST] for text in texts[start : start + FEW]])
        kept += [len(row) for row in rows]
        tokens += totals
        strange, known = of_rows(classifier, rows)
        unknown, content = unknown + strange, content + known
    return {"kept": kept, "tokens": tokens, "unknown": unknown, "content": content}


def languages(task: Task, model: str) -> dict[str, Any]:
    """The languages that a registered model knows, by its card or its tokenizer (`models.known_languages.Known`)."""
    from models.tokenizer_languages import languages_known

    task.pause()
    if find_model(model) is None:  # whoever registered it may use its folder; of others nothing is looked at
        raise AuditError(f"There is no model named {model!r} in the catalog.")
    known = languages_known(model)
    return {"languages": list(known.languages), "by": known.by}


def methods(task: Task, model: str) -> dict[str, Any]:
    """Every explanation method and attack recipe, with why it cannot be used on this model (None when it can)."""
    classifier = _loaded(task, model)
    return {kind: {name: _reason(kind, name, classifier) for name in names(kind)} for kind in ("explainer", "attack")}


def explain(
    task: Task, model: str, text: str, methods: Sequence[str], target: str = "predicted", pair: str | None = None,
    parameters: Mapping[str, Mapping[str, Any]] | None = None, seed: int = 0,
) -> dict[str, Any]:  # fmt: skip
    """Attributions of one text by several methods, each sent as a part as soon as it is there."""
    from audit.explain.explaining import explain as explain_rows
    from audit.explain.running import Engine

    _check_length([text, pair or ""])
    classifier = _loaded(task, model)
    engine, made = Engine(classifier), 0  # type: ignore[arg-type]
    with watched(classifier, task, lambda: engine.asked):
        for name in methods:
            explainer = find("explainer", name)(target=target, **(parameters or {}).get(name, {}))
            for _, record in explain_rows(classifier, [explainer], [_example(text, pair)], seed=seed, engine=engine):
                task.report({"method": name, "record": to_dict(record)})
                made += 1
    return {"made": made, "evaluations": engine.evaluations, "gradients": engine.gradients}


def counterfactual(
    task: Task, model: str, text: str, removal: Literal["delete", "mask"] = "delete", pair: str | None = None
) -> dict[str, Any]:
    """The smallest set of words whose removal changes the prediction, found greedily and verified by the model."""
    from audit.explain.counterfactual import smallest_change

    _check_length([text, pair or ""])
    classifier = _loaded(task, model)
    with watched(classifier, task):
        found = smallest_change(classifier, _example(text, pair), removal=removal)
    return {
        **_answers(classifier), "before": list(found.before_probs), "after": list(found.after_probs),
        "said": found.after, "flips": found.flips, "verified": found.verified, "minimal": found.minimal,
        "words": [{"text": w.text, "start": w.start, "end": w.end, "segment": w.segment} for w in found.words],
        "evaluations": found.evaluations,
    }  # fmt: skip


def attack(
    task: Task, model: str, text: str, recipe: str, label: str | None = None,
    parameters: Mapping[str, Any] | None = None, seed: int = 0,
) -> dict[str, Any]:  # fmt: skip
    """One recipe on one text, now; without `label` the model's own prediction is what it attacks."""
    _check_length([text])
    classifier = _loaded(task, model)
    probe = find("attack", recipe)(**dict(parameters or {}))
    reason = probe.unavailable(classifier)
    if reason:
        raise ProbeUnavailable(reason)
    with watched(classifier, task):
        outcome = next(iter(probe.run(classifier, [_example(text, None, label)], seed=seed)))
    return {**_answers(classifier), "outcome": to_dict(outcome)}


def swaps(task: Task, model: str, text: str, pair: str | None = None, seed: int = 0) -> dict[str, Any]:
    """A text said of every other group, now; one that speaks of nobody gets neutral sentences about all of them."""
    from audit.behave.identity.lists import DIMENSIONS
    from audit.behave.identity.probe import IdentitySwaps

    _check_length([text, pair or ""])
    classifier = _loaded(task, model)
    probe = IdentitySwaps(versions=MOST_GROUPS, sentences=len(DIMENSIONS))
    with watched(classifier, task):
        outcome = next(iter(probe.run(classifier, [_example(text, pair)], seed=seed)))
    return {**_answers(classifier), "outcome": to_dict(outcome)}


def _answers(classifier: Classifier) -> dict[str, Any]:
    """What whoever reads probabilities needs to know to read answers from them (`models.task.task_of`)."""
    return {
        "labels": list(classifier.labels), "head": classifier.head, "thresholds": list(classifier.thresholds),
    }  # fmt: skip


def _loaded(task: Task, model: str) -> Classifier:
    return MODELS.use(model, task.ending, loading=task.loading)


def _check_length(texts: Sequence[str]) -> None:
    """Refuse what would hold up everybody else's questions, whoever sends it."""
    longest = max(map(len, texts), default=0)
    if longest > LONGEST:
        raise AuditError(
            f"This text has {longest:,} characters, and at most {LONGEST:,} can be asked about here; shorten it, or audit "
            "it as a row of a table."
        )


def _reason(kind: str, name: str, classifier: Classifier) -> str | None:
    try:
        reason: str | None = find(kind, name)().unavailable(classifier)
    except Exception as error:  # one broken method must not hide the others
        log_error(log, f"{name} cannot be tried", error)
        return tr_later(f"{name} cannot be used here. {in_words(error)}")
    return reason


def _example(text: str, pair: str | None, label: str | None = None) -> Example:
    return Example(ROW, text, pair=pair, label=label)


def _probs(classifier: Classifier, inputs: Sequence[Any]) -> list[list[float]]:
    return [[round(float(p), 6) for p in row] for row in classifier.predict_proba(list(inputs))]


ACTIONS: dict[str, Callable[..., dict[str, Any]]] = {
    "facts": facts,
    "predict": predict,
    "lengths": lengths,
    "languages": languages,
    "methods": methods,
    "explain": explain,
    "counterfactual": counterfactual,
    "attack": attack,
    "swaps": swaps,
}
