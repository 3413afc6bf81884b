"""`python -m models average`: several trainings of one model made into one that does better than each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from models.errors import TrainingError
from models.table_options import Reading
from models.terminal import stdout
from models.translating import tr
from models.writing import is_free, whole_folder


def average(
    *,
    folders: Annotated[
        list[Path], typer.Argument(help="LoRA adapters, trained with the same seed and other settings.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the result; must be new or empty.")],
    weight: Annotated[
        list[float] | None, typer.Option("--weight", help="One for each adapter, in order; default: all alike.")
    ] = None,
    rank: Annotated[int, typer.Option("--rank", min=1, help="Rank of the result.")] = 32,
    text: Annotated[str, typer.Option("--text", help="Column of the text.")] = "text",
    label: Annotated[str, typer.Option("--label", help="Column of the label.")] = "label",
    reading: Reading,
    eval_csv: Annotated[Path | None, typer.Option("--eval-csv", help="Table the weights are chosen on.")] = None,
    eval_sheet: Annotated[str | None, typer.Option("--eval-sheet", help="Sheet of --eval-csv, if not --sheet.")] = None,
    test_csv: Annotated[
        Path | None, typer.Option("--test-csv", help="Table for the final report; never chosen on.")
    ] = None,
    test_sheet: Annotated[str | None, typer.Option("--test-sheet", help="Sheet of --test-csv, if not --sheet.")] = None,
) -> None:
    """Average LoRA adapters of one base into one (a model soup); the card tells of each."""
    from models.averaging import average as average_adapters
    from models.card import read_card
    from models.train_command import command_line, finish, noted_training

    if not is_free(out):
        raise TrainingError(f"{out}: the folder is not empty; choose a new one with --out.")
    cards = [read_card(folder) for folder in folders]
    labels = cards[0].get("labels") or []
    if any((card.get("labels") or []) != labels for card in cards):
        raise TrainingError("The adapters' cards have other labels; average only models of the same labels.")
    bases = {card["base_sha256"] for card in cards if card.get("base_sha256")}
    if len(bases) > 1:
        raise TrainingError(
            "The adapters' cards tell of bases with other weights (base_sha256); average only models of one base."
        )
    weights = weight or [1.0] * len(folders)
    card: dict[str, Any] = {
        key: cards[0][key] for key in ("name", "base", "method", "labels", "data") if key in cards[0]
    }
    if bases:
        card["base_sha256"] = bases.pop()
    with noted_training(out), whole_folder(out) as made:
        average_adapters(folders, weights, rank, made)
        files = {"evaluation": (eval_csv, eval_sheet), "test": (test_csv, test_sheet)}
        metrics = _metrics(made, labels, (text, label), reading, files)
        card |= {
            "averaged": [
                {
                    "weight": w,
                    **{key: c[key] for key in ("settings", "best", "seconds", "command", "metrics") if key in c},
                }
                for w, c in zip(weights, cards, strict=True)
            ],
            "rank": rank,
            "metrics": metrics,
            "command": command_line(),
        }
        finish(made, card)
    stdout.print(tr("Saved the average of {n} adapters to {out}.", n=len(folders), out=str(out)))


def _metrics(
    out: Path,
    labels: list[str],
    columns: tuple[str, str],
    reading: Reading,
    files: Mapping[str, tuple[Path | None, str | None]],
) -> dict[str, Any]:
    from models.card import classification_report
    from models.loading import load
    from models.task import most_probable
    from models.training_data import read_texts

    found = {}
    for split, (path, sheet) in files.items():
        if path is not None:
            data = read_texts(path, *columns, labels, reading.model_copy(update={"sheet": sheet or reading.sheet}))
            classifier = load(str(out), labels=labels)
            found[split] = classification_report(
                data.targets, most_probable(classifier.predict_proba(data.texts)), labels
            )
    return found
