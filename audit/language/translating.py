"""`tr` and what belongs to it (`models.translating`), where a language that there is no catalog of is an error of the user's."""

from __future__ import annotations

from contextlib import AbstractContextManager

from audit.errors import UnknownName
from models import translating
from models.telling import again
from models.translating import ENGLISH, FOLDER, SIGN, language, languages, nearest, tr, tr_key, tr_key_n, tr_later, tr_n

__all__ = [
    "ENGLISH", "FOLDER", "SIGN", "again", "known", "language", "languages", "nearest", "speak", "speaking", "tr", "tr_key", "tr_key_n",
    "tr_later", "tr_n", "translation", "translation_n",
]  # fmt: skip


def known(name: str) -> str:
    """A language that there is a catalog of.

    Raises:
        UnknownName: there is none of it.
    """
    there = translating.languages()
    if name not in there:
        raise UnknownName("language", name, there)
    return name


def speaking(name: str) -> AbstractContextManager[None]:
    """Speak a language until the end of the block.

    Raises:
        UnknownName: there is no catalog of it.
    """
    return translating.speaking(known(name))


def speak(name: str) -> None:
    """Speak a language from here on, in this thread or task alone.

    Raises:
        UnknownName: there is no catalog of it.
    """
    translating.speak(known(name))


def translation(name: str, key: str, sentence: str) -> str:
    """A sentence kept under a key, in a language by its name, its `{names}` not filled in.

    Raises:
        UnknownName: there is no catalog of the language.
    """
    return translating.translation(known(name), key, sentence)


def translation_n(name: str, key: str, one: str, many: str, n: int) -> str:
    """A sentence about n things that is kept under a key, in a language by its name, its `{names}` not filled in.

    Raises:
        UnknownName: there is no catalog of the language.
    """
    return translating.translation_n(known(name), key, one, many, n)
