"""What Python programs call: load a model, explain a text, attack it, audit a table. Engines are imported on use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from audit.errors import InputError, ProbeUnavailable, RunError
from audit.probe import make
from audit.records import AttackOutcome, Attribution, Example, Record

if TYPE_CHECKING:
    from audit.results.reading import Results
    from models.classifier import Classifier
    from models.huggingface import HuggingFaceClassifier

ROW = "text"
"""Id of the one row that a text typed in is."""


def load(name: str | Path, **options: Any) -> HuggingFaceClassifier:
    """A text classifier, ready to be asked; options as of `models.loading.load`.

    Args:
        name: bundled or registered name, folder of a model or LoRA adapter, or hub id.

    Raises:
        ModelError: it cannot be loaded.

    >>> import audit
    >>> model = audit.load("sentiment")
    >>> model.labels
    ('negative', 'positive')
    >>> print(model.predict_proba(["A quiet delight."]).round(2))
    [[0.01 0.99]]
    """
    from models.loading import load as load_model

    return load_model(name, **options)


def explain(
    model: Classifier | str | Path, text: str, method: str = "integrated_gradients", *,
    pair: str | None = None, label: str | None = None, seed: int = 0, **parameters: Any,
) -> Attribution:  # fmt: skip
    """Why a model says of a text what it says: a score for each of its words.

    Args:
        model: loaded, or as `load` takes it; then it is loaded for this one answer.
        text: as a person would type it; `pair` is the second text, for models that read two.
        method: a name of docs/probes.md.
        label: the true one, for `target="true"`.
        seed: of what is drawn.
        parameters: of the method, for example `target="negative"` or `samples=500`.

    Raises:
        UnknownName, SpecError: no such method or parameter.
        ProbeUnavailable: the model lacks what the method needs.
        InputError: the text cannot be explained.
        ModelError: the model cannot be loaded.

    >>> import audit
    >>> record = audit.explain("sentiment", "The plot is thin but the acting is superb.")
    >>> record.target, max(record.words, key=lambda word: word.score).text
    ('positive', 'superb')
    """
    return cast("Attribution", _asked("explainer", method, parameters, model, _example(text, pair, label), seed))


def attack(
    model: Classifier | str | Path, text: str, recipe: str = "deepwordbug", *,
    pair: str | None = None, label: str | None = None, seed: int = 0, **parameters: Any,
) -> AttackOutcome:  # fmt: skip
    """Whether a text can be changed a little so that the model says something else of it.

    Args:
        model: loaded, or as `load` takes it; then it is loaded for this one answer.
        text: as a person would type it; `pair` is the second text, which stays as it is.
        recipe: a name of docs/probes.md.
        label: the true one; where the model does not say it, the text is skipped. None: what the model says.
        seed: of what is drawn.
        parameters: of the recipe, for example `max_queries=200`.

    Raises:
        UnknownName, SpecError: no such recipe or parameter.
        ProbeUnavailable: the model lacks what the recipe needs, or a resource is not here.
        InputError: the text cannot be attacked.
        ModelError: the model cannot be loaded.

    >>> import audit
    >>> outcome = audit.attack("sentiment", "This film is a boring mess.")
    >>> outcome.status, outcome.perturbed_text
    ('success', 'This film is a Uboring ess.')
    """
    return cast("AttackOutcome", _asked("attack", recipe, parameters, model, _example(text, pair, label), seed))


def run(
    model: str | Path, table: str | Path, *,
    suite: str = "quick", limit: int | None = None, seed: int = 0, policy: str | Path | None = None, name: str = "",
) -> Results:  # fmt: skip
    """Audit a model on a table, and wait for the end: the same as the command `run`, with the same numbers.

    Workers are other processes, so the model is given by its name or folder. The run is kept: pages, `show` and `report` have
    it as well, and it goes on should this program end.

    Args:
        model: bundled or registered name, folder, or hub id.
        table: CSV, Excel, Parquet or JSONL file, one text per row.
        suite: quick, standard or deep.
        limit: rows at most, drawn at random in proportion to the labels; None: as many as the suite says.
        seed: of all that is drawn.
        policy: name of a policy that is kept here, or TOML file of checks with thresholds; None: the default ones.
        name: what the run is called.

    Returns:
        Its scores, findings, probes, rows and records; see `audit.results.reading.Results`.

    Raises:
        InputError, TableError, SpecError: table, suite or policy cannot be used.
        RunError: it failed or was cancelled, or no worker stays alive.
    """
    from audit.actions import runs
    from audit.actions.reading import Reader
    from audit.actor import local_user
    from audit.cli.run import check_table, make_spec
    from audit.cli.runs import follow
    from audit.results.reading import read
    from audit.table_choices import TableChoices

    spec = make_spec(
        model=str(model), base=None, device=None, csv=Path(table), choices=TableChoices(), suite=suite, spec_file=None, limit=limit,
        seed=seed, name=name, policy=None if policy is None else str(policy),
    )  # fmt: skip
    spec, _ = check_table(spec, said={})
    actor = local_user()
    ended = follow(runs.start(actor, spec).id)
    if ended.status != "finished":
        raise RunError(f"Run {ended.id} did not finish ({ended.status}). {ended.error or ''}".strip())
    return read(Reader(actor), ended.id)


def _example(text: str, pair: str | None, label: str | None) -> Example:
    return Example(ROW, text, pair=pair, label=label)


def _asked(
    kind: str, name: str, parameters: dict[str, Any], model: Classifier | str | Path, example: Example, seed: int
) -> Record:
    """The one record that a probe makes of a row."""
    probe = make(kind, name, parameters)
    classifier = load(model) if isinstance(model, str | Path) else model
    reason = probe.unavailable(classifier)
    if reason:
        raise ProbeUnavailable(reason)
    record = next(iter(probe.run(classifier, [example], seed=seed)))
    if record.error:
        raise InputError(record.error)
    return record
