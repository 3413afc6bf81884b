"""`python -m audit explain` and its page, from the outside."""

from __future__ import annotations

import csv
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from audit.__main__ import build
from audit.errors import AuditError

ROWS = [
    ("<script>alert(1)</script> <img src=x onerror=alert(2)> film", "red"),
    ("The film was a quiet delight.", "green"),
    ("它的味道非常好 and cheap", "blue"),
    ("dull and overlong story " * 30, "red"),
    ("bad \u202etxet\u202c & \x07 soup", "green"),
]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *ROWS])
    return path


@pytest.fixture
def explain(tiny_bert_dir):
    def run(*arguments, ok=True):
        result = CliRunner().invoke(build(), ["explain", "--model", str(tiny_bert_dir), *map(str, arguments)])
        if ok and result.exit_code != 0:
            raise AssertionError(result.output) from result.exception
        return result

    return run


def lines_of(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_one_object_per_row_and_method_in_input_order(explain, table, tmp_path):
    out = tmp_path / "out.jsonl"
    explain("--csv", table, "--out", out, "--method", "saliency", "--method", "integrated_gradients")
    lines = lines_of(out)
    assert [line["text"] for line in lines] == [text for text, _ in ROWS for _ in range(2)]
    assert [line["name"] for line in lines] == ["saliency", "integrated_gradients"] * len(ROWS)
    wanted = {
        "row_id", "text", "name", "target", "value", "baseline_value", "delta", "steps", "truncated", "tokens",
        "words", "metrics",
    }  # fmt: skip
    assert all(wanted <= set(line) for line in lines)
    assert {"text", "start", "end", "score", "error", "special"} <= set(lines[0]["tokens"][0])
    assert {"text", "start", "end", "score", "error"} <= set(lines[0]["words"][0])
    assert [line["truncated"] for line in lines[::2]] == [False, False, False, True, False]
    assert lines[1]["row_id"] == lines[0]["row_id"] != lines[2]["row_id"]


def test_defaults_limit_seed_and_target(explain, table, tmp_path):
    out, again = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    explain("--csv", table, "--out", out, "--limit", 2)
    assert [line["name"] for line in lines_of(out)] == ["integrated_gradients"] * 2
    explain("--csv", table, "--out", again, "--limit", 2, "--target", "true")
    assert [line["target"] for line in lines_of(again)] == ["red", "green"]
    options = ("--csv", table, "--limit", 1, "--method", "lime", "--param", "samples=30")
    for path, seed in ((out, 1), (again, 1)):
        explain(*options, "--seed", seed, "--out", path)
    assert out.read_text() == again.read_text()
    explain(*options, "--seed", 2, "--out", again)
    assert out.read_text() != again.read_text()
    explain("--csv", table, "--limit", 1, "--target", "red-vs-blue", "--out", out)
    assert lines_of(out)[0]["target"] == "red-vs-blue"


def test_metrics_are_printed_beside_floor_and_ceiling(explain, table, tmp_path):
    out, page = tmp_path / "out.jsonl", tmp_path / "page.html"
    options = ("--csv", table, "--out", out, "--html", page, "--metric", "faithfulness", "--metric", "infidelity")
    said = explain(*options, "--limit", 3).stdout
    assert "comprehensiveness" in said
    assert "best found" in said
    metrics = lines_of(out)[0]["metrics"]
    assert {"comprehensiveness", "comprehensiveness_random", "comprehensiveness_best", "infidelity"} <= set(metrics)
    assert "<td>comprehensiveness</td>" in page.read_text()
    assert "<th>95% interval</th>" in page.read_text()
    summary = json.loads(explain(*options, "--limit", 3, "--json").stdout)
    found = summary["methods"][0]["metrics"]["comprehensiveness"]
    values = [line["metrics"]["comprehensiveness"] for line in lines_of(out)]
    assert found["mean"] == pytest.approx(sum(values) / 3, abs=1e-5)
    assert found["low"] <= found["mean"] <= found["high"]
    assert (found["n"], found["level"]) == (3, 0.95)
    floors, ceilings = (
        [line["metrics"][f"comprehensiveness_{end}"] for line in lines_of(out)] for end in ("random", "best")
    )
    assert (found["random"], found["best"]) == pytest.approx((sum(floors) / 3, sum(ceilings) / 3), abs=1e-5)
    wider = json.loads(explain(*options, "--limit", 3, "--json", "--level", 0.99).stdout)
    far = wider["methods"][0]["metrics"]["comprehensiveness"]
    assert far["low"] < found["low"] <= found["high"] < far["high"]
    assert "<th>99% interval</th>" in page.read_text()


def test_what_cannot_be_bounded_is_said_in_words(explain, table, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")  # no table is folded
    out = tmp_path / "out.jsonl"
    options = ("--csv", table, "--out", out, "--metric", "infidelity", "--limit", 2)
    said = explain(*options).stdout
    [line] = [line.split() for line in said.splitlines() if line.startswith("infidelity  ")]
    assert line[3] == "–"
    assert "no interval: 2 texts only" in said
    found = json.loads(explain(*options, "--json").stdout)["methods"][0]["metrics"]["infidelity"]
    assert (found["low"], found["high"]) == (None, None)
    assert "no interval: 2 texts only" in found["note"]


class Page(HTMLParser):
    """What a browser would make of the page: tags, and the text of the heatmaps."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "div" and ("class", "text") in attrs:
            self.texts.append("")
            self.depth = 1

    def handle_endtag(self, tag):
        if tag == "div":
            self.depth = 0

    def handle_data(self, data):
        if self.depth:
            self.texts[-1] += data


def test_the_page_shows_every_text_as_typed_and_runs_nothing(explain, table, tmp_path):
    page = tmp_path / "page.html"
    explain("--csv", table, "--html", page, "--method", "saliency", "--method", "leave_one_out")
    parsed = Page()
    parsed.feed(page.read_text(encoding="utf-8"))
    assert not parsed.tags & {"script", "img", "iframe", "form", "object", "link", "b2"}
    assert not {name for name in parsed.attributes if name.startswith("on") or name in ("src", "href")}
    shown = [text.replace("\u202e", "U+202E").replace("\u202c", "U+202C").replace("\x07", "U+0007") for text, _ in ROWS]
    assert [text.strip() for text in parsed.texts] == [text.strip() for text in shown for _ in range(2)]
    assert "default-src 'none'" in page.read_text(encoding="utf-8")
    assert 'class="unseen"' in page.read_text(encoding="utf-8")


def test_the_list_shows_what_is_valid_for_the_model(explain, load_tiny, tiny_bert_dir):
    said = explain("--list").stdout
    for name in ("integrated_gradients", "attention", "DeepLift"):
        assert name in said
    data = json.loads(explain("--list", "--json").stdout)
    assert data["methods"][0]["method"] == "integrated_gradients"
    assert all(one["valid"] and one["paper"] and one["needs"] and one["cost"] for one in data["methods"])
    bare = CliRunner().invoke(build(), ["explain", "--list"])
    assert bare.exit_code == 0
    assert "valid for" not in bare.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--method", "magic"], "choose from: attention"),
        (["--target", "violet"], "red"),
        (["--param", "samples=many", "--method", "lime"], "number"),
        (["--param", "colour=red"], "fits none of integrated_gradients"),
        (["--param", "max_nodes=3"], "from 9"),
        (["--metric", "beauty"], "choose from: faithfulness"),
        (["--out", "/nowhere/at/all.jsonl"], "no folder"),
    ],
)
def test_bad_options_are_one_clear_sentence(explain, table, tmp_path, arguments, said):
    out = [] if "--out" in arguments else ["--out", tmp_path / "out.jsonl"]
    result = explain("--csv", table, *out, *arguments, ok=False)
    assert isinstance(result.exception, AuditError)
    assert said in str(result.exception)
    assert not (tmp_path / "out.jsonl").exists()


def test_the_input_is_never_overwritten(explain, table):
    before = table.read_bytes()
    result = explain("--csv", table, "--out", table, ok=False)
    assert "input file" in str(result.exception)
    assert table.read_bytes() == before
