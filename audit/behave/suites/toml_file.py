"""A suite as a TOML file, to be kept beside a model, changed by hand and run again; `suite_toml` writes what `read_toml` reads."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from audit.behave.suites.model import (
    LONGEST_TEXT,
    MOST_TESTS,
    WANTED,
    Case,
    Expectation,
    Suite,
    SuiteTest,
    Type,
    Wanted,
)
from audit.behave.suites.templates import Room, Template, Word, expand
from audit.errors import InputError
from audit.language.translating import tr_later
from audit.toml_text import toml_text, toml_texts, too_deep

LARGEST = 64 << 20
"""Bytes of the largest file that is read."""
DEEPEST = 8
"""Tables, lists and parts of a name within each other; a suite has four."""
MOST_LABELS = 1_000
"""Labels that one expectation names."""
MOST_PARTS = 1_000
"""Templates of a test, and fillings that one leaves out."""
_STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
Share = Annotated[float, Field(ge=0.0, le=1.0)]


def _whole(text: str) -> str:
    if "\0" in text:
        raise ValueError(tr_later("it has a NUL character, which no text has"))
    return text


def _readable(text: str) -> str:
    if text.strip() == "":
        raise ValueError(tr_later("it is blank"))
    return text


Whole = AfterValidator(_whole)
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), Whole]
Name = Annotated[str, Field(min_length=1, max_length=300), Whole, AfterValidator(_readable)]
Short = Annotated[str, Field(max_length=300), Whole]
Long = Annotated[str, Field(max_length=4_000), Whole]
Label = Annotated[str, Field(min_length=1, max_length=2_000), Whole, AfterValidator(_readable)]
Labels = Annotated[list[Label], Field(max_length=MOST_LABELS)]


class _Word(BaseModel):
    model_config = _STRICT
    word: Text
    weight: Annotated[float, Field(gt=0.0, le=1e9)] = 1.0


class _Labelled(BaseModel):
    model_config = _STRICT
    text: Text
    label: Label


class _Template(BaseModel):
    model_config = _STRICT
    texts: Annotated[list[Text], Field(min_length=1)]
    vary: Short = ""
    exclude: Annotated[list[dict[Short, Text]], Field(max_length=MOST_PARTS)] = []
    sample: Annotated[int, Field(ge=1, le=10_000)] | None = None
    seed: Annotated[int, Field(ge=-(2**63), lt=2**63)] = 0
    label: Label | None = None


class _Test(BaseModel):
    model_config = _STRICT
    name: Name
    type: Type
    capability: Short = ""
    description: Long = ""
    expect: Wanted | None = None
    label: Label | None = None
    tolerance: Share = 0.0
    towards: Labels = []
    away: Labels = []
    unless: Labels = []
    cases: list[Text | _Labelled | list[Text | _Labelled]] = []
    template: Annotated[list[_Template], Field(max_length=MOST_PARTS)] = []


class _Suite(BaseModel):
    model_config = _STRICT
    name: Name
    language: Short = ""
    description: Long = ""
    lists: dict[Short, Annotated[list[Text | _Word], Field(min_length=1)]] = {}
    test: Annotated[list[_Test], Field(min_length=1, max_length=MOST_TESTS)]


def read_toml(path: Path) -> Suite:
    """The suite of a TOML file.

    Raises:
        InputError: it cannot be read, is no TOML, or says something that a suite cannot say; names test and field.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path.name} is larger than {LARGEST >> 20} MB; part it into several suites.")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is no TOML file: byte {error.start + 1:,} is no UTF-8.") from None
    return parse_toml(text, path.name)


def parse_toml(text: str, called: str) -> Suite:
    """The suite of the text of a file; `called` is what messages call it.

    Raises:
        InputError: as of `read_toml`.
    """
    if too_deep(text, DEEPEST):
        raise InputError(f"{called} is no TOML file: lists or tables stand within each other too deep.")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{called} is no TOML file: {error}.") from None
    except ValueError:  # of int() itself, which reads no more than some thousand digits
        raise InputError(f"{called} is no TOML file: a number in it has too many digits.") from None
    return suite_of(data, called)


def suite_of(data: Mapping[str, Any], called: str) -> Suite:
    """The suite that the data of a file holds, templates expanded.

    Raises:
        InputError: as of `read_toml`; `called` is what the message calls the file.
    """
    try:
        said = _Suite.model_validate(data)
    except ValidationError as error:
        raise InputError(f"{called}: {_told(error, data)}") from None
    lists = {name: _words(words) for name, words in said.lists.items()}
    tests: dict[str, SuiteTest] = {}
    room = Room()
    for one in said.test:
        if one.name in tests:
            raise InputError(f"{called}: two tests are called '{one.name}'; give each a name of its own.")
        tests[one.name] = _test(one, lists, called, room)
    return Suite(said.name, tuple(tests.values()), said.language, said.description)


def _words(words: Sequence[Any]) -> list[Word]:
    return [Word(word) if isinstance(word, str) else Word(word.word, word.weight) for word in words]


