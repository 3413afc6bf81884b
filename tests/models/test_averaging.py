"""Averaging adapters: the result is the mean of the merged models, its card tells of each, and what does not fit is refused."""

import csv
import json
import shutil

import numpy as np
import pytest
import torch
from checkpoints import make
from typer.testing import CliRunner

from models import load
from models.averaging import average
from models.errors import CheckpointError, ModelError, TrainingError

TEXTS = {
    "good": ["great film", "friendly staff", "a quiet delight"],
    "bad": ["dull film", "cold soup", "nothing works"],
}


def run(*arguments):
    from models.__main__ import app

    return CliRunner().invoke(app, [*map(str, arguments)])


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The base's table and two adapters of it: one seed, other settings."""
    folder = tmp_path_factory.mktemp("averaging")
    base = make(folder / "base", "bert")
    table = folder / "t.csv"
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows((text, label) for label, texts in TEXTS.items() for text in texts * 4)
    for name, more in (("one", ("--lora-rank", 4, "--lora-alpha", 8)), ("two", ("--lora-rank", 8, "--lora-alpha", 8))):
        made = run(
            "train", "--csv", table, "--base", base, "--out", folder / name, "--epochs", 3, "--batch-size", 8,
            "--learning-rate", "2e-2", "--threads", 1, *more,
        )  # fmt: skip
        assert made.exit_code == 0, made.output
    return table, folder / "one", folder / "two"


def test_the_average_of_two_adapters_is_the_average_of_the_merged_models(trained, tmp_path):
    table, one, two = trained
    out = tmp_path / "out"
    said = run(
        "average",
        one,
        two,
        "--weight",
        1,
        "--weight",
        3,
        "--rank",
        12,
        "--out",
        out,
        "--eval-csv",
        table,
        "--test-csv",
        table,
    )
    assert said.exit_code == 0, said.output
    assert "Wilson" in said.output
    first, second, mean = (load(str(folder)).module.state_dict() for folder in (one, two, out))
    changed = 0
    for name, value in mean.items():
        if value.is_floating_point():
            torch.testing.assert_close(value, 0.25 * first[name] + 0.75 * second[name], rtol=0, atol=1e-5)
            changed += int(not torch.equal(first[name], second[name]))
    assert changed > 10
    card = json.loads((out / "card.json").read_text())
    assert card["labels"] == ["bad", "good"]
    assert [member["weight"] for member in card["averaged"]] == [1.0, 3.0]
    assert [member["settings"]["lora_rank"] for member in card["averaged"]] == [4, 8]
    with table.open() as file:
        rows = list(csv.DictReader(file))
    probs = load(str(out)).predict_proba([row["text"] for row in rows])
    truth = [["bad", "good"].index(row["label"]) for row in rows]
    assert card["metrics"]["test"]["accuracy"]["value"] == pytest.approx(
        np.mean(probs.argmax(axis=1) == truth), abs=1e-6
    )


def test_a_lower_rank_keeps_the_nearest_change(trained, tmp_path):
    _, one, two = trained
    weights = {}
    for rank in (2, 6, 12):
        (tmp_path / str(rank)).mkdir()
        average([one, two], [1, 1], rank, tmp_path / str(rank))
        shutil.copy(one / "card.json", tmp_path / str(rank) / "card.json")
        weights[rank] = load(str(tmp_path / str(rank)), base=str(one.parent / "base")).module.state_dict()
    name = next(key for key in weights[12] if key.endswith("layer.0.intermediate.dense.weight"))
    far = [float((weights[rank][name] - weights[12][name]).norm()) for rank in (2, 6)]
    assert far[0] > far[1] > 0


@pytest.mark.parametrize(
    ("what", "said"),
    [("alone", "two adapters or more"), ("weights", "as many weights"), ("labels", "other labels"), ("head", "head")],
)
def test_what_does_not_fit_is_refused(trained, tmp_path, what, said):
    table, one, two = trained
    other = tmp_path / "other"
    shutil.copytree(two, other)
    card = json.loads((other / "card.json").read_text())
    arguments = ["average", one, other, "--out", tmp_path / "out"]
    if what == "alone":
        arguments.remove(other)
    elif what == "weights":
        arguments += ["--weight", 1]
    elif what == "labels":
        (other / "card.json").write_text(json.dumps({**card, "labels": ["no", "yes"]}))
    else:
        with table.open() as file:
            rows = [[row["text"], f"{row['label']}{i % 2}"] for i, row in enumerate(csv.DictReader(file))]
        four = tmp_path / "four.csv"
        with four.open("w", newline="") as file:
            csv.writer(file).writerows([["text", "label"], *rows])
        shutil.rmtree(other)
        made = run("train", "--csv", four, "--base", one.parent / "base", "--out", other, "--epochs", 1, "--threads", 1)
        assert made.exit_code == 0, made.output
        (other / "card.json").write_text((one / "card.json").read_text())
    refused = run(*arguments)
    assert isinstance(refused.exception, (TrainingError, CheckpointError))
    assert said in str(refused.exception)


def test_a_folder_that_is_no_adapter(trained, tmp_path):
    _, one, _ = trained
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError):
        average([one, tmp_path / "empty"], [1, 1], 4, tmp_path)
