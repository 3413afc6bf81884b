import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulated import example, prediction, row_id

from audit.score.data import conflicts, data, label_distribution, lengths
from audit.score.findings import find
from audit.score.frames import build_frames
from audit.score.groups import groups
from audit.score.measurer import Measurer
from audit.score.measures import Measures
from audit.score.widest import widest_gap

LABELS = ("no", "yes")
MEASURER = Measurer(0, 300)


def measured(frames, family=data):
    return {measure.key: measure for measure in family(frames, MEASURER)}


def test_duplicates_are_extra_rows_and_conflicts_are_texts_with_two_labels():
    examples = [
        example("same", "yes"), example("same", "yes", occurrence=2), example("same", "yes", occurrence=3),
        example("told twice, yes", "yes", text="told twice"), example("told twice, no", "no", text="told twice"),
        example("plain", "no"),
    ]  # fmt: skip
    frames = build_frames([], labels=LABELS, examples=examples)
    found = measured(frames)
    assert found["duplicate_share"].counts == (2.0, 6.0)
    assert found["duplicate_share"].evidence == (row_id("same"),)
    assert found["conflict_share"].counts == (2.0, 6.0)
    assert set(conflicts(frames)["row_id"]) == {row_id("told twice, yes"), row_id("told twice, no")}


def test_the_same_text_with_another_pair_is_no_conflict():
    examples = [example("x", "yes", text="t", pair="one"), example("y", "no", text="t", pair="two")]
    assert measured(build_frames([], labels=LABELS, examples=examples))["conflict_share"].value == 0.0


def test_truncated_rows_are_counted_with_the_longest_as_evidence():
    records = [prediction(f"r{i}", "yes", (0.1, 0.9), tokens=10 + i, kept=min(10 + i, 15)) for i in range(10)]
    found = measured(build_frames(records, labels=LABELS))
    assert found["truncated_share"].value == 0.4
    assert found["truncated_share"].context["limit"] == 15
    assert found["truncated_share"].evidence[0] == row_id("r9")
    assert found["length_median"].value == 14
    assert found["length_p95"].value == 19


def test_lengths_and_labels_are_tables_that_add_up():
    examples = [example(f"r{i}", LABELS[i % 2]) for i in range(50)]
    records = [prediction(f"r{i}", "yes", (0.1, 0.9), tokens=5 + i, kept=min(5 + i, 40)) for i in range(50)]
    frames = build_frames(records, labels=LABELS, examples=examples)
    table = lengths(frames, bins=7)
    assert table["rows"].sum() == 50
    assert table["truncated"].sum() == 14
    assert (table["to"].iloc[:-1].to_numpy() == table["from"].iloc[1:].to_numpy()).all()
    shares = label_distribution(frames).set_index(["kind", "label"])["share"]
    assert shares[("data", "no")] == 0.5
    assert shares[("model", "yes")] == 1.0
    assert shares[("model", "no")] == 0.0


def test_errors_are_a_share_and_leave_the_other_figures():
    records = [prediction("a", "yes", (0.1, 0.9)), prediction("b", "", (), error="boom", tokens=0, kept=0)]
    found = measured(build_frames(records, labels=LABELS))
    assert found["error_share"].value == 0.5
    assert found["error_share"].evidence == (row_id("b"),)
    assert found["truncated_share"].n == 1


def grouped(rows):
    """rows: (group, truth, predicted) each."""
    examples = [example(f"r{i}", truth, groups={"city": group}) for i, (group, truth, _) in enumerate(rows)]
    records = [
        prediction(f"r{i}", guess, (0.1, 0.9) if guess == "yes" else (0.9, 0.1)) for i, (_, _, guess) in enumerate(rows)
    ]
    return build_frames(records, labels=LABELS, examples=examples)


def test_groups_have_accuracy_rates_and_a_gap():
    rows = (
        [("ulm", "yes", "yes")] * 30
        + [("ulm", "no", "yes")] * 10
        + [("bonn", "yes", "no")] * 20
        + [("bonn", "no", "no")] * 20
    )
    found = measured(grouped(rows), groups)
    assert found["group_accuracy[group:city=ulm]"].value == 0.75
    assert found["group_tpr[group:city=ulm,label=yes]"].value == 1.0
    assert found["group_fpr[group:city=ulm,label=yes]"].value == 1.0
    assert found["group_tpr[group:city=bonn,label=yes]"].value == 0.0
    gap = found["accuracy_gap[group:city]"]
    assert gap.value == pytest.approx(0.25)
    assert gap.method == "newcombe"
    assert gap.context["worst"] == "bonn"
    assert gap.n == 80


