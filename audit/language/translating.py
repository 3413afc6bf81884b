"""Sentences in the reader's language: `tr("{n} rows failed.", n=rows)` looks the English up in the language's catalog.

English is the source and needs no catalog. A language is one file, `locale/<language>.po` beside this module, which
translators' tools edit and `make words` keeps in step with the sources. The language is that of the thread or task that
speaks: `speaking("zh")` sets it.

    >>> tr("{n} rows failed.", n=1200)
    '1,200 rows failed.'
    >>> tr_n("{n} row failed.", "{n} rows failed.", 1)
    '1 row failed.'
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from string import Formatter
from typing import Any

from audit.errors import UnknownName

ENGLISH = "en"
FOLDER = Path(__file__).with_name("locale")
SIGN = "\x04"
"""Between a context and its sentence, as gettext has it."""

_language: ContextVar[str] = ContextVar("assay_language", default=ENGLISH)


def languages() -> tuple[str, ...]:
    """The languages there is a catalog for, English first."""
    return (ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.po")))


def language() -> str:
    """The language spoken here."""
    return _language.get()


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Speak a language until the end of the block.

    Raises:
        UnknownName: there is no catalog of it.
    """
    before = _language.set(_known(name))
    try:
        yield
    finally:
        _language.reset(before)


def speak(name: str) -> None:
    """Speak a language from here on, in this thread or task alone.

    Raises:
        UnknownName: there is no catalog of it.
    """
    _language.set(_known(name))


def tr(sentence: str, /, **values: str | int) -> str:
    """A sentence in the language spoken, its `{names}` filled in.

    Args:
        sentence: in English, as it stands in the source: a literal, so that it can be found there and translated.
        values: texts are put in as they are, whole numbers with their thousands apart. Other numbers are written before
            (`audit.language.numbers`), so that each is written one way.
    """
    return _filled(_translations(language()).gettext(sentence) if sentence else sentence, values)


def tr_n(one: str, many: str, n: int, /, **values: str | int) -> str:
    """A sentence about n things, in the form that the language has for so many; `{n}` is filled in."""
    return _filled(_translations(language()).ngettext(one, many, n), {"n": n, **values})


def tr_key(key: str, sentence: str, /, **values: str | int) -> str:
    """A sentence kept under a key in a file of sentences: the key tells translators apart what English does not."""
    found = translation(language(), key, sentence)
    return _filled(found, values) if values else found


def translation(name: str, key: str, sentence: str) -> str:
    """A sentence kept under a key, in a language by its name, its `{names}` not filled in.

    Raises:
        UnknownName: there is no catalog of the language.
    """
    return _translations(_known(name)).pgettext(key, sentence) if sentence else sentence


def tr_later(sentence: str, /) -> str:
    """The sentence itself: found in the source like those of `tr`, said later by `tr(NAME)` when the language is known."""
    return sentence


class _Plain(Formatter):
    """Fills in names alone: no attributes, no items, no formats, whatever a catalog asks for."""

    def get_field(self, field_name: str, _args: Any, kwargs: Mapping[str, Any]) -> tuple[Any, str]:  # type: ignore[override]
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec or isinstance(value, float):
            raise TypeError(f"a number is written before it is said, not by '{format_spec or value}'")
        if isinstance(value, int) and not isinstance(value, bool):
            from audit.language.numbers import numbers  # its signs are said by this module

            return numbers(language()).count(value)
        return str(value)


_plain = _Plain()


def _filled(sentence: str, values: Mapping[str, str | int]) -> str:
    return _plain.vformat(sentence, (), values) if values else sentence


@cache
def _known(name: str) -> str:
    if name not in languages():
        raise UnknownName("language", name, languages())
    return name


@cache
def _translations(name: str) -> NullTranslations:
    if name == ENGLISH:
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with (FOLDER / f"{name}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=name))
    compiled.seek(0)
    return GNUTranslations(compiled)
