"""One recipe twice in a run: two of everything, on every page, in the report, its files and the terminal."""

from __future__ import annotations

import json

import pytest
from runs import make_run
from typer.testing import CliRunner

from audit.__main__ import build as commands
from audit.report.build import build_report
from audit.report.csv_files import tables
from audit.report.json_file import read_json, render_json
from audit.report.layout import lay_out
from audit.spec import ProbeSpec

PROBES = (
    ProbeSpec(kind="prediction", name="predict"),
    ProbeSpec(kind="attack", name="deepwordbug", id="never", params={"max_queries": 1}),
    ProbeSpec(kind="attack", name="deepwordbug", id="al+ways"),
    ProbeSpec(kind="explainer", name="leave_one_out", id="whole"),
    ProbeSpec(kind="explainer", name="leave_one_out", id="by:word"),
    ProbeSpec(kind="perturbation", name="typos", id="typos.few"),
)
FATES = {"never": False, "al+ways": True}


@pytest.fixture(params=[PROBES, PROBES[::-1]], ids=["one order", "the other order"])
def run(store, tmp_path, request):
    return make_run(store, tmp_path, rows=40, probes=request.param, fates=FATES)


def test_each_has_its_own_scores_whatever_the_order(store, run):
    rates = {s.probe: (s.value, s.n, s.registered) for s in store.scores(run.id) if s.name == "attack_success_rate"}
    assert rates == {"never": (0.0, 40, ("deepwordbug",)), "al+ways": (1.0, 40, ("deepwordbug",))}
    left = {s.probe: s.value for s in store.scores(run.id) if s.name == "accuracy_under_attack"}
    assert left == {"never": 1.0, "al+ways": 0.0}
    (agreement,) = [s for s in store.scores(run.id) if s.name == "method_agreement"]
    assert {agreement.probe, agreement.other_probe} == {"whole", "by:word"}
    assert agreement.n == 40
    flagged = {(s.probe, s.other_probe) for s in store.scores(run.id) if s.name == "attacked_words_flagged"}
    assert flagged == {("al+ways", "whole"), ("al+ways", "by:word")}
    assert len({s.key for s in store.scores(run.id)}) == len(store.scores(run.id))


def test_records_say_which_probe_of_the_run_they_are_of(store, run):
    row = store.rows(run.id)["row_id"].iloc[0]
    records = store.row_records(run.id, row)
    assert {(key, r.probe, r.name) for key, r in records.items()} == {
        (p.id or p.name, p.id or p.name, p.name) for p in PROBES
    }
    assert {r.probe for _, r in store.iter_records(run.id)} == set(records)
    assert store.record(run.id, "al+ways", row).status == "success"


def test_every_section_shows_both(app, run):
    page = app("report", run=run.id, section="robustness")
    boxes = {box.label: box for box in page.selectbox}
    assert set(boxes["Recipe"].options) == {"DeepWordBug (never)", "DeepWordBug (al+ways)"}
    assert set(boxes["Attack and explanation"].options) == {
        "DeepWordBug (al+ways) and Leave-one-out (whole)", "DeepWordBug (al+ways) and Leave-one-out (by:word)",
    }  # fmt: skip
    assert [said.value for said in page.info if "No example" in said.value] == (
        ["No example fits these filters."] if run.spec["probes"][1]["id"] == "never" else []
    )
    page = app("report", run=run.id, section="robustness", recipe="al+ways")
    assert not [said.value for said in page.info if "No example" in said.value]
    page = app("report", run=run.id, section="explanations", method="by:word")
    assert not [said.value for said in page.info if "No word stands out" in said.value]
    page = app("report", run=run.id, section="summary")
    assert [m.label for m in page.metric]


def test_the_report_and_its_files_hold_both(store, run, tmp_path):
    report = build_report(store, run.id)
    assert {(r.probe, r.counts["success" if r.probe == "al+ways" else "failed"] > 30) for r in report.recipes} == {
        ("never", True), ("al+ways", True),
    }  # fmt: skip
    assert len({found.row_id for r in report.recipes for found in r.examples}) > 1
    (tmp_path / "r.json").write_text(render_json(report), encoding="utf-8")
    assert render_json(read_json(tmp_path / "r.json")) == render_json(report)
    printed = repr(lay_out(report))
    assert "DeepWordBug (never)" in printed
    assert "DeepWordBug (al+ways)" in printed
    files = {name: list(rows) for name, rows in tables(store, report)}
    head, *lines = files["attacks.csv"]
    place = head.index("probe")
    assert sorted(line[place] for line in lines) == ["al+ways"] * 40 + ["never"] * 40
    assert {line[head.index("recipe")] for line in lines} == {"deepwordbug"}


def test_the_terminal_shows_both_and_a_policy_can_name_one_or_both(store, run, tmp_path):
    shown = CliRunner().invoke(commands(), ["show", run.id, "--json"])
    scores = json.loads(shown.stdout)["scores"]
    assert {s["probe"] for s in scores if s["name"] == "attack_success_rate"} == {"never", "al+ways"}
    for probe, verdict in (("never", 0), ("al+ways", 1), ("deepwordbug", 1)):
        policy = tmp_path / f"{len(probe)}.toml"
        policy.write_text(
            f'version = 1\nname = "p"\n[[check]]\nid = "c"\nscore = "attack_success_rate"\nprobe = "{probe}"\nmax = 0.5\n'
        )
        assert CliRunner().invoke(commands(), ["gate", run.id, "--policy", str(policy)]).exit_code == verdict, probe
