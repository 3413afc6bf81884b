"""A test of a suite as people write it in a form: lines of templates, lists and exclusions; and the file that has it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.behave.suites.templates import Template, Word, count
from audit.behave.suites.toml_file import suite_of
from audit.errors import InputError
from audit.language.translating import tr_later
from audit.toml_text import toml_text

VARIANT = "=>"
"""Between the texts of one case, the original first."""
WEIGHT = "*"
SHOWN = 12
"""Cases of a preview."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A test as it was written.

    Attributes:
        name, capability, description, type, expect: as in a suite's file; `expect` "": the first of its type.
        label: expected of every text; towards, away: labels of a direction; tolerance: change that is forgiven.
        templates: one a line; texts of one case are parted by `=>`.
        lists: one a line, `thing = film, book*3`: a word with its weight behind `*`.
        exclude: one a line, `thing = book, good = great`.
        vary: slot that runs through its list within each case; sample: cases drawn, None: all; seed: of the drawing.
    """

    name: str
    templates: str
    lists: str = ""
    type: str = "MFT"
    capability: str = ""
    description: str = ""
    expect: str = ""
    label: str = ""
    towards: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    tolerance: float = 0.0
    exclude: str = ""
    vary: str = ""
    sample: int | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """What comes of a draft: how many fillings its templates have, how many cases are made, and the first of them."""

    fillings: int
    cases: int
    shown: tuple[tuple[str, ...], ...]


def drawn(draft: Draft) -> Drawn:
    """The cases that a draft makes.

    Raises:
        InputError: it makes none; says what is wrong, and in which line.
    """
    data = data_of(draft)
    suite = suite_of({"name": draft.name, **data}, tr_later("the test"))
    lists = {name: [_word(word) for word in words] for name, words in data["lists"].items()}
    made = [Template(tuple(one["texts"]), one.get("vary", "")) for one in data["test"][0]["template"]]
    cases = suite.tests[0].cases
    return Drawn(sum(count(one, lists) for one in made), len(cases), tuple(case.texts for case in cases[:SHOWN]))


def data_of(draft: Draft) -> dict[str, Any]:
    """Lists and test as the data of a suite's file.

    Raises:
        InputError: a line that cannot be read; names it.
    """
    if not draft.name.strip():
        raise InputError("Give the test a name.")
    templates = [_template(line, draft) for line in _lines(draft.templates)]
    if not templates:
        raise InputError("Write a template: a sentence with slots in braces, such as The {thing} was not {good}.")
    for one in _excluded(draft.exclude):
        if not any(one in template.get("exclude", ()) for template in templates):
            raise InputError(f"No template has all the slots that are excluded together: {', '.join(one)}.")
    if draft.vary and not any("vary" in template for template in templates):
        raise InputError(f"'{draft.vary}' is to vary and is a slot of no template.")
    fields: dict[str, Any] = {
        "name": draft.name, "type": draft.type, "capability": draft.capability, "description": draft.description,
        "expect": draft.expect, "label": draft.label, "towards": list(draft.towards), "away": list(draft.away),
        "tolerance": float(draft.tolerance), "template": templates,
    }  # fmt: skip
    return {"lists": _lists(draft.lists), "test": [{key: value for key, value in fields.items() if value}]}


def suite_text(name: str, draft: Draft, *, language: str = "", description: str = "") -> str:
    """The file of a new suite of one test.

    Raises:
        InputError: the draft makes no cases.
    """
    head = {"name": name, "language": language, "description": description}
    return _checked({**{key: value for key, value in head.items() if value}, **data_of(draft)}, name)


def with_test(text: str, draft: Draft) -> str:
    """The file of a suite with one test more; its templates stay templates, comments are lost.

    Raises:
        InputError: the draft makes no cases, its test has the name of another, or a list other words than one of its name.
    """
    data, more = tomllib.loads(text), data_of(draft)
    lists = dict(data.get("lists", {}))
    for name, words in more["lists"].items():
        if lists.get(name, words) != words:
            raise InputError(f"The suite has a list called '{name}' with other words; give yours another name.")
        lists[name] = words
    made = {**data, "lists": lists, "test": [*data.get("test", []), *more["test"]]}
    return _checked(made, str(data.get("name", draft.name)))


def with_labels(text: str, names: Mapping[str, str]) -> str:
    """The file of a suite with other names for its labels.

    Args:
        text: its TOML; names: label -> what it shall be.

    Raises:
        InputError: two labels would be one name, or a name is empty.
    """
    changed = {old: new.strip() for old, new in names.items() if new.strip() != old}
    if not changed:
        return text
    if "" in changed.values():
        raise InputError("A label must have a name.")
    data = tomllib.loads(text)
    return _checked(_renamed(data, changed), str(data.get("name", tr_later("the suite"))))


def without_test(text: str, name: str) -> str:
    """The file of a suite without one of its tests.

    Raises:
        InputError: it is the last one.
    """
    data = tomllib.loads(text)
    kept = [test for test in data.get("test", []) if test.get("name") != name]
    if not kept:
        raise InputError("A suite has at least one test; delete the suite instead.")
    return _checked({**data, "test": kept}, str(data.get("name", tr_later("the suite"))))


def _renamed(value: Any, names: Mapping[str, str], key: str = "") -> Any:
    """The data of a file with labels called otherwise, wherever they stand for labels."""
    if isinstance(value, dict):
        return {name: _renamed(item, names, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, names, key if key in {"towards", "away", "unless"} else "") for item in value]
    return (
        names.get(value, value) if isinstance(value, str) and key in {"label", "towards", "away", "unless"} else value
    )


def _checked(data: Mapping[str, Any], called: str) -> str:
    suite_of(data, called)
    return toml_of(data)


def toml_of(data: Mapping[str, Any]) -> str:
    """The data of a suite's file as TOML, its templates as they are."""
    parts = ["\n".join(_fields({key: value for key, value in data.items() if key not in {"lists", "test"}}))]
    if data.get("lists"):
        parts.append("\n".join(["[lists]", *_fields(data["lists"])]))
    for test in data["test"]:
        own = {key: value for key, value in test.items() if key not in {"template", "cases"}}
        lines = ["[[test]]", *_fields(own)]
        if test.get("cases"):
            lines += ["cases = [", *(f"  {_value(case)}," for case in test["cases"]), "]"]
        for template in test.get("template", ()):
            lines += ["[[test.template]]", *_fields(template)]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _fields(data: Mapping[str, Any]) -> Iterator[str]:
    return (f"{_key(name)} = {_value(value)}" for name, value in data.items())


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").replace("-", "").isalnum() else toml_text(name)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return toml_text(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(_fields(value)) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(_value, value)) + "]"
    return repr(value)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _template(line: str, draft: Draft) -> dict[str, Any]:
    texts = [part.strip() for part in line.split(VARIANT)]
    made: dict[str, Any] = {"texts": texts}
    slots = draft.vary and f"{{{draft.vary}}}" in line
    if slots:
        made["vary"] = draft.vary
    excluded = [one for one in _excluded(draft.exclude) if all(f"{{{name}}}" in line for name in one)]
    if excluded:
        made["exclude"] = excluded
    if draft.sample is not None:
        made |= {"sample": draft.sample, "seed": draft.seed}
    return made