def _test(test: _Test, lists: Mapping[str, Sequence[Word]], called: str, room: Room) -> SuiteTest:
    """A test, its templates expanded, if there is room for so much in the suite."""
    where = f"{called}: test '{test.name}'"
    wanted = _wanted(test, where)
    cases = [_case(case, test.label) for case in test.cases]
    try:
        room.take(
            texts=sum(len(case.texts) for case in cases), characters=sum(len(t) for case in cases for t in case.texts)
        )
        for said in test.template:
            template = Template(tuple(said.texts), said.vary, tuple(said.exclude), said.sample, said.seed)
            cases += [Case(texts, (said.label or test.label,) * len(texts)) for texts in expand(template, lists, room)]
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    if not cases:
        raise InputError(f"{where} has no cases; give cases or a template.")
    for place, case in enumerate(cases, 1):
        _check(case, wanted, f"{where}, case {place}")
    return SuiteTest(test.name, test.type, wanted, tuple(cases), test.capability, test.description)


def _wanted(test: _Test, where: str) -> Expectation:
    allowed = WANTED[test.type]
    expect = test.expect or (allowed[0] if test.type != "DIR" else None)
    if expect is None or expect not in allowed:
        choices = ", ".join(f"'{one}'" for one in allowed)
        raise InputError(f"{where}: a test of type {test.type} must say expect = one of {choices}.")
    if expect in {"no_less", "no_more"} and not (test.towards or test.away):
        raise InputError(f"{where}: expect = '{expect}' needs labels whose probability it is about: towards or away.")
    return Expectation(expect, test.tolerance, tuple(test.towards), tuple(test.away), tuple(test.unless))


def _case(said: Any, label: str | None) -> Case:
    texts = said if isinstance(said, list) else [said]
    pairs = [(one, label) if isinstance(one, str) else (one.text, one.label) for one in texts]
    return Case(tuple(text for text, _ in pairs), tuple(own for _, own in pairs))


def _check(case: Case, wanted: Expectation, where: str) -> None:
    if not case.texts or any(not text.strip() for text in case.texts):
        raise InputError(f"{where} is empty; write a text, or leave the case out.")
    if "label" in wanted.wanted:
        if all(label is None for label in case.labels):
            raise InputError(
                f'{where} has no label; say label = "..." for the test, or {{text = "...", label = "..."}} for the case.'
            )
    elif len(case.texts) < 2:
        raise InputError(f"{where} has one text; a test that compares needs the original and at least one variant.")


def _told(error: ValidationError, data: Mapping[str, Any]) -> str:
    """The first fault of a file in a sentence: which test, which field, what is allowed."""
    faults = error.errors(include_url=False, include_context=False)
    around = faults[0]["loc"][:-1]  # of a value that may be one thing or another, what comes deepest understood it best
    first = max((one for one in faults if one["loc"][: len(around)] == around), key=lambda one: len(one["loc"]))
    place = list(first["loc"])
    where = ""
    if place[:1] == ["test"] and len(place) > 1 and isinstance(place[1], int):
        tests = data.get("test")
        named = tests[place[1]].get("name") if isinstance(tests, list) and isinstance(tests[place[1]], dict) else None
        where, place = f"test {place[1] + 1}" + (f" ('{str(named)[:60]}')" if named else ""), place[2:]
    field = ".".join(
        str(part)
        for part in place
        if not (isinstance(part, str) and ("[" in part or part in {"str", "constrained-str"} or part.startswith("_")))
    )
    at = ", ".join(part for part in (where, field and f"field {field}") if part)
    reason = (
        tr_later("there is no such field")
        if first["type"] == "extra_forbidden"
        else first["msg"].removeprefix("Value error, ")
    )
    return f"{at}: {reason[:1].lower()}{reason[1:]}." if at else f"{reason}."


def suite_toml(suite: Suite) -> str:
    """The text of a suite's file, its templates written out as cases."""
    head = [("name", suite.name), ("language", suite.language), ("description", suite.description)]
    parts = ["\n".join(f"{key} = {toml_text(value)}" for key, value in head if value)]
    parts += [_test_toml(test) for test in suite.tests]
    return "\n\n".join(parts) + "\n"


def _test_toml(test: SuiteTest) -> str:
    wanted = test.expectation
    labels = {label for case in test.cases for label in case.labels}
    common = labels.pop() if len(labels) == 1 else None
    fields: list[tuple[str, Any]] = [
        ("name", test.name), ("type", test.type), ("capability", test.capability), ("description", test.description),
        ("expect", wanted.wanted), ("tolerance", wanted.tolerance), ("towards", wanted.towards), ("away", wanted.away),
        ("unless", wanted.unless), ("label", common),
    ]  # fmt: skip
    lines = [f"{key} = {_value(value)}" for key, value in fields if value not in ("", 0.0, (), None)]
    lines += ["cases = [", *(f"  {_case_toml(case, common)}," for case in test.cases), "]"]
    return "\n".join(["[[test]]", *lines])


def _case_toml(case: Case, common: str | None) -> str:
    said = [
        toml_text(text) if label in (None, common) else f"{{text = {toml_text(text)}, label = {toml_text(label)}}}"
        for text, label in zip(case.texts, case.labels or (None,) * len(case.texts), strict=True)
    ]
    return said[0] if len(said) == 1 else "[" + ", ".join(said) + "]"


def _value(value: Any) -> str:
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, tuple):
        return toml_texts(value)
    return toml_text(str(value))
