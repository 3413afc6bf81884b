"""Every word of a report: `audit/language/report.toml`, in each language by its catalog."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from audit.language.numbers import numbers
from audit.language.sentences import REPORT as SOURCE
from audit.language.sentences import counts, flat, how_many, plurals
from audit.language.translating import ENGLISH, translation, translation_n

Counted = tuple[str, str, str]
"""A text about so many things: its form for one, that for several, and the name of the value that says how many."""
PREFIX = "report."
"""How the keys of these begin in a catalog."""


class Strings:
    """The texts of one language: `strings("summary.tested", rows=500)`."""

    def __init__(self, language: str, texts: dict[str, str], counted: Mapping[str, Counted]) -> None:
        """Take the texts by key, and those about so many things; `numbers` writes numbers in the language."""
        self.language = language
        self._texts, self._counted = texts, counted
        self.numbers = numbers(language)

    def __call__(self, key: str, **values: str | float) -> str:
        """The text of a key with its `{names}` filled in, in the form that the language has for the whole number that it counts.

        Args:
            key: of `report.toml`.
            values: texts as they are, whole numbers with thousands apart.
        """
        written = {
            name: value if isinstance(value, str) else self.numbers.count(value) for name, value in values.items()
        }
        if key not in self._counted:
            return self._texts[key].format(**written) if written else self._texts[key]
        one, many, name = self._counted[key]
        return translation_n(self.language, f"{PREFIX}{key}", one, many, how_many(values[name])).format(**written)

    def count(self, key: str, n: int) -> str:
        """The text of a key that counts `{n}` things and says no more."""
        return self(key, n=n)

    def has(self, key: str) -> bool:
        """Whether the catalog has a key."""
        return key in self._texts or key in self._counted

    def get(self, key: str, default: str) -> str:
        """The text of a key, or `default` where there is none (for names that grow, such as probes)."""
        return self._texts.get(key, default)

    def under(self, prefix: str) -> dict[str, str]:
        """Every text whose key begins with `prefix.`, without that."""
        return {k.removeprefix(f"{prefix}."): v for k, v in self._texts.items() if k.startswith(f"{prefix}.")}


@cache
def strings(language: str = ENGLISH) -> Strings:
    """The texts of a report in a language; what its catalog lacks is English.

    Raises:
        UnknownName: there is no catalog of the language.
    """
    data = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    named = counts(data)
    counted = {key: (*forms, named[key]) for key, forms in plurals(data).items()}
    plain = {key: text for key, text in flat(data).items() if key.rpartition(".")[0] not in counted}
    texts = {key: translation(language, f"{PREFIX}{key}", text) for key, text in plain.items()}
    return Strings(language, texts, counted)
