"""A run over rows of two languages: what its probes leave out, what it keeps of it, what it says."""

from __future__ import annotations

import csv
import io
import json

import pytest
import run_fakes
from rich.console import Console

from audit.cli import show
from audit.report.blocks import Callout
from audit.report.build import build_report
from audit.report.caps import CAPS
from audit.report.chapters.summary import summary
from audit.report.making import make_report
from audit.report.strings import strings
from audit.score.languages import Mismatch, mismatch_of
from audit.spec import ProbeSpec
from models.classifier import SpecialIds, TokenRow

ENGLISH, CHINESE = "It was not the {i}th time that we had to wait", "第{i}次来了，房间很干净，服务也不错"


@pytest.fixture
def mixed(tmp_path):
    """A table of 12 English and 4 Chinese rows."""
    path = tmp_path / "mixed.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = [(CHINESE if i % 4 == 0 else ENGLISH).format(i=i) for i in range(16)]
        csv.writer(file).writerows([("text", "label"), *((row, "negative") for row in rows)])
    return path


@pytest.fixture
def english_model(monkeypatch):
    """A model whose card says English, and whose tokenizer knows no Chinese."""
    made = run_fakes.FakeClassifier.__init__

    def init(self, name):
        made(self, name)
        self.card = {"name": "fake", "languages": ["en"]}
        self.special = SpecialIds(None, 9, 0, frozenset({0, 9}))

    def rows(self, texts):
        found = [TokenRow(tuple(9 if ord(letter) > 0x3000 else 1 for letter in str(text))) for text in texts]
        return found, [len(row) for row in found]

    monkeypatch.setattr(run_fakes.FakeClassifier, "__init__", init)
    monkeypatch.setattr(run_fakes.FakeClassifier, "encode_rows", rows)


def audited(bench, tmp_path, path, *names):
    spec = run_fakes.make_spec(tmp_path / "m", path)
    probes = (*spec.probes, *(ProbeSpec(kind="perturbation", name=name) for name in names))
    return bench.whole(spec.model_copy(update={"probes": probes}))


def test_rows_in_chinese_are_left_out_by_probes_of_english_and_named(bench, tmp_path, mixed, english_model):
    run = audited(bench, tmp_path, mixed, "contractions", "neutral_insertions", "white_space")
    kept = run.provenance["table"]["language"]
    assert kept["rows"] == {"en": 12, "zh": 4}
    assert (kept["model"], kept["foreign"], kept["by"]) == (["en"], ["zh"], "card")
    assert kept["left_out"] == {"contractions": {"zh": 4}}
    assert 0 < kept["unknown"] < kept["tokens"]
    rows = {probe.probe: probe.rows for probe in bench.store.probes(run.id)}
    assert (rows["contractions"], rows["neutral_insertions"], rows["white_space"]) == (12, 16, 16)
    scores = {score.key: score for score in bench.store.scores(run.id)}
    assert scores["foreign_share"].value == 0.25
    assert scores["unknown_token_share"].value == round(kept["unknown"] / kept["tokens"], 6)
    titles = [finding.title for finding in bench.store.findings(run.id)]
    assert "25.0% of the rows are in a language the model does not know: Chinese" in titles


def test_the_report_names_what_was_left_out(bench, tmp_path, mixed, english_model):
    run = audited(bench, tmp_path, mixed, "contractions")
    told = {limit.kind: limit.values for limit in build_report(bench.store, run.id).limits}
    left, foreign = told["other_language"], told["foreign_rows"]
    assert (left["probe"], left["rows"], left["languages"]) == ("contractions", 4, "zh")
    assert (foreign["rows"], foreign["of"], foreign["languages"]) == (4, 16, "zh")


def test_a_probe_of_english_is_skipped_on_a_table_in_chinese(bench, tmp_path, table):
    path = table(6, special={i: CHINESE.format(i=i) for i in range(6)})
    run = audited(bench, tmp_path, path, "contractions", "neutral_insertions")
    told = {probe.probe: (probe.status, probe.reason) for probe in bench.store.probes(run.id)}
    assert told["contractions"] == (
        "skipped", "contractions works on texts in English, and every row is in Chinese.",
    )  # fmt: skip
    assert told["neutral_insertions"][0] == "planned"
    assert json.dumps(run.provenance["table"]["language"]["rows"]) == '{"zh": 6}'


def test_the_summary_says_first_that_the_model_cannot_read_the_rows(bench, tmp_path, mixed, english_model, monkeypatch):
    run = audited(bench, tmp_path, mixed, "contractions")
    title = "The model does not know the language of 4 of the 16 rows"
    report = build_report(bench.store, run.id)
    told = summary(report, strings("en"), CAPS["executive"])
    first = told.blocks[0]
    assert isinstance(first, Callout)
    assert (first.title, first.tone) == (title, "bad")
    assert first.text.startswith("Written in Chinese; the model was trained on English.")
    steps = next(section for section in told.sections if section.id == "summary-do").blocks[0].items
    assert "Audit it on texts in its own languages" in steps[0]
    html = make_report(bench.store, run.id, formats=("html",))["files"][0].content.decode()
    assert html.index(title) < html.index("Checks of the policy: "), "before any number"
    out = io.StringIO()
    monkeypatch.setattr(show, "stdout", Console(file=out, width=300))
    show.print_run(bench.store, run)
    assert out.getvalue().startswith(f"Warning: {title}")


def test_few_rows_of_another_language_are_a_limit_and_no_headline():
    said = {"table": {"language": {"rows": {"en": 97, "zh": 3}, "model": ["en"], "foreign": ["zh"], "by": "card"}}}
    assert not mismatch_of(said)
    assert mismatch_of(said).rows == 3
    assert Mismatch(5, 100, ("zh",), ("en",))
    assert not mismatch_of(None)


def test_a_model_whose_card_names_no_language_is_told_of_by_its_tokenizer():
    found = Mismatch(8, 8, ("zh",))
    assert found.text.key == "mismatch.unread"
