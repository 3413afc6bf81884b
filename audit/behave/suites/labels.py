"""The labels of a suite, as the model has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from audit.behave.suites.model import SuiteTest
from audit.errors import InputError
from audit.table.label_names import Names
from models.label_sets import NONE, join_labels, split_labels

_JOINT = re.compile(r"(?<=\w)[-_]+(?=\w)|_")


class _Labels:
    """Finds the label of the model that one of the suite means: as in tables, else with blanks, hyphens and underscores alike."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._plain = Names(labels)
        self._loose = Names([_loose(label) for label in labels])
        self._of = {_loose(label): label for label in labels}

    def find(self, label: str) -> str | None:
        """The model's label; None where it has none, or two that read alike, which nobody but the user tells apart."""
        loose = self._loose.find(_loose(label))
        return self._plain.find(label) or (None if loose is None else self._of[loose])


def _loose(label: str) -> str:
    """A label with its words apart; a sign before a number stays one."""
    return _JOINT.sub(" ", label)


def named(
    labels: Iterable[str], model: Sequence[str], given: Mapping[str, str], *, several: bool = False
) -> dict[str, str]:
    """Label of the suite -> label of the model; those that the model does not have are not in it.

    Args:
        labels: of the suite.
        model: of the model.
        given: what the user says, before what is found by name.
        several: whether answers hold several labels, or none, as `models.label_sets` joins them: then the suite's may too.

    Raises:
        InputError: the user names a label that the suite or the model does not have.
    """
    labels = list(labels)
    for said, meant in given.items():
        if said not in labels:
            raise InputError(f"The suite has no label '{said}'; its labels are: {', '.join(labels) or 'none'}.")
        if meant not in model and not (several and set(split_labels(meant, model)) <= set(model)):
            raise InputError(f"The model has no label '{meant}' for '{said}'; its labels are: {', '.join(model)}.")
    known = _Labels(model)
    found = {label: known.find(label) for label in labels} | dict(given)
    if several:
        found |= {label: _joined(label, model, found, known) for label, meant in found.items() if meant is None}
    return {label: meant for label, meant in found.items() if meant is not None}


def _joined(label: str, model: Sequence[str], found: Mapping[str, str | None], known: _Labels) -> str | None:
    """Several labels in one, each as the model has it; None where it has not all of them."""
    parts = [found.get(part) or known.find(part) for part in split_labels(label, model)]
    whole = [part for part in parts if part is not None]
    return (join_labels(whole, model) or NONE) if len(whole) == len(parts) else None


def lacking(test: SuiteTest, names: Mapping[str, str]) -> tuple[str, ...]:
    """Labels that a test cannot do without and the model does not have; a case is left out by `unless` only where it has."""
    wanted = test.expectation
    needed = [*wanted.towards, *wanted.away]
    return tuple(dict.fromkeys(label for label in needed if label not in names))


def askable(test: SuiteTest, names: Mapping[str, str]) -> tuple[bool, ...]:
    """Which cases of a test the model can answer: those all of whose labels it has, where labels are what it is about."""
    if "label" not in test.expectation.wanted:
        return (True,) * len(test.cases)
    return tuple(all(label is None or label in names for label in case.labels) for case in test.cases)
