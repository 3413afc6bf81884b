"""Which suites that come with Assay are worth asking a model: by its labels, and by the language of what it is audited on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache

from audit.behave.suites.bundled import bundled, names
from audit.behave.suites.labels import named
from audit.behave.suites.model import Suite
from models.text_language import fits


def fitting(labels: Sequence[str], languages: Collection[str] = (), *, several: bool = False) -> tuple[str, ...]:
    """Names of the bundled suites that fit.

    Args:
        labels: the model's.
        languages: of the table, as codes; none: not known, any.
        several: whether answers hold several labels.
    """
    return tuple(
        name
        for name in names()
        if speaks(_language(name), languages) and fits_labels(_labels(name), labels, several=several)
    )


def fits_labels(
    suite: Sequence[str], model: Sequence[str], given: Mapping[str, str] | None = None, *, several: bool = False
) -> bool:
    """Whether the model has more than half of the labels that a suite is about; one that is about none fits any.

    Args:
        suite: labels of the suite; model: those of the model.
        given: what the user says of some.
        several: whether answers hold several labels.
    """
    return not suite or 2 * len(named(suite, model, given or {}, several=several)) > len(suite)


def speaks(language: str, languages: Collection[str]) -> bool:
    """Whether a suite is in one of the languages of a table; of neither side a language must be known."""
    return not language or not languages or any(fits(one, [language]) for one in languages)


@cache
def _read(name: str) -> Suite:
    return bundled(name)


def _labels(name: str) -> tuple[str, ...]:
    return _read(name).labels


def _language(name: str) -> str:
    return _read(name).language
