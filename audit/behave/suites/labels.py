"""The labels of a suite, as the model has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from audit.behave.suites.model import SuiteTest
from audit.errors import InputError
from models.label_sets import NONE, join_labels, split_labels


def fold(label: str) -> str:
    """A label for matching: case, blanks, hyphens and underscores make no difference."""
    return " ".join(label.casefold().replace("_", " ").replace("-", " ").split())


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
    folded: dict[str, str | None] = {}
    for label in model:  # two of the model's labels that read alike are told apart by nobody but the user
        folded[fold(label)] = label if fold(label) not in folded else None
    found = {label: label if label in model else folded.get(fold(label)) for label in labels} | dict(given)
    if several:
        found |= {label: _joined(label, model, found, folded) for label, meant in found.items() if meant is None}
    return {label: meant for label, meant in found.items() if meant is not None}


def _joined(
    label: str, model: Sequence[str], found: Mapping[str, str | None], folded: Mapping[str, str | None]
) -> str | None:
    """Several labels in one, each as the model has it; None where it has not all of them."""
    parts = [
        part if part in model else found.get(part) or folded.get(fold(part)) for part in split_labels(label, model)
    ]
    known = [part for part in parts if part is not None]
    return (join_labels(known, model) or NONE) if len(known) == len(parts) else None


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
