"""A probe of another package gives numbers about the sample, which become scores, a check, a finding and all that shows them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import run_fakes
from scipy.stats import binomtest

from audit import kinds
from audit.cards import card
from audit.errors import RunError, SpecError
from audit.language.probes import display_name
from audit.records import Estimate, Example, SampleOutcome, from_dict, to_dict
from audit.report.blocks import Table
from audit.report.build import build_report
from audit.report.csv_files import write_csv
from audit.report.html import render_html
from audit.report.json_file import read_json, render_json
from audit.report.layout import lay_out
from audit.report.pdf import render_both
from audit.report.textless import without_texts
from audit.results.judging import judge, judged_by
from audit.results.recomputing import check_content
from audit.run import client
from audit.run.bundle import import_run
from audit.run.exporting import export_run
from audit.run.sampling import collect_sample
from audit.score.policy import parse_policy
from audit.spec import ProbeSpec

SUPPORT = Path(__file__).resolve().parents[2] / "support"
POLICY = """
version = 1
name = "lengths"
[[check]]
id = "short"
score = "overlong_share"
probe = "long_texts"
max = 0.2
[[check]]
id = "of-each"
score = "overlong_share"
probe = "*"
slice = "subject=*"
max = 0.99
"""


@pytest.fixture(autouse=True)
def installed(tmp_path, monkeypatch):
    """A package beside Assay that brings one probe."""
    site = tmp_path / "site"
    (site / "long-1.0.dist-info").mkdir(parents=True)
    (site / "long_texts_probe.py").write_text((SUPPORT / "long_texts.py").read_text(encoding="utf-8"), encoding="utf-8")
    (site / "long-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: long\nVersion: 1.0\n")
    (site / "long-1.0.dist-info" / "entry_points.txt").write_text(
        f"[{kinds.GROUP}]\nsample.long_texts = long_texts_probe:LongTexts\n"
    )
    monkeypatch.syspath_prepend(str(site))
    kinds.forget()
    yield
    kinds.forget()


@pytest.fixture
def run(bench, tmp_path):
    """A finished run of 60 rows of which 5 texts occur twice, judged by a policy on the new score."""
    rng = np.random.default_rng(3)
    texts = ["x" * int(n) + f"{place:03}" for place, n in enumerate(rng.integers(3, 40, 55))]
    table = tmp_path / "t.csv"
    lines = [
        f"{text},{('negative', 'positive')[place % 2]}" for place, text in enumerate([*texts, *texts[:4], texts[4]])
    ]
    table.write_text("\n".join(["text,label", *lines[:55], *lines[:5]]) + "\n")
    spec = run_fakes.make_spec(tmp_path / "m", table)
    spec = spec.model_copy(update={"probes": (*spec.probes, ProbeSpec(kind="sample", name="long_texts"))})
    made = bench.whole(spec)
    assert made.status == "finished", made.note
    judge(bench.store, made.id, parse_policy(POLICY).to_dict())
    return bench.store.run(made.id)


def long_ones(bench, run, label=""):
    return [len(e.text) > 20 for e in bench.store.iter_examples(run.id) if label in ("", e.label)]


def walked(sections):
    for section in sections:
        yield section
        yield from walked(section.sections)


def test_its_numbers_are_scores_with_the_intervals_of_their_basis(bench, run):
    found = {score.key: score for score in bench.store.scores(run.id) if score.probe == "long_texts"}
    long = long_ones(bench, run)
    share = found["overlong_share@long_texts"]
    low, high = binomtest(sum(long), len(long)).proportion_ci(method="wilson")
    assert (share.value, share.low, share.high) == pytest.approx((sum(long) / len(long), low, high), abs=1e-6)
    assert (share.n, share.unit, share.direction, share.definition) == (
        60,
        "share",
        "lower_is_better",
        "overlong_share",
    )
    of_one = found[r"overlong_share@long_texts[subject=label\=negative]"]
    own = long_ones(bench, run, "negative")
    assert of_one.value == pytest.approx(sum(own) / len(own), abs=1e-6)
    mean = found["length_mean@long_texts"]
    assert mean.method == "bootstrap-percentile(400)"
    assert mean.low < mean.value < mean.high
    assert not any(score.name == "longest" for score in found.values())


def test_a_policy_holds_them_and_a_finding_says_what_comes_of_it(bench, run):
    findings = {finding.id: finding for finding in bench.store.findings(run.id)}
    failed = findings["check:short:overlong_share@long_texts"]
    assert failed.verdict == run.verdict == "FAIL"
    assert failed.title.startswith("Overlong messages is ")
    assert failed.evidence
    assert set(failed.evidence) <= {e.row_id for e in bench.store.iter_examples(run.id)}
    assert {i for i, f in findings.items() if i.startswith("check:of-each:") and f.verdict == "PASS"} == {
        f"check:of-each:overlong_share@long_texts[subject=label\\={label}]" for label in ("negative", "positive")
    }
    with pytest.raises(SpecError, match="overlong_share"):
        parse_policy(POLICY.replace("overlong_share", "overlong_shore"))
    loose = parse_policy(POLICY.replace("0.2", "0.9"), probes=("long_texts",)).to_dict()
    assert judged_by(bench.store, run.id, loose).verdict == "PASS"


def test_it_is_in_the_chapter_the_page_the_pdf_the_json_and_the_csv(bench, run, tmp_path):
    report = build_report(bench.store, run.id)
    laid = lay_out(report)
    (chapter,) = [section for section in laid.sections if section.id == "samples"]
    (part,) = chapter.sections
    (table,) = [block for block in part.blocks if isinstance(block, Table)]
    assert part.title == "Overlong messages"
    mean, longest, share = ([cell.text for cell in row] for row in table.rows[:3])
    assert share[:2] == ["all rows", "Overlong messages"]
    assert " to " in share[3]
    assert " to " in mean[3]
    assert (longest[1], longest[3]) == ("longest", "–")
    html = render_html(laid)
    assert "Overlong messages" in html
    assert "Share of the texts that are longer than the bound." in html
    said = [block.title for block in walked(laid.sections)]
    assert "Overlong messages" in said
    assert render_both(laid, ppi=30)[0].startswith(b"%PDF-")
    (tmp_path / "r.json").write_text(render_json(report), encoding="utf-8")
    back = read_json(tmp_path / "r.json")
    assert back.samples == report.samples
    assert {score.key for score in back.scores} >= {"overlong_share@long_texts", "length_mean@long_texts"}
    (made,) = write_csv(bench.store, report, tmp_path / "csv.zip")
    with zipfile.ZipFile(made) as archive:
        lines = list(csv.DictReader(io.StringIO(archive.read("scores.csv").decode("utf-8-sig"))))
    assert any(line["name"] == "overlong_share" and line["low"] for line in lines)


def test_without_texts_no_subject_is_told(bench, run):
    bare = without_texts(build_report(bench.store, run.id))
    assert not any("label=" in str(score.where.get("subject")) for score in bare.scores)
    assert "label=negative" not in json.dumps([to_dict(finding) for finding in bare.findings])
    assert [one.scored for one in bare.samples] == [("length_mean", "overlong_share"), (), ()]


def test_it_is_shown_verified_and_taken_in(bench, run, tmp_path, monkeypatch, capsys):
    from audit.cli.show import show

    monkeypatch.setenv("COLUMNS", "200")
    show(run.id)
    told = capsys.readouterr().out
    assert "overlong share" in told
    assert "Overlong messages is" in told
    assert check_content(bench.store, run.id) == []
    before = bench.store.scores(run.id)
    bundle = export_run(bench.store, run.id, tmp_path / "out")
    client.delete(run.id, store=bench.store)
    taken = import_run(bench.store, bundle)
    assert {s.key for s in bench.store.scores(taken.id)} == {s.key for s in before}
    assert check_content(bench.store, taken.id) == []


def test_its_title_is_said_wherever_a_bundled_ones_is(bench, run):
    assert card("sample", "long_texts").title == display_name("long_texts") == "Overlong messages"
    assert display_name("mine", "long_texts") == "Overlong messages (mine)"
    html = render_html(lay_out(build_report(bench.store, run.id)))
    assert "Long texts" not in html.replace("Long texts, version 1", "")


def test_what_it_stored_can_be_read_where_its_package_is_gone(bench, run, monkeypatch):
    from audit import brought

    monkeypatch.setattr(brought, "entry_points", lambda group: [])
    kinds.forget()
    html = render_html(lay_out(build_report(bench.store, run.id)))
    assert "Long texts" in html
    assert display_name("long_texts") == "Long texts"


def test_a_record_of_before_has_the_digest_it_had():
    from audit.store.indexing import stored_row
    from models.task import Label

    record = SampleOutcome("p", {"a": 1.0}, ("r",), 0)
    assert "estimates" not in json.loads(stored_row(record, None, Label(("x", "y")))["payload"])
    scored = replace(record, estimates={"a": Estimate(1.0, 1.0)})
    assert from_dict(SampleOutcome, to_dict(scored)) == scored


class Odd:
    name = "odd"

    def __init__(self, record):
        self.record = record

    def run(self, classifier, examples, *, seed, reference):
        yield self.record


@pytest.mark.parametrize(
    ("estimate", "said"),
    [
        ({"y": Estimate(1.0, 2.0)}, "'y' is not among its values"),
        ({"x": Estimate(3.0, 2.0)}, "neither replicates nor hits"),
        ({"x": Estimate(1.0, 4.0)}, "not the share of its hits"),
        ({"x": Estimate(replicates=(0.1, 0.2))}, "how many texts"),
        ({"x": Estimate(replicates=(float("nan"),), units=3)}, "number that is none"),
    ],
)
def test_an_interval_that_is_none_is_refused_in_a_sentence(estimate, said):
    record = SampleOutcome("odd", {"x": 0.5}, (), 0, estimates=estimate)
    with pytest.raises(RunError, match=said):
        collect_sample(Odd(record), None, [Example("a" * 16, "a")], (), seed=0)
