import pandas as pd
import pytest
from simulated import simulated_run

from audit.results.tables import WORDS, chart_tables, places_name, table_bytes, table_from_bytes, words_name
from audit.score.frames import build_frames


@pytest.fixture(scope="module")
def frames():
    examples, records, labels = simulated_run(120, duplicates=5)
    return build_frames(records, labels=labels, examples=examples)


def test_every_table_is_the_same_after_it_was_kept(frames):
    made = chart_tables(frames)
    for name, table in made.items():
        pd.testing.assert_frame_equal(table_from_bytes(table_bytes(table)), table, check_dtype=False, obj=name)


def test_there_is_a_table_for_every_probe_and_pair(frames):
    made = chart_tables(frames)
    methods, recipes = (frames.attributions["probe"].unique(), frames.attacks["probe"].unique())
    assert len(methods)
    assert len(recipes)
    for method in methods:
        words = made[words_name(method)]
        assert words.groupby("target").size().max() <= WORDS
        assert {"low", "high", "row_ids"} <= set(words)
        for recipe in recipes:
            assert places_name(recipe, method) in made
    assert {"confusion", "reliability", "risk", "labels", "lengths", "words_changed", "queries", "words"} <= set(made)


def test_nothing_is_made_of_nothing():
    assert chart_tables(build_frames([], labels=("a", "b"))) == {}
