"""Every word of a report: `audit/language/report.toml`, in each language by its catalog."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from audit.language.numbers import numbers
from audit.language.sentences import REPORT as SOURCE
from audit.language.sentences import flat, plurals
from audit.language.translating import ENGLISH, translation, translation_n

PREFIX = "report."
"""How the keys of these begin in a catalog."""


class Strings:
    """The texts of one language: `strings("summary.tested", rows=500)`."""

    def __init__(self, language: str, texts: dict[str, str], counted: Mapping[str, tuple[str, str]]) -> None:
        """Take the texts by key, and those about so many things; `numbers` writes numbers in the language."""
        self.language = language
        self._texts, self._counted = texts, counted
        self.numbers = numbers(language)

    def __call__(self, key: str, **values: Any) -> str:
        """The text of a key with its `{names}` filled in."""
        return self._texts[key].format(**values) if values else self._texts[key]

    def count(self, key: str, n: int, **values: Any) -> str:
        """The text of a key in the form that the language has for n; `{n}` is n with thousands apart."""
        text = translation_n(self.language, f"{PREFIX}{key}", *self._counted[key], n)
        return text.format(n=self.numbers.count(n), **values)

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
    counted = plurals(data)
    plain = {key: text for key, text in flat(data).items() if key.rpartition(".")[0] not in counted}
    texts = {key: translation(language, f"{PREFIX}{key}", text) for key, text in plain.items()}
    return Strings(language, texts, counted)
