"""Three runs and more: the same texts for all, every pair tested, one correction for all tests, the best only where it is sure."""

from __future__ import annotations

import pytest
from runs import make_run
from scipy.stats import binomtest
from statsmodels.stats.multitest import multipletests

from audit.errors import InputError
from audit.results.comparing import compare
from audit.results.reading import Results
from audit.results.several import compare_several
from audit.score.common import shared
from audit.store import Store

FATES = ({}, {"textfooler": False}, {"textfooler": True, "deepwordbug": True})
"""Of the first run about a third of the attacked rows survive, of the second all under TextFooler, of the third none."""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    made = Store(f"sqlite:///{tmp_path_factory.mktemp('several') / 'runs.db'}")
    yield made
    made.close()


@pytest.fixture(scope="module")
def ids(store, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    return [make_run(store, folder, rows=90, name=f"model {i}", fates=fates).id for i, fates in enumerate(FATES)]


@pytest.fixture(scope="module")
def found(store, ids):
    return compare_several(store, ids)


def by_key(found):
    return {line.key: line for line in found.lines}


def survived(store, run_id, recipe):
    """Content of each row -> whether it was right and no attack succeeded, counted by hand."""
    attacks = Results(store, store.run(run_id)).frames.attacks
    own = attacks[attacks["probe"] == recipe]
    return dict(zip(own["content_id"], own["status"].isin(["failed", "out_of_budget"]), strict=True))


def test_the_best_is_marked_where_it_beats_every_other_and_nowhere_else(found):
    lines = by_key(found)
    assert lines["accuracy_under_attack@textfooler"].best == 1
    assert lines["accuracy_under_attack@textfooler"].against_first == (None, True, False)
    bug = lines[
        "accuracy_under_attack@deepwordbug"
    ]  # the first two are the same there: both better than the third, none best
    assert bug.values[0] == bug.values[1] > bug.values[2]
    assert bug.against_first == (None, None, False)
    assert bug.best is None
    assert lines["accuracy"].best is None


def test_the_values_and_the_correction_are_those_of_all_tests_together(store, ids, found):
    outcomes = [survived(store, run_id, "textfooler") for run_id in ids]
    line = by_key(found)["accuracy_under_attack@textfooler"]
    for value, own in zip(line.values, outcomes, strict=True):
        assert value == pytest.approx(sum(own.values()) / len(own))
    p_values, of_line = [], []
    for one in range(3):
        for other in range(one + 1, 3):
            for difference in compare(store, ids[one], ids[other]).paired:
                p_values.append(difference.p_value)
                if difference.key == line.key:
                    lost = sum(outcomes[one][c] and not outcomes[other][c] for c in outcomes[one])
                    gained = sum(outcomes[other][c] and not outcomes[one][c] for c in outcomes[one])
                    exact = binomtest(lost, lost + gained).pvalue
                    assert difference.p_value == pytest.approx(exact)
                    of_line.append(len(p_values) - 1)
    assert found.tests == len(p_values)
    kept = multipletests(p_values, alpha=0.05, method="holm")[0]
    assert all(kept[place] for place in of_line)
    better = sum(d is not None for one in found.lines for d in one.against_first)
    assert better <= kept.sum()


def test_only_the_texts_that_all_have_count(store, ids, tmp_path):
    def fewer(lines):
        return [lines[0], *lines[1:40]]

    part = make_run(store, tmp_path, rows=90, name="part", edit=fewer)
    texts = len(store.examples(part.id))
    assert texts == 39
    found = compare_several(store, [*ids[:2], part.id])
    assert found.texts == texts
    assert {line.n for line in found.lines} <= set(range(texts + 1))
    frames = shared([Results(store, store.run(one)).frames for one in [*ids, part.id]])
    assert {frozenset(one.examples["content_id"]) for one in frames} == {frozenset(frames[-1].examples["content_id"])}
    assert all(len(one.probs) == len(one.predictions) == texts for one in frames)


def test_runs_without_common_texts_say_nothing(store, ids, tmp_path):
    other = make_run(
        store, tmp_path, rows=30, seed=9, labels=("no", "yes"), name="other", texts=[f"Text {i}." for i in range(30)]
    )
    found = compare_several(store, [*ids[:2], other.id])
    assert (found.texts, found.tests, found.lines) == (0, 0, ())


@pytest.mark.parametrize(
    ("places", "said"),
    [([0], "two runs or more"), ([0, 1, 0], "with itself"), ([0, 1, 2, 3, 4, 5, 6], "At most 6 runs")],
)
def test_what_cannot_be_compared_is_said(store, places, said):
    with pytest.raises(InputError, match=said):
        compare_several(store, [f"{place:012x}" for place in places])
