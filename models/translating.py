"""Sentences in the reader's language: `tr("{n} rows failed.", n=rows)` looks the English up in the language's catalog.

English is the source and needs no catalog. A language is one file, `audit/language/locale/<language>.po`, which translators'
tools edit and `make words` keeps in step with the sources of all packages. The language is that of the thread or task that
speaks: `speaking("zh")` sets it, `speak(of_terminal(os.environ))` at the start of a command. What is stored or raised stays
English and is told in the reader's language when it is shown: `models.telling`.

    >>> tr("{n} rows failed.", n=1200)
    '1,200 rows failed.'
    >>> tr_n("{n} row failed.", "{n} rows failed.", 1)
    '1 row failed.'
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

ENGLISH = "en"
FOLDER = Path(__file__).resolve().parent.parent / "audit" / "language" / "locale"
SIGN = "\x04"
"""Between a context and its sentence, as gettext has it."""
THOUSANDS = "numbers.number.thousands"
"""Key of the sign between thousands, in the catalog that `audit.language.numbers` writes numbers by."""

_language: ContextVar[str] = ContextVar("assay_language", default=ENGLISH)


def languages() -> tuple[str, ...]:
    """The languages there is a catalog for, English first."""
    return (ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.po")))


def language() -> str:
    """The language spoken here."""
    return _language.get()


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Speak one of `languages` until the end of the block."""
    before = _language.set(name)
    try:
        yield
    finally:
        _language.reset(before)


def speak(name: str) -> None:
    """Speak one of `languages` from here on, in this thread or task alone."""
    _language.set(name)


def nearest(tags: Iterable[str]) -> str:
    """The first of these language tags (`de-CH`, `zh_CN.UTF-8`) that there is a catalog of, whole or by its first part; else English."""
    there = {_plain_tag(name): name for name in languages()}
    for tag in tags:
        whole = _plain_tag(tag)
        for asked in (whole, whole.partition("-")[0]):
            if asked in there:
                return there[asked]
    return ENGLISH


def of_terminal(environment: Mapping[str, str]) -> str:
    """The language for a command: of the first of LC_ALL, LC_MESSAGES and LANG that is set, as POSIX has it."""
    said = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return nearest([next(filter(None, said), "")])


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
    """A sentence kept under a key, in one of `languages`, its `{names}` not filled in."""
    return _translations(name).pgettext(key, sentence) if sentence else sentence


def tr_key_n(key: str, one: str, many: str, n: int, /, **values: str | int) -> str:
    """A sentence about n things that is kept under a key, in the form that the language has for so many."""
    found = translation_n(language(), key, one, many, n)
    return _filled(found, values) if values else found


def translation_n(name: str, key: str, one: str, many: str, n: int) -> str:
    """A sentence about n things that is kept under a key, in one of `languages`, its `{names}` not filled in."""
    return _translations(name).npgettext(key, one, many, n)


def tr_later(sentence: str, /) -> str:
    """The sentence itself: found in the source like those of `tr`, said later by `tr(NAME)` when the language is known."""
    return sentence


@cache
def sentences_of(name: str) -> tuple[str, ...]:
    """The English of every sentence without a key that a language's catalog says in its own words."""
    if name == ENGLISH:
        return ()
    said = (message for message in _messages(name) if message.string and not message.context and not message.fuzzy)
    return tuple(str(one) for one in (m.id[0] if isinstance(m.id, (tuple, list)) else m.id for m in said) if one)


class _Plain(Formatter):
    """Fills in names alone: no attributes, no items, no formats, whatever a catalog asks for."""

    def get_field(self, field_name: str, _args: Any, kwargs: Mapping[str, Any]) -> tuple[Any, str]:  # type: ignore[override]
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec or isinstance(value, float):
            raise TypeError(f"a number is written before it is said, not by '{format_spec or value}'")
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{value:,}".replace(",", translation(language(), THOUSANDS, ","))
        return str(value)


_plain = _Plain()


def _filled(sentence: str, values: Mapping[str, str | int]) -> str:
    return _plain.vformat(sentence, (), values) if values else sentence


def _plain_tag(tag: str) -> str:
    return tag.partition(".")[0].partition("@")[0].strip().replace("_", "-").lower()


@cache
def _translations(name: str) -> NullTranslations:
    if name == ENGLISH:
        return NullTranslations()
    from babel.messages.mofile import write_mo

    compiled = io.BytesIO()
    write_mo(compiled, _messages(name))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _messages(name: str) -> Catalog:
    from babel.messages.pofile import read_po

    with (FOLDER / f"{name}.po").open("rb") as file:
        return read_po(file, locale=name)
