"""What was counted in a whole table is known: one verdict by the count, no interval, no advice to audit more rows."""

from __future__ import annotations

from simulated import example, prediction

from audit.score.data import data, label_distribution
from audit.score.findings import find, verdict
from audit.score.frames import build_frames
from audit.score.measurer import Measurer
from audit.score.measures import Measures
from audit.score.policy import policy_from_dict

LABELS = ("no", "yes")
COUNTS = ("duplicate_share", "conflict_share", "truncated_share", "error_share")


def frames(*, whole, cut=4, failed=0):
    """40 rows: 10 of them a text with both labels, some longer than is read."""
    examples = [example(f"r{i}", LABELS[i % 2], text="told twice" if i < 10 else f"text {i}") for i in range(40)]
    records = [
        prediction(f"r{i}", "yes", (0.1, 0.9), tokens=12, kept=9 if i < cut else 12)
        if i >= failed
        else prediction(f"r{i}", "", (), error="boom", tokens=0, kept=0)
        for i in range(40)
    ]
    return build_frames(records, labels=LABELS, examples=examples, whole=whole)


def measured(**how):
    return Measures(tuple(data(frames(**how), Measurer(0, 200))))


def policy(limit):
    checks = [{"id": name, "score": name, "max": limit, "severity": "low"} for name in COUNTS]
    return policy_from_dict({"name": "data", "version": 1, "alpha": 0.05, "check": checks})


def test_a_sample_is_an_estimate_and_a_whole_table_a_count():
    sample, whole = measured(whole=False), measured(whole=True)
    for one in sample:
        same = whole.find(one.key)
        assert (same.value, same.n, same.evidence) == (one.value, one.n, one.evidence)
        assert same.counted
        assert not one.counted
        assert same.interval(0.95) is None
        score = same.score(0.95)
        assert (score.low, score.high, score.method) == (None, None, "counted")
        assert "counted in all 40 rows" in score.note
        assert "interval" not in score.note
    assert whole.as_estimates().scores(0.95) == sample.scores(0.95)
    assert Measures.from_bytes(whole.to_bytes()).scores(0.9) == whole.scores(0.9)


def test_a_count_meets_a_threshold_or_does_not():
    for limit, wanted in ((0.05, {"truncated_share": "FAIL", "conflict_share": "FAIL"}), (0.3, {})):
        found = find(measured(whole=True), policy(limit))
        assert {f.score.name: f.verdict for f in found} == dict.fromkeys(COUNTS, "PASS") | wanted
        assert all(f.n_to_settle is None for f in found)
        for finding in found:
            said = f"{finding.title} {finding.next_step} {finding.note}"
            assert "do not settle" not in said
            assert "Audit about" not in said
            assert "confidence" not in said
    assert {f.verdict for f in find(measured(whole=False), policy(0.1))} >= {"INCONCLUSIVE"}


def test_what_a_sample_cannot_tell_of_its_table_is_not_said_to_need_more_rows():
    """Two rows with one text are seldom drawn together: a sample has fewer of them than the table, however large it is."""
    open_at = {"duplicate_share": 0.05, "conflict_share": 0.2, "truncated_share": 0.2}
    found = {
        name: next(f for f in find(measured(whole=False), policy(at)) if f.score.name == name)
        for name, at in open_at.items()
    }
    for name in ("duplicate_share", "conflict_share"):
        said = found[name]
        assert said.verdict == "INCONCLUSIVE"
        assert "of the rows of the sample" in said.title
        assert "how many the table has was not counted" in said.title
        assert "Audit all rows of the table" in said.next_step
        assert "Only the rows of the sample" in said.note
        assert "do not settle" not in said.title
        assert "would settle" not in said.note
    assert "Audit about" in found["truncated_share"].next_step  # a text is as long in a sample as in its table


def test_a_count_on_the_threshold_meets_it():
    assert verdict(find(measured(whole=True, cut=10), policy(0.25))) == "PASS"


def test_rows_without_a_prediction_leave_what_is_predicted_an_estimate():
    found = measured(whole=True, failed=3)
    assert not found.find("truncated_share").counted
    assert not found.find("error_share").counted
    assert found.find("conflict_share").counted
    assert label_distribution(frames(whole=True, failed=3))["low"].notna().all()
    assert label_distribution(frames(whole=True))[["low", "high"]].isna().all().all()