def test_small_groups_are_left_out_counted_and_named():
    rows = [("ulm", "yes", "yes")] * 40 + [("bonn", "yes", "no")] * 40 + [("trier", "yes", "no")] * 29
    rows += [("", "yes", "yes")] * 9  # a row of no group is not left out
    found = measured(grouped(rows), groups)
    assert not any("trier" in key for key in found)
    note = found["accuracy_gap[group:city]"].note
    assert note.endswith("groups with fewer than 30 rows are left out (29 rows): trier (29)")


def test_of_many_small_groups_the_largest_are_named():
    rows = [(city, "yes", "yes") for city, size in (("ulm", 40), ("bonn", 30)) for _ in range(size)]
    rows += [(f"hamlet {i}", "yes", "no") for i in range(7) for _ in range(i + 1)]
    note = measured(grouped(rows), groups)["accuracy_gap[group:city]"].note
    assert note.endswith("(28 rows): hamlet 6 (7), hamlet 5 (6), hamlet 4 (5), hamlet 3 (4), hamlet 2 (3) and 2 more")


@pytest.mark.parametrize(("ulm", "there_is"), [(29, "none"), (30, "one")])
def test_groups_too_small_for_a_gap_are_said_and_leave_the_check_open(ulm, there_is):
    found = measured(grouped([("ulm", "yes", "yes")] * ulm + [("trier", "yes", "no")] * 12), groups)
    gap = found["accuracy_gap[group:city]"]
    assert (gap.value, gap.n) == (None, 0)
    assert f"a gap takes two groups of at least 30 rows, there is {there_is}" in gap.note
    assert "trier (12)" in gap.note
    assert ("ulm (29)" in gap.note) == (ulm < 30)
    finding = next(f for f in find(Measures(tuple(found.values()))) if f.score.name == "accuracy_gap")
    assert finding.verdict == "INCONCLUSIVE"
    assert "trier (12)" in finding.note


def test_one_group_has_no_gap_and_says_so():
    for rows in (40, 7):
        gap = measured(grouped([("ulm", "yes", "yes")] * rows), groups)["accuracy_gap[group:city]"]
        assert (gap.value, gap.note.partition(";")[0]) == (
            None, "all rows with a value have the same, so there is nothing to compare",
        )  # fmt: skip


def test_a_column_with_something_of_each_row_is_no_grouping():
    found = measured(grouped([(f"{i % 51}", "yes", "yes") for i in range(51 * 30)]), groups)
    assert list(found) == ["accuracy_gap[group:city]"]
    assert "51 groups with enough rows; choose one with at most 50" in found["accuracy_gap[group:city]"].note
    assert (
        measured(grouped([(f"{i}", "yes", "yes") for i in range(5000)]), groups)["accuracy_gap[group:city]"].value
        is None
    )


def test_no_label_no_groups():
    assert measured(grouped([("ulm", None, "yes")] * 40), groups) == {}


def test_the_widest_of_several_gaps_is_given_without_what_chance_adds():
    accuracy = {"ulm": 30, "bonn": 24, "trier": 33, "kiel": 36, "jena": 33, "hof": 28}
    rows = [
        (city, "yes", "yes" if i < right else "no") for city, right in accuracy.items() for i in range(40)
    ]  # 0.6 to 0.9: by chance alone the widest of 15 gaps would be some 0.17
    gap = measured(grouped(rows), groups)["accuracy_gap[group:city]"]
    assert gap.method == "inversion(300)"
    assert 0.15 < gap.value < 0.3
    assert (gap.context["worst"], gap.context["best"], gap.n) == ("bonn", "kiel", 240)
    assert "the widest of 15 gaps, kiel over bonn, is 30.0 percentage points as observed" in gap.note
    low, high = gap.interval(0.95)
    assert 0.0 <= low < gap.value < high
    assert gap.interval(0.99999).low == 0.0
    alike = [(city, "yes", "yes" if i < 32 + k % 3 else "no") for k, city in enumerate(accuracy) for i in range(40)]
    same = measured(grouped(alike), groups)["accuracy_gap[group:city]"]
    assert (same.value, same.interval(0.95).low) == (0.0, 0.0)


@given(
    shares=st.lists(st.tuples(st.integers(1, 60), st.floats(0.0, 1.0)), min_size=3, max_size=7),
    resamples=st.sampled_from([60, 300]),
    seed=st.integers(0, 999),
)
def test_no_gap_is_so_sure_to_be_none_that_nothing_above_it_is_left(shares, resamples, seed):
    """However few are drawn and however alike the groups came out: of so few rows a gap of nothing at all is never known."""
    trials = np.array([float(n) for n, _ in shares])
    hits = np.array([float(round(n * share)) for n, share in shares])
    found = widest_gap(hits / trials, trials, np.random.default_rng(seed), resamples=resamples)
    for level in (0.5, 0.8, 0.95):
        low, high = found.interval(level)
        assert found.alike or high - low > 1e-6, (level, low, high)
