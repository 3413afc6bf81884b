"""Evidence shows what was done to a row: the changed text for whatever changes texts, the label beside the answer for errors."""

from __future__ import annotations

import pytest
from sample_run import RUNS

from audit.report.build import build_report
from audit.report.html import render_html
from audit.report.layout import lay_out

CHANGED = (
    "attack_success_rate", "attack_success_rate_valid", "accuracy_under_attack", "worst_case_accuracy", "worst_case_retained",
    "flip_rate", "class_attack_success_rate", "prediction_retained",
)  # fmt: skip


@pytest.fixture(scope="module", params=["reviews", "unlabelled", "many"])
def report(store, request):
    return build_report(store, RUNS[request.param], "technical")


def test_every_row_of_a_finding_about_changes_shows_the_change_and_the_turn(report):
    seen = set()
    for finding in report.findings:
        rows = report.pointed.get(finding.id, ())
        if finding.verdict != "PASS":
            assert [row.row_id for row in rows] == list(finding.evidence[:10]), finding.id
        if finding.score.name not in CHANGED:
            continue
        for row in rows:
            if row.after is None:
                continue
            seen.add(finding.score.name)
            assert any(edit.changed for edit in row.edits)
            assert "".join(edit.before for edit in row.edits) == row.text
            assert not report.run.task.same(row.before, row.after)
            assert 0 <= row.before_confidence <= 1
            assert 0 <= row.after_confidence <= 1
    assert seen


def test_rows_of_errors_show_the_label_beside_the_answer(store):
    report = build_report(store, RUNS["reviews"], "technical")
    wrong = [f for f in report.findings if f.score.name == "accuracy" and f.verdict != "PASS"]
    for finding in wrong:
        for row in report.pointed[finding.id]:
            assert row.label is not None
            assert row.before != row.label
            assert f"labelled {row.label}" in render_html(lay_out(report))


def test_the_page_on_paper_strikes_out_and_puts_in(store):
    report = build_report(store, RUNS["reviews"], "full")
    text = render_html(lay_out(report))
    first = next(rows[0] for rows in report.pointed.values() if rows[0].after is not None)
    edit = next(edit for edit in first.edits if edit.changed and edit.after)
    assert f"<ins>{edit.after}</ins>" in text
    assert 'class="scale"' in text
