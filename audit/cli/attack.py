"""`python -m audit attack`: attack every row of a table with one or more recipes, and say what share survives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.cli.attack_list import list_recipes
from audit.cli.attack_summary import Counts
from audit.cli.common import (
    FAILED,
    BaseOption,
    DeviceOption,
    JsonOption,
    LevelOption,
    LimitOption,
    SeedOption,
    UngroupedTable,
    emit_json,
    progress,
    stderr,
    stdout,
)
from audit.cli.json_lines import JsonLines
from audit.cli.score_lines import note_lines, score_json, score_table, side_by_side
from audit.language.translating import tr, tr_later
from models.telling import again

if TYPE_CHECKING:
    from audit.cli.attack_work import Job
    from audit.cli.measured import Measuring
    from audit.records import AttackOutcome
    from audit.score.frames import Frames
    from audit.score.measurer import Measurer
    from audit.score.measures import Measure
    from audit.scored import Score
    from audit.table import AuditTable
    from audit.table_choices import TableChoices
    from models.classifier import Classifier

ROWS_READ = 2_048

ModelChoice = Annotated[str | None, typer.Option("--model", help="Bundled or registered name, folder, or hub id.")]
CsvChoice = Annotated[
    Path | None, typer.Option("--csv", help="CSV, Excel, Parquet or JSONL file with one text per row.")
]
RecipeOption = Annotated[list[str] | None, typer.Option("--recipe", help="Name of a recipe; may be given again.")]
OutChoice = Annotated[Path | None, typer.Option("--out", help="File to write, one JSON object a line (.jsonl).")]
QueriesOption = Annotated[int | None, typer.Option("--max-queries", min=1, help="Texts asked about for one row.")]
WordsOption = Annotated[
    float | None, typer.Option("--max-words", min=0.0, help="Words that may change: a number, or a share below 1.")
]
SimilarityOption = Annotated[
    float | None, typer.Option("--min-similarity", help="Least cosine with the original, for every candidate.")
]
ParamOption = Annotated[
    list[str] | None,
    typer.Option("--param", help="NAME=VALUE for the recipes that have it, or RECIPE.NAME=VALUE; repeat for more."),
]
TargetOption = Annotated[str | None, typer.Option("--target", help="Aim at this label instead of at any other answer.")]
WorkersOption = Annotated[int, typer.Option("--workers", min=1, help="Processes; changes no outcome.")]
ListOption = Annotated[bool, typer.Option("--list", help="Show the recipes, what they need and what is here.")]


def attack(
    *,
    model: ModelChoice = None,
    csv: CsvChoice = None,
    recipe: RecipeOption = None,
    out: OutChoice = None,
    limit: LimitOption = None,
    seed: SeedOption = 0,
    max_queries: QueriesOption = None,
    max_words: WordsOption = None,
    min_similarity: SimilarityOption = None,
    target: TargetOption = None,
    param: ParamOption = None,
    workers: WorkersOption = 1,
    choices: UngroupedTable,
    base: BaseOption = None,
    device: DeviceOption = None,
    level: LevelOption = 0.95,
    as_json: JsonOption = False,
    show: ListOption = False,
) -> None:
    """Attack rows and write one outcome a line: status, texts, probabilities, changes, queries, seed, resources.

    Rows the model already has wrong are skipped and count as lost in the accuracy. Duplicates are attacked once and
    count as rows. Without labels the model's own prediction stands in, and what is printed is the share of predictions
    retained. The scores and their intervals are those an audit of these rows has.
    """
    from audit.cli.attack_work import Job, engine_for
    from audit.cli.measured import Measuring
    from audit.errors import InputError

    if show:
        list_recipes(model, as_json=as_json)
        return
    if model is None or csv is None or out is None or not recipe:
        raise InputError("An attack needs --model, --csv, --recipe and --out; --list shows the recipes.")
    if out.suffix != ".jsonl" or out.resolve() == csv.resolve():
        raise InputError(f"--out must be a .jsonl file other than the table, not '{out}'.")
    budgets = {"max_queries": max_queries, "max_words": max_words, "min_similarity": min_similarity}
    params: dict[str, Any] = {name: value for name, value in budgets.items() if value is not None}
    _check_names(recipe)
    own = _own(recipe, param or [])
    classifier, table = _open(model, base, device, csv, choices, limit)
    if target is not None:
        params |= {"goal": "targeted", "target": _label(target, classifier.labels)}
    _check({name: {**params, **own[name]} for name in own}, classifier)
    job = Job(model, base, classifier.device, engine_for(len(table)), seed, params, workers)
    measuring = Measuring(classifier)
    for examples in table.chunks(ROWS_READ):
        measuring.add_rows(examples)
    with JsonLines(out) as file:
        counted = [
            _run_recipe(name, replace(job, params={**params, **own[name]}), classifier, table, file, measuring)
            for name in own
        ]
    scores = _scores(measuring, seed, level)
    if as_json:
        labelled = table.unlabelled < len(table)
        emit_json(
            {
                "out": str(out),
                "recipes": [counts.summary(scores, labelled=labelled) for counts in counted],
                "scores": [score_json(score) for score in scores],
            }
        )
    else:
        _tell(counted, side_by_side(score for score in scores if not score.slice))
    if any(counts.statuses["error"] for counts in counted):
        raise typer.Exit(FAILED)


def _run_recipe(
    name: str, job: Job, classifier: Classifier, table: AuditTable, file: JsonLines, measuring: Measuring
) -> Counts:
    from audit.cli.attack_work import outcomes
    from audit.records import to_dict

    counts = Counts(name)
    with progress(tr("{recipe} on {table}", recipe=name, table=table.source.name), len(table)) as advance:
        for outcome, weight in outcomes(name, job, classifier, table):
            file.write(to_dict(outcome))
            if weight:
                counts.add(outcome, weight)
                measuring.add(outcome)
                _add_prediction(measuring, classifier, outcome)
            advance()
    for error in counts.messages:
        stderr.print(f"  {again(error)}")
    return counts


def _add_prediction(measuring: Measuring, classifier: Classifier, outcome: AttackOutcome) -> None:
    """What the model said of the row before the attack."""
    from audit.records import Prediction

    if outcome.error is None and outcome.original_probs:
        predicted = classifier.task.answer(outcome.original_probs)
        measuring.add(Prediction(outcome.row_id, predicted, outcome.original_probs, 0, 0))


def _scores(measuring: Measuring, seed: int, level: float) -> list[Score]:
    """Those of the recipes; before them the model's accuracy on the rows as they are, if a recipe tried to lower it."""
    from audit.score.performance import performance
    from audit.score.robustness import robustness
    from audit.score.scoring import measure_families

    def before(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
        if (frames.attacks["goal"] == "untargeted").any():
            yield from islice(performance(frames, measurer), 1)

    return measure_families(measuring.frames(), [before, robustness], seed=seed).scores(level)


def _tell(counted: list[Counts], scores: list[Score]) -> None:
    """The counts of each recipe, the scores of all, and what must be known of them."""
    for counts in counted:
        stdout.print(counts.sentence())
    stdout.print()
    stdout.print(score_table(scores))
    notes = note_lines(scores)
    for line in ["", *notes] if notes else []:
        stdout.print(line)


def _open(
    model: str,
    base: str | None,
    device: str | None,
    csv: Path,
    choices: TableChoices,
    limit: int | None,
) -> tuple[Any, Any]:
    from audit.cli.attack_work import engine_for
    from audit.cli.tables import accept, for_model
    from audit.table import TableOptions, open_table
    from models import load

    table = open_table(csv, TableOptions.of(choices, limit=limit))
    if not len(table):
        accept(table, keep_good=choices.keep_good)
    engine = engine_for(len(table))
    classifier = load(model, base=base, device=device, engine=engine)
    return classifier, for_model(table, classifier, choices)


def _check_names(recipes: list[str]) -> None:
    """Say before the model is loaded which recipes there are not."""
    from audit.cli.attack_list import NOT_YET
    from audit.errors import InputError
    from audit.kinds import find

    for name in recipes:
        if name in NOT_YET:
            raise InputError(f"{name} {NOT_YET[name]}; --list shows the recipes that can run.")
        find("attack", name)


def _label(said: str, labels: tuple[str, ...]) -> str:
    """The model's label that is meant, however it is cased."""
    from audit.errors import InputError

    if said in labels:
        return said
    alike = [label for label in labels if label.casefold() == said.strip().casefold()]
    if len(alike) != 1:
        more = tr_later(f" and {len(labels) - 20} more") if len(labels) > 20 else ""
        raise InputError(f"--target '{said}' is none of the model's labels: {', '.join(labels[:20])}{more}.")
    return alike[0]


def _own(recipes: list[str], params: list[str]) -> dict[str, dict[str, Any]]:
    """What `--param` says of each recipe; the first ones have options of their own."""
    from audit.cli import parameters
    from audit.kinds import find

    classes = {name: find("attack", name) for name in dict.fromkeys(recipes)}
    return parameters.given(classes, params, without=("max_queries", "max_words", "min_similarity", "goal", "target"))


def _check(recipes: dict[str, dict[str, Any]], classifier: Any) -> None:
    """Say before any work what cannot run, rather than after the first recipe."""
    from audit.errors import ProbeUnavailable
    from audit.kinds import find

    reasons = [find("attack", name)(**params).unavailable(classifier) for name, params in recipes.items()]
    given = [reason for reason in reasons if reason]
    if given:
        raise ProbeUnavailable(" ".join(given))
