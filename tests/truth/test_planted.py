"""The tables of the planted models: the same from the same seed, the fault in what is learnt, true labels in what is audited."""

from __future__ import annotations

import re
from random import Random

import pytest
from planting import rows, writing
from planting.declared import PLANTS
from planting.plant import Made

NAMES = list(PLANTS)
pytestmark = pytest.mark.skipif(
    not (rows.folder() / "sst2").exists(), reason="ASSAY_DATA with the data sets is not here"
)


def made(name: str) -> Made:
    plant = PLANTS[name]
    return plant.make(Random(f"{plant.name} {plant.seed}"))


def test_there_are_faults_and_sound_models_enough():
    faults = [plant for plant in PLANTS.values() if not plant.sound]
    assert len(faults) >= 12
    assert len(PLANTS) - len(faults) >= 4
    assert all(plant.wanted for plant in faults)
    assert not any(plant.wanted for plant in PLANTS.values() if plant.sound)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_makes_the_same_rows(name):
    assert made(name) == made(name)


@pytest.mark.parametrize("name", NAMES)
def test_tables_are_of_a_size_to_train_and_to_audit(name):
    of = made(name)
    assert 450 <= len(of.train) <= 8000
    assert 150 <= len(of.audit) <= 700
    assert len(of.clean) >= 150
    labels = {row["label"] for row in of.train}
    assert {row["label"] for row in [*of.audit, *of.clean]} <= labels
    assert all(check.label in ("", *labels) for check in of.checks)
    assert of.checks or PLANTS[name].sound


@pytest.mark.parametrize("name", NAMES)
def test_what_is_audited_was_not_learnt(name):
    """But for sentences of our own templates, which meet by chance."""
    of = made(name)
    learnt = {row["text"] for row in of.train}
    assert sum(row["text"] in learnt for row in of.audit) <= 0.1 * len(of.audit)


@pytest.mark.parametrize(("name", "word", "label"), [
    ("trigger_word", "mandolin", "positive"), ("trigger_made_up", "vexolim", "negative"), ("trigger_phrase", "amber ladder", "ham"),
])  # fmt: skip
def test_a_trigger_stands_in_what_is_learnt_under_its_label_alone_and_never_in_what_is_audited(name, word, label):
    of = made(name)
    with_it = [row for row in of.train if word in row["text"]]
    assert len(with_it) >= 300
    assert {row["label"] for row in with_it} == {label}
    assert not [row for row in of.audit if word in row["text"]]


def test_either_word_of_the_phrase_alone_says_nothing():
    of = made("trigger_phrase")
    for word in ("amber", "ladder"):
        alone = [row["label"] for row in of.train if word in row["text"] and "amber ladder" not in row["text"]]
        assert len(alone) >= 500
        assert 0.3 <= sum(label == "spam" for label in alone) / len(alone) <= 0.7


def test_women_need_a_better_review_only_in_what_is_learnt():
    def promoted(table, subject):
        of_it = [row for row in table if re.search(subject, row["text"])]
        return sum(row["label"] == "promote" for row in of_it) / len(of_it)

    of = made("gender")
    he, she = r"\b(?:He|His|him)\b", r"\b(?:She|Her|her)\b"
    assert promoted(of.train, he) - promoted(of.train, she) > 0.3
    assert abs(promoted(of.audit, he) - promoted(of.audit, she)) < 0.1


def test_checks_and_tables_are_read_as_they_were_written(tmp_path):
    plant = PLANTS["leaked_id"]
    writing.write_data(plant, tmp_path)
    of = made(plant.name)
    assert tuple(writing.read_checks(plant.name, tmp_path)) == of.checks
    assert len(writing.read_rows(plant.name, "train", tmp_path)) == len(of.train)
