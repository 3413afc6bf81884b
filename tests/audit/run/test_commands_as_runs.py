"""`predict`, `attack` and `explain` say of their records what an audit of the same rows says of its own."""

from __future__ import annotations

import csv
import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from itertools import takewhile

import pytest
import run_fakes

from audit.cli.score_lines import score_cells, score_json
from audit.run.holding import HeldModels
from audit.score.measures import Measures
from audit.spec import AuditSpec, ModelSpec, ProbeSpec, TableSpec
from audit.store import close_stores, open_store

ROWS = [
    ("a quietly moving and funny film", "positive"),
    ("dull and overlong", "negative"),
    ("a quietly moving and funny film", "positive"),
    ("painfully flat and hard to sit through", "negative"),
    ("the acting is fine but nothing happens", "positive"),
    ("painfully flat and hard to sit through", "negative"),
    ("a warm and clever comedy", "positive"),
    ("there is a plot somewhere in here", ""),
    ("painfully flat and hard to sit through", "negative"),
]
SEED, QUERIES = 3, 25
ATTACKS = ("deepwordbug", "pruthi", "input_reduction")
METHODS = ("saliency", "integrated_gradients")
CHEAP = {"orders": 2, "ceiling": 10}


def program(*words, status=0):
    """A command in this process, as `python -m audit` runs it; its stdout, or its stderr if it is to fail."""
    from audit.__main__ import build
    from audit.cli.common import run_app

    out, err, ended_with = io.StringIO(), io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["audit", *map(str, words)])
        try:
            run_app(build())
        except SystemExit as ended:
            ended_with = ended.code or 0
    assert ended_with == status, out.getvalue() + err.getvalue()
    return err.getvalue() if status else out.getvalue()


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    """A finished run of the bundled model on rows with duplicates; the store, the run, the table."""
    folder = tmp_path_factory.mktemp("audited")
    table = folder / "t.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label"), *ROWS])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSAY_HOME", str(folder / "home"))
        patch.delenv("ASSAY_DATABASE_URL", raising=False)
        store = open_store()
        bench = run_fakes.InProcess(store)
        bench.models = HeldModels()
        probes = [ProbeSpec(kind="prediction", name="predict")]
        probes += [ProbeSpec(kind="attack", name=name, params={"max_queries": QUERIES}) for name in ATTACKS]
        aimed = {"goal": "targeted", "target": "negative", "max_queries": QUERIES}
        probes += [ProbeSpec(kind="attack", name="deepwordbug", id="aimed", params=aimed)]
        probes += [
            ProbeSpec(kind="explainer", name=name, params={"metrics": ["faithfulness"], **CHEAP}) for name in METHODS
        ]
        spec = AuditSpec(
            model=ModelSpec(name="sentiment", engine="torch", threads=1), table=TableSpec(path=str(table)),
            probes=tuple(probes), seed=SEED,
        )  # fmt: skip
        run = bench.whole(spec)
        assert run.status == "finished", run.error
        yield store, run, table
        close_stores()


@pytest.fixture(scope="module")
def said(audited, tmp_path_factory):
    """What a command prints of the same table, with or without --json."""
    _, _, table = audited
    out = tmp_path_factory.mktemp("said") / "out.jsonl"
    own = {
        "predict": [],
        "attack": [
            "--seed", SEED, "--max-queries", QUERIES, *(word for name in ATTACKS for word in ("--recipe", name)),
        ],
        "explain": [
            "--seed", SEED, "--metric", "faithfulness", *(word for name in METHODS for word in ("--method", name)),
            *(word for name, value in CHEAP.items() for word in ("--param", f"{name}={value}")),
        ],
    }  # fmt: skip

    def command(name, *more):
        return program(name, "--model", "sentiment", "--csv", table, "--out", out, *own[name], *more)

    return command


NAMES = {
    "predict": {"accuracy", "macro_f1", "class_recall", "class_precision", "class_f1"},
    "attack": {
        "accuracy", "error_share", "accuracy_under_attack", "attack_success_rate", "attack_success_rate_valid",
        "out_of_budget_share", "words_changed_median", "queries_median", "words_left_median", "worst_case_accuracy",
    },
    "explain": {
        "error_share", "converged_share", "comprehensiveness", "comprehensiveness_normalised", "tau_loo",
        "method_agreement",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_score_of_a_command_is_the_runs(audited, said, name):
    store, run, _ = audited
    scores = Measures.from_bytes(store.replicates(run.id)).scores(0.99)
    wanted = {score.key: score_json(score) for score in scores}
    found = {score["key"]: score for score in json.loads(said(name, "--json", "--level", 0.99))["scores"]}
    assert {score["name"] for score in found.values()} >= NAMES[name]
    assert {key: wanted.get(key) for key in found} == found


@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_a_command_is_a_line_of_show(audited, said, name, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")  # no table is folded
    store, run, _ = audited
    shown = [" ".join(cells) for cells in score_cells(store.scores(run.id))]
    printed = iter(said(name).splitlines())
    assert "95% interval" in next(line for line in printed if line.startswith("score "))
    lines = [
        " ".join(line.split())
        for line in takewhile(lambda line: " to " in line or " – " in line or line.endswith(" –"), printed)
    ]
    wanted = {" ".join(line.split()) for line in shown}
    assert len(lines) > 1
    for line in lines:  # those of explain have floor and ceiling besides
        assert any(line == own or (name == "explain" and line.startswith(own + " ")) for own in wanted), line


def test_an_attack_with_a_target_says_what_a_run_says_of_one(audited, tmp_path):
    store, run, table = audited
    aimed = {score.name: score for score in store.scores(run.id) if score.probe == "aimed"}
    asked = ["--recipe", "deepwordbug", "--target", "negative", "--max-queries", QUERIES, "--seed", SEED, "--json"]
    found = json.loads(program("attack", "--model", "sentiment", "--csv", table, "--out", tmp_path / "o.jsonl", *asked))
    [recipe] = found["recipes"]
    rate = aimed["targeted_success_rate"]
    assert recipe["success_rate"] == score_json(rate) | {
        "probe": "deepwordbug", "registered": ["deepwordbug"], "key": "targeted_success_rate@deepwordbug",
    }  # fmt: skip
    assert (recipe["accuracy_before"], recipe["accuracy_under_attack"]) == (None, None)
    assert "accuracy" not in {score["key"] for score in found["scores"]}


def test_a_higher_level_gives_wider_intervals(said):
    near, far = (json.loads(said("predict", "--json", "--level", level))["accuracy"] for level in (0.9, 0.99))
    assert far["low"] < near["low"] < near["value"] == far["value"] < near["high"] < far["high"]
    assert (near["level"], far["level"]) == (0.9, 0.99)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("level", ["0", "1", "95", "-0.5", "nan", "inf"])
def test_a_level_that_is_none_is_refused_in_a_sentence(audited, tmp_path, name, level):
    _, _, table = audited
    words = [name, "--model", "sentiment", "--csv", table, "--out", tmp_path / "o.jsonl", "--recipe", "pruthi"]
    words = words if name == "attack" else words[:-2]
    said = program(*words, f"--level={level}", status=2)
    assert said == f"Error: --level must lie between 0 and 1, such as 0.95 for 95% intervals, not {level}.\n"
    assert not (tmp_path / "o.jsonl").exists()