def _lists(text: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for line in _lines(text):
        name, sign, words = line.partition("=")
        made = [_weighed(word.strip()) for word in words.split(",") if word.strip()]
        if not sign or not name.strip() or not made:
            raise InputError(f"The list '{line[:80]}' must be a name, = and its words: thing = film, book, play.")
        if name.strip() in found:
            raise InputError(f"Two lists are called '{name.strip()[:60]}'; write all of its words in one line.")
        found[name.strip()] = made
    return found


def _weighed(word: str) -> Any:
    text, sign, weight = word.rpartition(WEIGHT)
    if not sign:
        return word
    try:
        said = float(weight)
    except ValueError:
        return word
    if not 0.0 < said <= 1e9 or not text.strip():
        raise InputError(f"The word '{word[:60]}' has the weight {weight.strip()}; it must be above 0, as in film*3.")
    return {"word": text.strip(), "weight": said}


def _word(said: Any) -> Word:
    return Word(said) if isinstance(said, str) else Word(said["word"], said["weight"])


def _excluded(text: str) -> list[dict[str, str]]:
    found = []
    for line in _lines(text):
        pairs = [part.partition("=") for part in line.split(",")]
        if any(not sign or not name.strip() or not word.strip() for name, sign, word in pairs):
            raise InputError(f"The exclusion '{line[:80]}' must be slots with words: thing = book, good = great.")
        found.append({name.strip(): word.strip() for name, _, word in pairs})
    return found
