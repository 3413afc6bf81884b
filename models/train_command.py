"""`python -m models train`: from a table to a model folder with its card."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from models.base import BASE_NAME
from models.errors import ModelError, TrainingError
from models.table_options import Reading
from models.terminal import stderr, stdout, visible
from models.translating import tr, tr_later
from models.writing import check_place, is_free, whole_folder

Method = Literal["lora", "full"]
_TRIED = 8  # texts
STOPPED = {"finished": tr_later("finished"), "early": tr_later("early"), "interrupted": tr_later("interrupted")}
"""How training ended."""
_SAME = 1e-3  # of a probability: merged and unmerged matrices differ by rounding alone


def train(
    *,
    csv: Annotated[
        Path, typer.Option("--csv", help="CSV, Excel, Parquet or JSONL file with one text and its label per row.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the trained model; must be new or empty.")],
    text: Annotated[str, typer.Option("--text", help="Column of the text.")] = "text",
    label: Annotated[str, typer.Option("--label", help="Column of the label.")] = "label",
    reading: Reading,
    base: Annotated[str, typer.Option("--base", help="Base model: bundled name, folder or hub id.")] = BASE_NAME,
    method: Annotated[Method, typer.Option("--method", help="lora (small adapter) or full.")] = "lora",
    eval_csv: Annotated[Path | None, typer.Option("--eval-csv", help="Table to choose the best step on.")] = None,
    eval_sheet: Annotated[str | None, typer.Option("--eval-sheet", help="Sheet of --eval-csv, if not --sheet.")] = None,
    eval_share: Annotated[float, typer.Option("--eval-share", help="Share set aside without --eval-csv.")] = 0.1,
    test_csv: Annotated[
        Path | None, typer.Option("--test-csv", help="Table for the final report; never learned from.")
    ] = None,
    test_sheet: Annotated[str | None, typer.Option("--test-sheet", help="Sheet of --test-csv, if not --sheet.")] = None,
    epochs: Annotated[int, typer.Option("--epochs", min=1)] = 5,
    batch_size: Annotated[int, typer.Option("--batch-size", min=1)] = 32,
    accumulate: Annotated[int, typer.Option("--accumulate", min=1, help="Batches per optimizer step.")] = 1,
    learning_rate: Annotated[
        float | None, typer.Option("--learning-rate", help="Default: lora 1e-3, full 5e-5.")
    ] = None,
    warmup: Annotated[float, typer.Option("--warmup", help="Share of the steps spent warming up.")] = 0.06,
    dropout: Annotated[float | None, typer.Option("--dropout", help="Dropout of the classification head.")] = None,
    label_smoothing: Annotated[float, typer.Option("--label-smoothing")] = 0.0,
    class_weights: Annotated[bool, typer.Option("--class-weights", help="Weight labels by inverse frequency.")] = False,
    lora_rank: Annotated[int, typer.Option("--lora-rank", min=1)] = 16,
    lora_alpha: Annotated[int, typer.Option("--lora-alpha", min=1)] = 32,
    lora_dropout: Annotated[float, typer.Option("--lora-dropout", min=0, max=0.9)] = 0.05,
    average: Annotated[
        float | None,
        typer.Option(
            "--average", min=0, max=0.99999, help="Keep a running average of the weights: its decay per step."
        ),
    ] = None,
    max_tokens: Annotated[int, typer.Option("--max-tokens", min=8, help="Longer texts are cut while training.")] = 128,
    evaluations: Annotated[int, typer.Option("--evaluations", min=1, help="Evaluations per epoch.")] = 1,
    patience: Annotated[
        int, typer.Option("--patience", min=1, help="Stop after so many evaluations without gain.")
    ] = 3,
    seed: Annotated[int, typer.Option("--seed")] = 0,
    bf16: Annotated[bool, typer.Option("--bf16", help="Mixed precision, where the device has it.")] = False,
    device: Annotated[str | None, typer.Option("--device")] = None,
    threads: Annotated[int | None, typer.Option("--threads", min=1)] = None,
    tensorboard: Annotated[Path | None, typer.Option("--tensorboard", help="Folder for TensorBoard logs.")] = None,
    data_licence: Annotated[str, typer.Option("--data-licence", help="Licence of the data, for the card.")] = tr_later(
        "not stated"
    ),
    data_name: Annotated[str | None, typer.Option("--data-name", help="Name of the data set, for the card.")] = None,
) -> None:
    """Fine-tune a text classifier; the best step is kept, also when you press Ctrl-C."""
    from models.text_language import counted, main_languages, row_languages
    from models.trained_on import note_place, told_of
    from models.training_data import read_labels, read_texts, stratified_split
    from models.training_settings import TrainingSettings

    if not is_free(out):
        raise TrainingError(f"{out}: the folder is not empty; choose a new one with --out.")
    labels = read_labels(csv, label, reading)
    data = read_texts(csv, text, label, labels, reading)
    if eval_csv is not None:
        evaluation = read_texts(
            eval_csv, text, label, labels, reading.model_copy(update={"sheet": eval_sheet or reading.sheet})
        )
    else:
        data, evaluation = stratified_split(data, eval_share, seed)
    test = None
    if test_csv is not None:
        test = read_texts(
            test_csv, text, label, labels, reading.model_copy(update={"sheet": test_sheet or reading.sheet})
        )
    settings = TrainingSettings(
        method=method, base=base, epochs=epochs, batch_size=batch_size, accumulate=accumulate,
        learning_rate=learning_rate or (1e-3 if method == "lora" else 5e-5), warmup=warmup, dropout=dropout,
        label_smoothing=label_smoothing, class_weights=class_weights, lora_rank=lora_rank, lora_alpha=lora_alpha,
        lora_dropout=lora_dropout, average=average, max_tokens=max_tokens, evaluations=evaluations,
        patience=patience, seed=seed, bf16=bf16, device=device, threads=threads,
    )  # fmt: skip
    rows, chosen_on = len(data), len(evaluation)
    told = tr(
        "{rows} rows to learn from, {n} to choose on, {labels} labels.", rows=rows, n=chosen_on, labels=len(labels)
    )
    stderr.print(told)
    check_place(out)  # before anything is learnt that could not be kept
    with noted_training(out):
        trained = _train_with_bar(data, evaluation, labels, settings, tensorboard)
        card = {
            "name": data_name or csv.stem,
            "base": base,
            "method": method,
            "labels": list(labels),
            "languages": list(main_languages(counted(row_languages(data.texts)))),
            "data": {
                "name": data_name or csv.stem,
                "licence": data_licence,
                "training": {
                    **told_of(csv, text, label, reading),
                    "file": data.source,
                    "rows": len(data),
                    "sha256": data.sha256,
                },
                "evaluation": {"file": evaluation.source, "rows": len(evaluation), "sha256": evaluation.sha256},
            },
            "settings": asdict(settings),
            "best": {"step": trained.best_step, "evaluation_accuracy": round(trained.best_accuracy, 6)},
            "stopped": trained.stopped,
            "seconds": round(trained.seconds, 1),
            "history": [{k: round(v, 6) for k, v in point.items()} for point in trained.history],
            "metrics": {"evaluation": _report(trained, evaluation, labels)},
            "command": command_line(),
        }
        if test is not None:
            card["data"]["test"] = {"file": test.source, "rows": len(test), "sha256": test.sha256}  # type: ignore[index]
            card["metrics"]["test"] = _report(trained, test, labels)  # type: ignore[index]
        with whole_folder(out) as made:
            trained.trainee.save(made)
            reloaded = _reloaded(trained, made, evaluation.texts)
            if reloaded.base is not None:
                card["base_sha256"] = reloaded.base.sha256
            finish(made, card)
        with _without_note(tr_later("Where the training table lies could not be noted: {why}")):
            note_place(csv, data.sha256)
    step, took = trained.best_step, f"{trained.seconds:.0f}"
    why = tr(STOPPED[trained.stopped])
    stdout.print(
        tr("Saved to {out}. Kept step {step} ({why}, {seconds} s).", out=str(out), step=step, why=why, seconds=took)
    )


def _train_with_bar(data: Any, evaluation: Any, labels: Any, settings: Any, log_folder: Path | None) -> Any:
    from rich.progress import Progress as Bar
    from rich.progress import TextColumn

    from models.training import Progress, train

    with Bar(*Bar.get_default_columns(), TextColumn("{task.fields[note]}"), console=stderr) as bar:
        task = bar.add_task(tr("training"), total=None, note="")

        def show(progress: Progress) -> None:
            note = tr(
                "step {step}/{steps}, loss {loss}",
                step=progress.step,
                steps=progress.steps,
                loss=f"{progress.loss:.4f}",
            )
            if progress.accuracy is not None:
                note = tr("{step}, accuracy {accuracy}", step=note, accuracy=f"{progress.accuracy:.4f}")
            bar.update(task, total=progress.steps, completed=progress.step, note=note)
            if not stderr.is_terminal and progress.step % 500 == 0:
                stderr.print(note)

        return train(data, evaluation, labels, settings, show, log_folder)


def _reloaded(trained: Any, out: Path, texts: Any) -> Any:
    """Load what was saved, and make sure that it answers as what was trained.

    Raises:
        TrainingError: it does not.
    """
    import numpy as np

    from models.loading import load

    trainee = trained.trainee
    found = load(out, device=trainee.classifier.device)
    worst = 0.0
    for text in texts[:_TRIED]:  # one at a time: how rows are batched is another question
        (row,) = trainee.encode([text])
        expected = trainee.classifier.probabilities(trainee.predict([text]))
        worst = max(worst, float(np.abs(found.probabilities(found.logits([row])) - expected).max()))
    if not worst < _SAME:
        raise TrainingError(
            f"What was saved answers otherwise than what was trained (probabilities differ by up to {worst:.3f}), so it "
            "is of no use and was removed; train with --method full, or another base."
        )
    return found


def _report(trained: Any, data: Any, labels: Any) -> dict[str, Any]:
    from models.card import classification_report
    from models.task import most_probable

    logits = trained.trainee.predict(data.texts)
    return classification_report(data.targets, most_probable(logits), labels)


def command_line() -> str:
    """The command as typed, with the folder of the data written as $ASSAY_DATA where that is set."""
    typed = shlex.join(["python", "-m", "models", *sys.argv[1:]])
    folder = os.environ.get("ASSAY_DATA")
    return typed.replace(folder.rstrip("/"), "$ASSAY_DATA") if folder else typed


@contextmanager
def noted_training(out: Path) -> Iterator[None]:
    """Have it noted that a model is trained within the block, and how that ended; it is whether or not it can be noted."""
    from models.registry import registry

    untold = tr_later("That a model is trained could not be noted: {why}")
    with ExitStack() as noted:
        with _without_note(untold):
            noted.enter_context(registry().training(out.resolve().name))
        yield
        with _without_note(untold):
            noted.close()


@contextmanager
def _without_note(untold: str) -> Iterator[None]:
    from models.telling import again

    try:
        yield
    except ModelError as error:
        stderr.print(tr(untold, why=again(error)), style="yellow")


def finish(out: Path, card: dict[str, Any]) -> None:
    """Write a model's card and print the report of each of its splits."""
    from models.card import versions, write_card

    write_card(out, {**card, "versions": versions()})
    for split, metrics in card["metrics"].items():
        _print_report(split, metrics)


def _print_report(split: str, metrics: dict[str, Any]) -> None:
    accuracy = metrics["accuracy"]
    stdout.print()
    stdout.print(
        tr(
            "{split}: accuracy {value} ({low} to {high}, 95% Wilson, n={n}), macro-F1 {f1}",
            split=tr("test") if split == "test" else tr("evaluation"),
            n=metrics["n"],
            f1=f"{metrics['macro_f1']:.4f}",
            **{name: f"{accuracy[name]:.4f}" for name in ("value", "low", "high")},
        )
    )
    width = max(len(visible(label)) for label in metrics["classes"])
    heads = (tr("precision"), tr("recall"), tr("F1"), tr("n"))
    stdout.print(f"{tr('label'):<{width}}  {heads[0]:>9}  {heads[1]:>6} {heads[2]:>6} {heads[3]:>6}")
    for label, row in metrics["classes"].items():
        stdout.print(
            f"{visible(label):<{width}}  {row['precision']:9.4f}  {row['recall']:6.4f} {row['f1']:6.4f} {row['n']:6,}"
        )
