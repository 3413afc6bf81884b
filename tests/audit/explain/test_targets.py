"""Targets: predicted, true, a label, a contrast; names that look like keywords."""

from __future__ import annotations

import numpy as np
import pytest

from audit.errors import InputError, UnknownName
from audit.explain.targets import check_target, resolve_target
from models.task import Label, Labels

LABELS = ("red", "Green", "red-vs-blue", "blue", "true")
PROBS = np.array([0.1, 0.2, 0.1, 0.5, 0.1], dtype=np.float32)


def names(spec, label=None, task=Label):
    return resolve_target(spec, task(LABELS), PROBS, label)


def test_each_kind():
    assert names("predicted").name == "blue"
    assert names("true", "red").name == "red"
    assert names("green").name == "Green"
    assert names("Green-vs-blue").weights == (0.0, 1.0, 0.0, -1.0, 0.0)
    assert names("red-vs-blue").weights == (0.0, 0.0, 1.0, 0.0, 0.0), "a label comes before a contrast"
    assert names("red-vs-blue-vs-Green").weights == (0.0, -1.0, 1.0, 0.0, 0.0)
    assert names("label:true").name == "true"


def test_several_true_labels_give_the_most_probable():
    assert names("true", "red|Green", task=Labels).name == "Green"


@pytest.mark.parametrize("spec", ["violet", "red-vs-", "red-vs-red", "label:violet", "-vs-"])
def test_an_unknown_target_lists_the_choices(spec):
    with pytest.raises(UnknownName, match="red"):
        check_target(spec, LABELS)


def test_true_needs_a_label():
    with pytest.raises(InputError, match="has none"):
        names("true")
    with pytest.raises(UnknownName):
        names("true", "violet")
