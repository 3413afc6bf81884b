"""The labels of a suite, as the model has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from audit.behave.suites.model import SuiteTest
from audit.errors import InputError


def fold(label: str) -> str:
    """A label for matching: case, blanks, hyphens and underscores make no difference."""
    return " ".join(label.casefold().replace("_", " ").replace("-", " ").split())


def named(labels: Iterable[str], model: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """Label of the suite -> label of the model; those that the model does not have are not in it.

    Args:
        labels: of the suite.
        model: of the model.
        given: what the user says, before what is found by name.

    Raises:
        InputError: the user names a label that the suite or the model does not have.
    """
    labels = list(labels)
    for said, meant in given.items():
        if said not in labels:
            raise InputError(f"The suite has no label '{said}'; its labels are: {', '.join(labels) or 'none'}.")
        if meant not in model:
            raise InputError(f"The model has no label '{meant}' for '{said}'; its labels are: {', '.join(model)}.")
    folded: dict[str, str | None] = {}
    for label in model:  # two of the model's labels that read alike are told apart by nobody but the user
        folded[fold(label)] = label if fold(label) not in folded else None
    found = {label: label if label in model else folded.get(fold(label)) for label in labels} | dict(given)
    return {label: meant for label, meant in found.items() if meant is not None}


def lacking(test: SuiteTest, names: Mapping[str, str]) -> tuple[str, ...]:
    """Labels that a test cannot do without and the model does not have; a case is left out by `unless` only where it has."""
    wanted = test.expectation
    needed = [*wanted.towards, *wanted.away]
    return tuple(dict.fromkeys(label for label in needed if label not in names))


def askable(test: SuiteTest, names: Mapping[str, str]) -> tuple[bool, ...]:
    """Which cases of a test the model can answer: those all of whose labels it has."""
    return tuple(all(label is None or label in names for label in case.labels) for case in test.cases)
