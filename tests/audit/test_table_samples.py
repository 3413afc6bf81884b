"""The sample tables: sound, distinct, of the labels their README promises."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from audit.table import open_table, profile

SAMPLES = Path(__file__).resolve().parents[2] / "assets" / "samples"
EXPECTED = {
    "sentiment": {"negative": 60, "positive": 60},
    "moderation": {"normal": 60, "offensive": 35, "hatespeech": 30},
    "bank_intents": None,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_is_sound_and_distinct(name: str):
    table = open_table(SAMPLES / f"{name}.csv")
    found = profile(table)
    assert (table.faults, table.warnings) == ((), ())
    assert (found.duplicates, found.conflicts, found.unlabelled) == (0, 0, 0)
    assert found.rows >= 100
    assert found.words[0] >= 4
    assert found.words[-1] <= 42
    assert table.header == ("text", "label")
    assert EXPECTED[name] in (None, found.labels)
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"`{name}\.csv` \| {found.rows} ", readme)


@pytest.mark.parametrize("name", EXPECTED)
def test_no_two_sentences_follow_one_template(name: str):
    """No two texts share more than 60% of their words: a template with a word exchanged would."""
    texts = [frozenset(re.findall(r"\w+", example.text.casefold())) for example in open_table(SAMPLES / f"{name}.csv")]
    alike = [
        (sorted(a), sorted(b))
        for i, a in enumerate(texts)
        for b in texts[:i]
        if len(a & b) > 0.6 * len(a | b)
    ]  # fmt: skip
    assert alike == []


def test_bank_intents_cover_all_intents(data_folder: Path):
    with (data_folder / "banking77" / "train.csv").open(encoding="utf-8", newline="") as file:
        intents = {row["label"] for row in csv.DictReader(file)}
    counts = profile(open_table(SAMPLES / "bank_intents.csv")).labels
    assert set(counts) == intents
    assert min(counts.values()) >= 2


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("sentiment", "sst2"),
        ("sentiment", "imdb_counterfactual"),
        ("bank_intents", "banking77"),
        ("moderation", "hatexplain"),
    ],
)
def test_no_sample_is_copied_from_a_data_set(name: str, data: str, data_folder: Path):
    real = set()
    for path in (data_folder / data).glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            real |= {row["text"].strip().casefold() for row in csv.DictReader(file)}
    ours = {example.text.strip().casefold() for example in open_table(SAMPLES / f"{name}.csv")}
    assert not ours & real
