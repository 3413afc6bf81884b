"""Making files: the worker's call, the command, brand, strings, charts."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path

import numpy as np
import pytest
from sample_run import RUNS
from typer.testing import CliRunner

import audit.report
from audit.__main__ import build
from audit.errors import ReportError, UnknownName
from audit.figures import shapes as charts
from audit.report import make_report
from audit.report.brand import checked_accent, make_brand
from audit.report.strings import strings

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#fff"/></svg>'


def test_make_report_gives_files_and_equal_ones_again(store, home):
    first = make_report(store, RUNS["one"], "executive", formats=("pdf", "html", "json", "csv"))
    names = [file.name for file in first["files"]]
    stem = f"assay-{RUNS['one']}-executive"
    assert {f"{stem}.pdf", f"{stem}.html", f"{stem}.json", f"{stem}-csv.zip", "page-001.png"} <= set(names)
    assert first["pages"] == sum(name.startswith("page-") for name in names)
    assert all(file.content for file in first["files"])
    again = make_report(store, RUNS["one"], "executive", formats=("pdf", "html", "json", "csv"))
    assert again == first
    other = make_report(store, RUNS["one"], "executive", formats=("pdf",), organisation="Else", preview=False)
    assert other["files"][0].name == first["files"][0].name
    assert other["files"][0].content != first["files"][0].content


def test_make_report_refuses_unknown_formats(store):
    with pytest.raises(UnknownName, match="csv, html, json, pdf"):
        make_report(store, RUNS["one"], formats=("docx",))


def test_the_worker_finds_the_maker():
    from importlib import import_module

    from audit.run.jobs import REPORT_MAKER

    module, _, name = REPORT_MAKER.partition(":")
    assert getattr(import_module(module), name) is make_report


def test_the_worker_makes_a_queued_report(store, home):
    from audit.run.jobs import do_job

    job = store.add_job(
        "report", RUNS["one"], {"preset": "executive", "formats": ["pdf"], "organisation": "Worker Bank"}
    )
    assert do_job(store, job.id, None, None) == "done"
    assert store.job(job.id).result["files"][0]["name"] == f"assay-{RUNS['one']}-executive.pdf"
    bad = store.add_job("report", RUNS["one"], {"preset": "long"})
    assert do_job(store, bad.id, None, None) == "failed"
    assert "executive, full, technical" in store.job(bad.id).error


def test_the_command_writes_what_is_asked_for(store, home, tmp_path, monkeypatch):
    monkeypatch.setenv("ASSAY_DATABASE_URL", str(store.database.engine.url))
    logo = tmp_path / "logo.svg"
    logo.write_bytes(SVG)
    done = CliRunner().invoke(
        build(),
        [
            "report", "1111", "--pdf", str(tmp_path / "a" / "r.pdf"), "--json", str(tmp_path / "r.json"),
            "--csv", str(tmp_path / "tables"), "--html", str(tmp_path / "r.html"), "--preset", "executive",
            "--organisation", "Example Bank", "--logo", str(logo), "--accent", "#2d5016", "--summary",
        ],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert (tmp_path / "a" / "r.pdf").read_bytes().startswith(b"%PDF-")
    assert json.loads((tmp_path / "r.json").read_text())["run"]["id"] == RUNS["one"]
    assert (tmp_path / "tables" / "scores.csv").is_file()
    assert "Example Bank" in (tmp_path / "r.html").read_text()
    assert json.loads(done.stdout.splitlines()[-1])["preset"] == "executive"
    [job] = [job for job in store.reports(RUNS["one"]) if job.args.get("organisation") == "Example Bank"]
    assert job.status == "done"
    assert all(store.files.read(file["sha256"]) for file in job.result["files"])
    assert "logo" not in job.args
    assert {file["name"].split(".")[-1] for file in job.result["files"]} == {"pdf", "json", "html", "zip", "png"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"accent": "red"}, "must look like #1f4e79"),
        ({"accent": "#ffee00"}, "too light"),
        ({"logo": "nowhere.png"}, "cannot be read"),
        ({"logo": audit.report.__file__}, "no PNG, JPEG or SVG"),
    ],
)
def test_bad_brands_are_refused_in_words(options, said):
    with pytest.raises(ReportError, match=said):
        make_brand(**options)


def test_a_logo_is_not_read_beyond_what_one_may_have(tmp_path):
    (tmp_path / "logo.png").write_bytes(bytes(1_000_001))
    with pytest.raises(ReportError, match="it holds more than 1,000,000 bytes"):
        make_brand(logo=tmp_path / "logo.png")


def test_brand_comes_from_settings(monkeypatch, tmp_path):
    logo = tmp_path / "logo.svg"
    logo.write_bytes(SVG)
    for name, value in (("ORGANISATION", "Set Bank"), ("ACCENT", "#123456"), ("LOGO", str(logo))):
        monkeypatch.setenv(f"ASSAY_{name}", value)
    brand = make_brand()
    assert (brand.organisation, brand.accent, brand.logo_kind, brand.logo) == ("Set Bank", "#123456", "svg", SVG)
    assert checked_accent("#1F4E79") == "#1f4e79"


def test_every_key_that_the_code_names_is_in_the_catalog():
    say = strings()
    source = "\n".join(path.read_text() for path in Path(audit.report.__file__).parent.rglob("*.py"))
    named = set(re.findall(r'say\(\s*"([a-z_.A-Z]+)"', source))
    assert len(named) > 80
    assert not [key for key in sorted(named) if not say.has(key)]
    assert all(say.count(key, n) for key in re.findall(r'say\.count\("([a-z_.]+)"', source) for n in (1, 2))


def test_every_limit_has_a_sentence():
    say = strings()
    source = (Path(audit.report.__file__).parent / "facts.py").read_text()
    kinds = set(re.findall(r'Limit\("([a-z_]+)"', source)) | {"no_attack", "no_perturbation", "no_explainer"}
    assert len(kinds) > 15
    assert not [kind for kind in kinds if not say.has(f"limits.{kind}")]


def test_charts_are_the_same_twice_and_take_any_label():
    hostile = ["$x^2$", "<b>&", "中文标签", "مرحبا", "😀", "\x00\x1b", "l" * 200, ""]
    lines = [charts.Dot(label, 0.5, 0.4, 0.6) for label in hostile]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = [
            charts.dots(lines),
            charts.bars(lines, axis="$push$", unit="logit"),
            charts.curves([charts.Steps(h, [0, 1], [0.9, 0.5], [0.8, 0.4], [1.0, 0.6]) for h in hostile], x="x", y="y"),
            charts.matrix(hostile, np.eye(8), np.eye(8, dtype=int), x="x", y="y"),
            charts.reliability([(0.9, 0.8, 0.7, 0.85)], x="x", y="y"),
        ]
        assert made[0] == charts.dots(lines)
    assert all(svg.startswith("<svg") and "date" not in svg for svg in made)
