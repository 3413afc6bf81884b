"""`python -m audit attack`: the file it writes, what it prints, what it refuses."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import signal
import threading
from pathlib import Path

import pytest
from attack_rows import die, linger
from scipy.stats import beta
from typer.testing import CliRunner
from waiting import until

from audit.__main__ import build
from audit.cli import attack_work
from audit.cli.json_lines import JsonLines
from audit.errors import AuditError, InputError

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def table(tmp_path: Path, rows) -> Path:
    """The rows as a CSV."""
    path = tmp_path / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows((row.text, row.label) for row in rows)
    return path


def test_it_writes_every_row_and_says_what_survives(classifier, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    asked = ["attack", "--model", classifier.name, "--csv", str(table), "--recipe", "deepwordbug", "--recipe",
             "input_reduction", "--limit", "6", "--max-queries", "40", "--out", str(out)]  # fmt: skip
    done = CliRunner().invoke(build(), asked)
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["name"] for line in lines] == ["deepwordbug"] * 6 + ["input_reduction"] * 6
    wanted = "row_id text label name stand_ins status original_probs perturbed_text perturbed_probs changes queries words_changed"
    for line in lines:
        assert {*wanted.split(), "similarity", "valid", "seed", "resources", "seconds"} <= set(line)
        assert line["queries"] <= 40
    attacked = [line for line in lines[:6] if line["status"] != "skipped"]
    survived = sum(line["status"] != "success" for line in attacked)
    said = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert any(line.startswith(f"accuracy under attack deepwordbug {survived / 6:.1%} ") for line in said)
    assert any(line.startswith("attack success rate deepwordbug ") for line in said)
    assert any(line.startswith("words left median input_reduction ") for line in said)


@pytest.mark.slow
def test_processes_change_no_outcome(classifier, rows, table: Path, tmp_path: Path) -> None:
    with table.open("a", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows((rows[i].text, rows[i].label) for i in (0, 2, 0))  # duplicates go by one of them
    found = []
    for workers in ("1", "2"):
        out = tmp_path / f"{workers}.jsonl"
        asked = ["attack", "--model", classifier.name, "--csv", str(table), "--recipe", "deepwordbug",
                 "--max-queries", "60", "--workers", workers, "--out", str(out)]  # fmt: skip
        done = CliRunner().invoke(build(), asked)
        assert done.exit_code == 0, done.output
        lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        found.append([{k: v for k, v in line.items() if k != "seconds"} for line in lines])
    assert len(found[0]) == 13  # two tasks
    assert found[0] == found[1]


def test_duplicates_are_attacked_once_and_counted_all(classifier, rows, tmp_path: Path) -> None:
    path, out = tmp_path / "twice.csv", tmp_path / "out.jsonl"
    order = [0, 1, 0, 2, 0]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["text", "label"], *((rows[i].text, rows[i].label) for i in order)])
    asked = ["attack", "--model", classifier.name, "--csv", str(path), "--recipe", "deepwordbug", "--workers", "1",
             "--max-queries", "60", "--json", "--out", str(out)]  # fmt: skip
    done = CliRunner().invoke(build(), asked)
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["text"] for line in lines] == [rows[i].text for i in order]
    ids = [line.pop("row_id") for line in lines]
    assert ids[2:] == [f"{ids[0]}-2", ids[3], f"{ids[0]}-3"]
    assert {line.pop("seconds") > 0 for line in (lines[0], lines[1], lines[3])} == {True}
    assert lines[2] == {**lines[0], "seconds": 0.0}
    [found] = json.loads(done.stdout)["recipes"]
    assert (found["rows"], found["texts"]) == (5, 3)
    before = found["accuracy_before"]
    assert (before["value"], before["n"], before["high"]) == (1.0, 5, 1.0)
    assert before["low"] == pytest.approx(beta.ppf(0.025, 25 / 11, 1), abs=1e-6)  # 3 texts of weights 3, 1, 1
    assert "the interval rests on 2 texts" in before["note"]


def test_labels_and_recipes_may_be_cased_and_misspelt(classifier, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    asked = ["attack", "--model", classifier.name, "--csv", str(table), "--limit", "2", "--out", str(out), "--recipe"]
    done = CliRunner().invoke(build(), [*asked, "deepwordbug", "--target", f" {classifier.labels[1].upper()}"])
    assert done.exit_code == 0, done.output
    refused = CliRunner().invoke(build(), [*asked, "deepwordbug", "--target", "purple"]).exception
    assert isinstance(refused, InputError)
    assert classifier.labels[0] in str(refused)
    assert "French tagger" in str(CliRunner().invoke(build(), [*asked, "french"]).exception)


def test_a_process_that_is_killed_gives_a_sentence(classifier, table: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(attack_work, "_attack", die)
    out = tmp_path / "out.jsonl"
    asked = ["attack", "--model", classifier.name, "--csv", str(table), "--recipe", "deepwordbug", "--workers", "2",
             "--out", str(out)]  # fmt: skip
    done = CliRunner().invoke(build(), asked)
    assert isinstance(done.exception, AuditError)
    assert "fewer --workers" in str(done.exception)
    assert not list(tmp_path.glob("*.jsonl"))


def test_nobody_stays_behind_when_it_is_interrupted(classifier, table: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(attack_work, "_attack", linger)
    before = set(multiprocessing.active_children())
    asked = ["attack", "--model", classifier.name, "--csv", str(table), "--recipe", "deepwordbug", "--workers", "2",
             "--out", str(tmp_path / "out.jsonl")]  # fmt: skip
    begun = tmp_path / "begun"
    monkeypatch.setenv("LINGERING", str(begun))
    interrupted, over = threading.Event(), threading.Event()

    def interrupt() -> None:
        until(lambda: begun.exists() or over.is_set(), "the first row")
        if not over.is_set():
            interrupted.set()
            os.kill(os.getpid(), signal.SIGINT)

    watcher = threading.Thread(target=interrupt, daemon=True)
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background may have it ignored
    try:
        watcher.start()
        CliRunner().invoke(build(), asked)
    finally:
        over.set()  # a command that fails early must not leave a watcher to another test
        watcher.join()
        signal.signal(signal.SIGINT, usual)
    assert interrupted.is_set()
    # a row lingers for as long as nobody ends its process; `is_alive` may err while another thread hears of the end
    until(lambda: not set(multiprocessing.active_children()) - before, "the end of the processes")


def test_lines_written_before_a_failure_are_kept(tmp_path: Path, capsys) -> None:
    with pytest.raises(KeyboardInterrupt), JsonLines(tmp_path / "out.jsonl") as file:  # noqa: PT012
        file.write({"a": 1})
        raise KeyboardInterrupt
    assert (tmp_path / "out.partial.jsonl").read_text() == '{"a": 1}\n'
    assert "out.partial.jsonl" in capsys.readouterr().err
    assert not (tmp_path / "out.jsonl").exists()


def test_a_targeted_attack_and_rows_without_a_label_make_no_false_accuracy(classifier, rows, tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [["text", "label"], *((r.text, r.label if i < 6 else "") for i, r in enumerate(rows))]
        )
    common = ["attack", "--model", classifier.name, "--csv", str(path), "--recipe", "deepwordbug", "--max-queries", "30",
              "--json"]  # fmt: skip
    done = CliRunner().invoke(build(), [*common, "--out", str(tmp_path / "a.jsonl")])
    [found] = json.loads(done.stdout)["recipes"]
    before = found["accuracy_before"]
    assert (before["value"], before["n"]) == (1.0, 6)  # the last row, which it has wrong, has no label here
    assert found["accuracy_under_attack"]["n"] == 6
    done = CliRunner().invoke(build(), [*common, "--target", classifier.labels[1], "--out", str(tmp_path / "b.jsonl")])
    [found] = json.loads(done.stdout)["recipes"]
    assert found["accuracy_before"] is None
    assert found["accuracy_under_attack"] is None
    assert found["skipped"] < 10


def test_a_folder_is_no_file_to_write(classifier, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.mkdir()
    asked = ["attack", "--model", classifier.name, "--csv", str(table), "--recipe", "deepwordbug", "--out", str(out)]
    assert "is a folder" in str(CliRunner().invoke(build(), asked).exception)


def test_bad_commands_are_refused_in_a_sentence(table: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    assert "--recipe" in str(runner.invoke(build(), ["attack", "--model", "x"]).exception)
    asked = ["attack", "--model", "x", "--csv", str(table), "--recipe", "pwws", "--out", str(tmp_path / "a.csv")]
    assert ".jsonl" in str(runner.invoke(build(), asked).exception)


def test_the_list_shows_every_recipe() -> None:
    from audit.kinds import names

    done = CliRunner().invoke(build(), ["attack", "--list", "--json"])
    listed = {row["name"]: row for row in json.loads(done.stdout)}
    assert set(names("attack")) <= set(listed)
    assert listed["pwws"]["state"] == "ready"
    assert listed["chinese"]["state"] == "ready"
    assert "Multilingual WordNet" in listed["french"]["state"]


def test_parameters_of_a_recipe_are_set_by_name(classifier, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    asked = [
        "attack",
        "--model",
        classifier.name,
        "--csv",
        str(table),
        "--limit",
        "2",
        "--out",
        str(out),
        "--recipe",
        "pruthi",
    ]
    refused = CliRunner().invoke(build(), [*asked, "--param", "swaps=0"]).exception
    assert str(refused) == "Parameter 'swaps' of pruthi is 0; it must be a whole number, 1 or more."
    refused = CliRunner().invoke(build(), [*asked, "--param", "beam_width=5"]).exception
    assert (
        str(refused)
        == "--param beam_width=5 fits none of pruthi; write NAME=VALUE with one of: most_words, swaps, time_limit."
    )
    done = CliRunner().invoke(
        build(), [*asked, "--recipe", "deepwordbug", "--param", "pruthi.swaps=2", "--param", "most_words=1"]
    )
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert {line["name"] for line in lines} == {"pruthi", "deepwordbug"}
    assert all(line["words_total"] <= 1 for line in lines if line["status"] not in {"skipped", "error"})


def test_the_list_says_what_may_be_set() -> None:
    rows = json.loads(CliRunner().invoke(build(), ["attack", "--list", "--json"]).output)
    (pruthi,) = [row for row in rows if row["name"] == "pruthi"]
    assert pruthi["act"] == "slipping on a keyboard (Pruthi)"
    (swaps,) = [one for one in pruthi["parameters"] if one["name"] == "swaps"]
    assert (swaps["default"], swaps["allowed"]) == (1, "a whole number, 1 or more")
    assert (
        "swaps = 1: a whole number, 1 or more. Words that may be misspelt"
        in CliRunner().invoke(build(), ["attack", "--list"]).output
    )
