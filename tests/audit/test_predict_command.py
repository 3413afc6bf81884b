"""`python -m audit predict`: files, accuracy, faults, exit statuses, streams."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pyarrow.parquet as pq
import pytest
from scipy.stats import beta, binomtest

from audit.__main__ import build
from audit.cli.common import run_app
from audit.table import open_table
from audit.table_choices import read_map
from tests.support.workbooks import rows_xml, sheet_xml, write_workbook

TEXTS = ["a fine film", 'he said "no", twice\nand left', "=1+1", "  spaces  ", "它的味道非常好", "carriage\rreturn"]
LABELS = ["red", "green", "blue", "red", "green", "blue"]


class Outcome(NamedTuple):
    """What a command left: its exit status and its two streams."""

    status: int
    out: str
    err: str


@pytest.fixture
def predict(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tiny_bert_dir: Path):
    def run(*arguments: Any, model: Any = None) -> Outcome:
        words = ["audit", "predict", "--model", str(model or tiny_bert_dir), *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", words)
        status = 0
        try:
            run_app(build())
        except SystemExit as error:
            status = int(error.code or 0)
        captured = capsys.readouterr()
        return Outcome(status, captured.out, captured.err)

    return run


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows([("text", "label"), *zip(TEXTS, LABELS, strict=True)])
    return path


def test_a_table_without_names_of_columns(predict: Any, table: Path, tmp_path: Path):
    bare, out = tmp_path / "bare.csv", tmp_path / "out.csv"
    lines = [f"a film of many words {i},{LABELS[i % 3]}" for i in range(9)]
    bare.write_text("\n".join(lines) + "\n", encoding="utf-8")
    refused = predict("--csv", bare, "--out", out)
    assert refused.status == 2
    assert "the first line looks like a row; if it is one, say so (--no-header)" in refused.err
    done = predict("--csv", bare, "--out", out, "--no-header", "--text", "column 1", "--label", "column 2")
    assert done.status == 0
    with out.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 9


def test_csv_of_predictions(predict: Any, table: Path, tmp_path: Path, tiny_bert: Any):
    out = tmp_path / "out.csv"
    done = predict("--csv", table, "--out", out)
    assert done.status == 0
    assert done.err.count("\n") == 1, "a language that the model does not know, and nothing else"
    assert "1 of 6 rows looked at are in Chinese" in done.err
    with out.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, strict=True)
    assert header == ["row_id", "text", "label", "prediction", "p_red", "p_green", "p_blue", "truncated"]
    assert [row[1] for row in rows] == TEXTS
    assert [row[2] for row in rows] == LABELS
    for row, probs in zip(rows, tiny_bert.predict_proba(TEXTS), strict=True):
        assert [float(p) for p in row[4:7]] == pytest.approx(probs.tolist(), abs=2e-6)
        assert row[3] == tiny_bert.labels[int(probs.argmax())]
        assert row[7] == "false"
    right = sum(row[2] == row[3] for row in rows)
    interval = binomtest(right, 6).proportion_ci(0.95, "exact")
    line = next(" ".join(line.split()) for line in done.out.splitlines() if line.startswith("accuracy "))
    assert line == f"accuracy {right / 6:.1%} {interval.low:.1%} to {interval.high:.1%} 6"
    assert f"\n{right} of 6 labelled rows right\n" in done.out
    assert list(tmp_path.glob(".*")) == []


def test_jsonl_and_parquet_hold_the_same(predict: Any, table: Path, tmp_path: Path):
    for ending in ("csv", "jsonl", "parquet"):
        assert predict("--csv", table, "--out", tmp_path / f"out.{ending}").status == 0
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    parquet = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert lines == parquet
    assert [line["text"] for line in lines] == TEXTS
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file, strict=True))
    assert [row["row_id"] for row in found] == [line["row_id"] for line in lines]
    assert [float(row["p_red"]) for row in found] == [line["p_red"] for line in lines]
    assert lines[0]["truncated"] is False


def test_json_summary_is_alone_on_stdout(predict: Any, table: Path, tmp_path: Path, tiny_bert: Any):
    done = predict("--csv", table, "--out", tmp_path / "out.csv", "--json")
    summary = json.loads(done.out)
    assert done.out.count("\n") == 1
    assert (summary["rows"], summary["errors"], summary["truncated"]) == (6, 0, 0)
    accuracy = summary["accuracy"]
    interval = binomtest(accuracy["correct"], 6).proportion_ci(0.95, "exact")
    assert accuracy["n"] == 6
    assert accuracy["method"] == "clopper-pearson"
    assert (accuracy["low"], accuracy["high"]) == pytest.approx((interval.low, interval.high), abs=1e-5)
    assert sum(summary["predictions"].values()) == 6
    assert summary["model"]["fingerprint"] == tiny_bert.fingerprint
    assert summary["table"]["faults"] == {}
    assert (summary["table"]["text"], summary["table"]["label"]) == ("text", "label")


def test_duplicates_are_rows_but_no_further_texts(predict: Any, tmp_path: Path):
    table, out, weights = tmp_path / "twice.csv", tmp_path / "out.jsonl", {"one": 4, "two": 1, "three": 2}

    def write(labels: dict[str, str]) -> None:
        rows = [f"{text},{labels[text]}\n" for text, weight in weights.items() for _ in range(weight)]
        table.write_text("text,label\n" + "".join(rows))

    write(dict.fromkeys(weights, "red"))
    assert predict("--csv", table, "--out", out).status == 0
    made = {row["text"]: row["prediction"] for row in map(json.loads, out.read_text().splitlines())}
    write(made | {"three": "red" if made["three"] != "red" else "blue"})
    accuracy = json.loads(predict("--csv", table, "--out", out, "--json").out)["accuracy"]
    texts = 7**2 / (4**2 + 1**2 + 2**2)
    hits = 5 / 7 * texts
    assert (accuracy["value"], accuracy["n"], accuracy["correct"]) == (round(5 / 7, 6), 7, 5)
    assert accuracy["low"] == pytest.approx(beta.ppf(0.025, hits, texts - hits + 1), abs=1e-6)
    assert accuracy["high"] == pytest.approx(beta.ppf(0.975, hits + 1, texts - hits), abs=1e-6)
    assert accuracy["note"] == "duplicates: the interval rests on 2 texts"


def test_label_sets_of_a_multi_label_model(predict: Any, checkpoint: Any, tmp_path: Path):
    folder, table, out = checkpoint("bert", "multi_label"), tmp_path / "sets.csv", tmp_path / "o.jsonl"
    table.write_text("text,label\na,food\nb,food\nfilm is good,food\n")
    assert predict("--csv", table, "--out", out, model=folder).status == 0
    made = [json.loads(line)["prediction"] for line in out.read_text().splitlines()]
    said = [made[0], "|".join(reversed(made[1].split("|"))), "price"]  # a set has no order
    rows = zip(("a", "b", "film is good"), said, strict=True)
    table.write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows))
    summary = json.loads(predict("--csv", table, "--out", out, "--json", model=folder).out)
    assert len(made[1].split("|")) > 1
    assert made[2] != "price"
    assert (summary["accuracy"]["correct"], summary["accuracy"]["value"]) == (2, 0.666667)
    sliced = {score["key"]: score for score in summary["scores"]}
    truth = [set(label.split("|")) for label in said]
    taken = [set(label.split("|")) for label in made]
    assert sliced["class_recall[label=food]"]["n"] == sum("food" in one for one in truth)
    both = sum("food" in one and "food" in other for one, other in zip(truth, taken, strict=True))
    assert sliced["class_precision[label=food]"]["value"] == pytest.approx(
        both / sum("food" in one for one in taken), abs=1e-6
    )


def test_every_fault_is_listed_and_nothing_is_written(predict: Any, tmp_path: Path):
    table = tmp_path / "bad.csv"
    table.write_text("text,label\na,red\nalone\nb,purple\n,blue\n")
    done = predict("--csv", table, "--out", tmp_path / "out.csv", "--json")
    assert done.status == 2
    assert done.out == ""
    assert "bad.csv has 3 faults (1 ragged row, 1 empty text, 1 unknown label)" in done.err
    for line in (
        "  line 3, column 'label': the row has 1 cell",
        "  line 4, column 'label': 'purple' is not a label of the model (red, green, blue).",
        "  line 5, column 'text': the cell is blank",
    ):
        assert line in done.err
    assert not (tmp_path / "out.csv").exists()


def test_good_rows_are_kept_by_choice(predict: Any, tmp_path: Path):
    table = tmp_path / "bad.csv"
    table.write_text("text,label\na,red\nalone\nb,purple\nc,Blue \n")
    done = predict("--csv", table, "--out", tmp_path / "out.jsonl", "--keep-good")
    assert done.status == 0
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(row["text"], row["label"]) for row in rows] == [("a", "red"), ("c", "blue")]
    assert "good rows kept: 2." in done.err
    assert "line 4, column 'label': 'purple'" in done.err


def test_a_table_without_labels_has_no_accuracy(predict: Any, tmp_path: Path):
    table = tmp_path / "texts.csv"
    table.write_text("text,label\na,purple\nb,\n")
    done = predict("--csv", table, "--label", "-", "--out", tmp_path / "out.jsonl", "--json")
    assert json.loads(done.out)["accuracy"] is None
    assert json.loads((tmp_path / "out.jsonl").read_text().splitlines()[0])["label"] is None
    assert "no labels; predictions: " in predict("--csv", table, "--label", "-", "--out", tmp_path / "out.csv").out


def test_labels_by_position_are_told(predict: Any, tmp_path: Path):
    table = tmp_path / "numbers.csv"
    table.write_text("text,label\na,0\nb,2\n")
    done = predict("--csv", table, "--out", tmp_path / "out.jsonl")
    assert done.status == 0
    assert "taken as positions in the model's labels: 0 = red, 2 = blue" in done.err
    assert json.loads((tmp_path / "out.jsonl").read_text().splitlines()[1])["label"] == "blue"


def test_a_guess_goes_once_it_is_confirmed(predict: Any, tmp_path: Path):
    table = tmp_path / "numbers.csv"
    table.write_text("text,label\na,0\nb,2\n")
    done = predict("--csv", table, "--out", tmp_path / "out.jsonl", "--map", "0=green", "--map", "2=red", "--json")
    assert (done.status, done.err) == (0, "")
    assert json.loads(done.out)["table"]["label_map"] == {"0": "green", "2": "red"}
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [row["label"] for row in rows] == ["green", "red"]


def test_a_proposal_is_a_fault_until_it_is_said(predict: Any, tmp_path: Path):
    table = tmp_path / "counted.csv"
    table.write_text("text,label\na,1\nb,3\n")
    done = predict("--csv", table, "--out", tmp_path / "out.jsonl")
    assert done.status == 2
    assert "did you mean 'blue' (the labels seem to be counted from 1)? Say so (--map)." in done.err
    assert predict("--csv", table, "--out", tmp_path / "out.jsonl", "--map", "1=red", "--map", "3=blue").status == 0


@pytest.mark.parametrize(("said", "why"), [
    (["red"], "must be TYPED=LABEL"), (["=red"], "must be TYPED=LABEL"), (["0="], "must be TYPED=LABEL"),
    (["0=red", "0=green"], "'0' is 'red' and that it is 'green'"), (["9=red"], "names '9', which no row has as its label"),
    (["0=violet"], "'violet', which is not a label of the model"),
])  # fmt: skip
def test_a_mapping_that_cannot_be_used(predict: Any, tmp_path: Path, said: list[str], why: str):
    table = tmp_path / "numbers.csv"
    table.write_text("text,label\na,0\nb,2\n")
    done = predict("--csv", table, "--out", tmp_path / "out.jsonl", *(word for one in said for word in ("--map", one)))
    assert done.status == 2
    assert why in done.err
    assert not (tmp_path / "out.jsonl").exists()


def test_a_mapping_of_labels_that_hold_the_sign_of_it(predict: Any, tmp_path: Path):
    table = tmp_path / "signs.csv"
    table.write_text("text,label\na,x=1\nb,y\n")
    done = predict("--csv", table, "--out", tmp_path / "out.jsonl", "--map", r"x\=1=red", "--map", "y=blue")
    assert (done.status, done.err) == (0, "")
    assert read_map(["x=a=b", r"p\=q=r\=s"]) == {"x": "a=b", "p=q": "r=s"}


def test_rows_put_together_are_told_and_read_apart(predict: Any, tmp_path: Path):
    table = tmp_path / "letters.tsv"
    table.write_text('text\tlabel\na\tred\n"b said\tgreen\nc\tred\nd "\tgreen\ne\tred\n')
    done = predict("--csv", table, "--out", tmp_path / "out.jsonl", "--json")
    assert done.status == 0
    assert done.err.startswith("Warning: Lines 3 to 5 were read as one row, as a quote opens on the first")
    assert json.loads(done.out)["rows"] == 3
    apart = predict("--csv", table, "--out", tmp_path / "out.jsonl", "--no-quotes", "--json")
    assert (apart.status, apart.err) == (0, "")
    summary = json.loads(apart.out)
    assert (summary["rows"], summary["table"]["quotes"]) == (5, False)


def test_columns_encoding_delimiter_and_limit(predict: Any, tmp_path: Path):
    table = tmp_path / "other.csv"
    table.write_bytes("a;b;c\nété;red;x\nhiver;green;y\nété;blue;z\n".encode("cp1252"))
    arguments = ["--csv", table, "--out", tmp_path / "out.jsonl", "--text", "a", "--label", "b", "--pair", "c"]
    done = predict(*arguments, "--encoding", "cp1252", "--delimiter", ";", "--limit", 2)
    assert (done.status, done.err) == (0, "")
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["text"], row["pair"], row["label"]) for row in rows] == [("été", "x", "red"), ("hiver", "y", "green")]
    guessed = predict(*arguments)
    assert "encoding was guessed: latin-1" in guessed.err
    assert "delimiter was guessed: semicolon" in guessed.err


def test_truncated_texts_are_flagged(predict: Any, tmp_path: Path, tiny_bert: Any):
    table = tmp_path / "long.csv"
    table.write_text("text\nshort\n" + "film " * (tiny_bert.max_tokens + 5) + "\n")
    done = predict("--csv", table, "--out", tmp_path / "out.jsonl", "--json")
    assert f"1 of 2 texts is longer than the model's limit of {tiny_bert.max_tokens} tokens" in done.err
    assert json.loads(done.out)["truncated"] == 1
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [row["truncated"] for row in rows] == [False, True]


def test_failed_rows_are_written_and_told(predict: Any, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from models.huggingface import HuggingFaceClassifier

    real = HuggingFaceClassifier.logits

    def logits(self: Any, rows: Any) -> Any:
        if len(rows) > 1 or len(rows[0]) > 8:
            raise RuntimeError("no room")
        return real(self, rows)

    monkeypatch.setattr(HuggingFaceClassifier, "logits", logits)
    done = predict("--csv", table, "--out", tmp_path / "out.csv")
    assert done.status == 1
    assert "Error: line 3: RuntimeError: no room" in done.err
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert (rows[1]["prediction"], rows[1]["p_red"], rows[1]["truncated"]) == ("", "", "")
    good = [row for row in rows if row["prediction"]]
    right = sum(row["prediction"] == row["label"] for row in good)
    assert f"\n{right} of {len(good)} labelled rows right\n" in done.out
    assert rows[0]["prediction"] != ""


def test_where_every_labelled_row_fails_there_is_no_accuracy(
    predict: Any, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def logits(self: Any, rows: Any) -> Any:
        raise RuntimeError("no room")

    monkeypatch.setattr("models.huggingface.HuggingFaceClassifier.logits", logits)
    done = predict("--csv", table, "--out", tmp_path / "out.csv")
    assert done.status == 1
    assert done.out.endswith("\nno accuracy, for every labelled row failed\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--out", "out.txt"], "it must end in .csv, .xlsx, .jsonl, .parquet"),
        (["--out", "nowhere/out.csv"], "There is no folder"),
        (["--out", "table.csv"], "is the input file"),
        (["--out", "folder.csv"], "is a folder"),
        (["--out", "out.csv", "--csv", "absent.csv"], "There is no file"),
        (["--out", "out.csv", "--text", "body"], "no text column of this name"),
        (["--out", "out.csv", "--encoding", "klingon"], "no text encoding 'klingon'"),
        (["--out", "out.csv", "--delimiter", "x"], "no delimiter Assay reads"),
    ],
)
def test_usage_errors(
    predict: Any, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.csv").mkdir()
    done = predict("--csv", "table.csv", *arguments)
    assert done.status == 2
    assert words in done.err
    assert "Traceback" not in done.err
    assert table.read_bytes().startswith(b'"text"')
    assert not (tmp_path / "out.csv").exists()


def test_an_unknown_model_is_a_usage_error(predict: Any, table: Path, tmp_path: Path):
    done = predict("--csv", table, "--out", tmp_path / "out.csv", model=tmp_path / "nothing")
    assert done.status == 2
    assert not (tmp_path / "out.csv").exists()


def test_an_interrupted_run_leaves_no_file(predict: Any, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def interrupted(*args: Any, **kwargs: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("audit.predict.predict_rows", interrupted)
    out = tmp_path / "out.csv"
    out.write_text("before")
    assert predict("--csv", table, "--out", out).status == 130
    assert out.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "table.csv"]


def test_help_reads_well_and_loads_no_engine():
    code = (
        "import sys; sys.argv = ['audit', 'predict', '--help']\n"
        "import audit.cli.predict\n"
        "assert not {'torch', 'numpy', 'pyarrow', 'pandas', 'audit.table'} & set(sys.modules)\n"
        "from audit.__main__ import build\n"
        "try: build()()\n"
        "except SystemExit: pass\n"
        "assert not {'torch', 'transformers'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for option in (
        "--model",
        "--csv",
        "--out",
        "--text",
        "--label",
        "--pair",
        "--keep-good",
        "--limit",
        "--level",
        "--json",
    ):
        assert option in done.stdout


def test_a_sheet_of_a_workbook_is_predicted(predict: Any, table: Path, tmp_path: Path):
    with table.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if "\r" not in row[0] and not row[0].startswith("=")]
    sheets = {"Notes": sheet_xml(rows_xml([("nothing", "here")])), "Rows": sheet_xml(rows_xml(rows))}
    book = write_workbook(tmp_path / "t.xlsx", sheets)
    done = predict("--csv", book, "--sheet", "Rows", "--out", tmp_path / "out.csv", "--json")
    assert done.status == 0
    assert json.loads(done.out)["table"]["sheet"] == "Rows"
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        assert [row[1:3] for row in csv.reader(file)][1:] == rows[1:]
    wrong = predict("--csv", book, "--sheet", "Row", "--out", tmp_path / "no.csv")
    assert wrong.status == 2
    assert "there is no sheet 'Row'; the sheets are: 'Notes', 'Rows'." in " ".join(wrong.err.split())


def test_a_workbook_of_predictions_reads_back(predict: Any, table: Path, tmp_path: Path):
    assert predict("--csv", table, "--out", tmp_path / "out.csv").status == 0
    assert predict("--csv", table, "--out", tmp_path / "out.xlsx").status == 0
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    found = open_table(tmp_path / "out.xlsx")
    assert found.header == tuple(header)
    assert [example.text for example in found] == [row[1] for row in rows]
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert [[cell.value for cell in row[4:7]] for row in sheet.iter_rows(min_row=2)] == [
        [float(p) for p in row[4:7]] for row in rows
    ]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2, max_col=4) for cell in row} == {"s"}
