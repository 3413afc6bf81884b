"""Whether the model's limit cuts one label more than the others: counts of texts, Wilson intervals, Fisher's test after Holm."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest, fisher_exact
from simulated import example, prediction

from audit.report.chapters.scope import SHARES, _limits
from audit.report.facts import _cut_more
from audit.report.strings import strings
from audit.score.cut import COLUMNS, cut_by_label, cut_of
from audit.score.frames import build_frames
from models.task import Labels

LABELS = ("no", "yes", "perhaps")


def of(cut, *, labels=LABELS, task=None):
    """`cut`: label -> texts, and how many of them are cut."""
    names = [(label, i) for label, (texts, _) in cut.items() for i in range(texts)]
    examples = [example(f"{label} {i}", label) for label, i in names]
    records = [
        prediction(f"{label} {i}", "yes", (0.1, 0.8, 0.1), tokens=20, kept=10 if i < cut[label][1] else 20) for label, i in names
    ]  # fmt: skip
    return build_frames(records, labels=labels, task=task, examples=examples)


def test_each_label_is_held_against_the_others():
    table = cut_by_label(of({"no": (40, 20), "yes": (60, 3)})).set_index("label")
    assert list(table.index) == ["no", "yes"]
    assert (table.loc["no", "share"], table.loc["no", "rest"]) == (0.5, 0.05)
    wilson = binomtest(20, 40).proportion_ci(method="wilson")
    assert (table.loc["no", "low"], table.loc["no", "high"]) == pytest.approx((wilson.low, wilson.high))
    alone = fisher_exact([[20, 20], [3, 57]]).pvalue
    assert table["p_value"].tolist() == pytest.approx([2 * alone] * 2)


def test_a_text_with_several_labels_counts_for_each():
    table = cut_by_label(of({"no|yes": (10, 10), "perhaps": (10, 0)}, task=Labels(LABELS))).set_index("label")
    assert table["share"].to_dict() == {"no": 1.0, "yes": 1.0, "perhaps": 0.0}


@pytest.mark.parametrize("cut", [{}, {"no": (10, 5)}])
def test_nothing_of_one_label_or_none(cut):
    table = cut_by_label(of(cut))
    assert list(table.columns) == list(COLUMNS)
    assert table.empty


class Read:
    """Results that have frames and a level."""

    level = 0.95

    def __init__(self, frames):
        self.frames = frames

    def planned(self, kind):
        return [kind]

    def of_probes(self, _):
        return self.frames


def test_only_what_is_beyond_chance_is_told_and_only_of_the_one_that_is_cut_more():
    (limit,) = _cut_more(Read(of({"no": (40, 20), "yes": (60, 3), "perhaps": (30, 2)})))
    assert limit.values["label"] == "no"
    assert limit.values.keys() >= SHARES
    assert list(_cut_more(Read(of({"no": (40, 20), "yes": (40, 18)})))) == []
    report = type("Report", (), {"limits": (limit,)})
    (said,) = _limits(report, strings("en"))
    assert said.startswith(
        "Texts of 'no' are cut more often than those of the other labels: 50.0% (35.2% to 64.8%) of 40 texts, 5.6% of the "
    )
    assert "(p = <0.001" in said


def test_texts_that_nobody_audited_are_counted_alike():
    held = [frozenset({"no"})] * 40 + [frozenset({"yes"})] * 60
    cut = np.array([i < 20 or 40 <= i < 43 for i in range(100)])
    told = cut_of(cut, held, ("no", "yes"))
    assert told.equals(cut_by_label(of({"no": (40, 20), "yes": (60, 3)})).reset_index(drop=True))
