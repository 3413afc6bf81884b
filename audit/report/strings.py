"""Every word of a report in one catalog per language: `assets/translations/report.<language>.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from audit.errors import UnknownName
from audit.language.catalog import ENGLISH, FOLDER, languages
from audit.language.numbers import numbers


class Strings:
    """The texts of one language: `strings("summary.tested", rows=500)`."""

    def __init__(self, language: str, texts: dict[str, str]) -> None:
        """Take the texts by key; `numbers` writes numbers in the language, in English where there is no catalog for that."""
        self.language = language
        self._texts = texts
        self.numbers = numbers(language if language in languages() else ENGLISH)

    def __call__(self, key: str, **values: Any) -> str:
        """The text of a key with its `{names}` filled in."""
        return self._texts[key].format(**values) if values else self._texts[key]

    def count(self, key: str, n: int, **values: Any) -> str:
        """The text of `key.one` or `key.other`, by n; `{n}` is n with thousands apart."""
        form = "one" if n == 1 else "other"
        return self._texts[f"{key}.{form}"].format(n=self.numbers.count(n), **values)

    def has(self, key: str) -> bool:
        """Whether the catalog has a key."""
        return key in self._texts

    def get(self, key: str, default: str) -> str:
        """The text of a key, or `default` where there is none (for names that grow, such as probes)."""
        return self._texts.get(key, default)

    def under(self, prefix: str) -> dict[str, str]:
        """Every text whose key begins with `prefix.`, without that."""
        return {k.removeprefix(f"{prefix}."): v for k, v in self._texts.items() if k.startswith(f"{prefix}.")}


def report_languages() -> tuple[str, ...]:
    """The languages there is a catalog for."""
    return tuple(sorted(path.name.split(".")[1] for path in FOLDER.glob("report.*.toml")))


@cache
def strings(language: str = "en") -> Strings:
    """The catalog of a language; what it lacks is taken from English.

    Raises:
        UnknownName: there is no such catalog.
    """
    if language not in report_languages():
        raise UnknownName("report language", language, report_languages())
    texts = _flat(_read(ENGLISH))
    if language != ENGLISH:
        texts |= _flat(_read(language))
    return Strings(language, texts)


def _read(language: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"report.{language}.toml").read_text(encoding="utf-8"))


def _flat(data: dict[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in data.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            found |= _flat(value, f"{name}.")
        else:
            found[name] = " ".join(str(value).split())
    return found
