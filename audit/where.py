"""The one way to write which rows are meant: `region=north & length>50 & holds "late fee"`. Text to `RowFilter` and back.

    condition   clauses joined by `&`, all of which hold
    clause      NAME = VALUE, NAME != VALUE (several values: `north|south`), NAME > >= < <= NUMBER,
                `holds "word or phrase"`, `contains "part"`, `NAME contains "part"`,
                `flipped by PROBE`, `held by PROBE`, `tried by PROBE`, `right`, `wrong`; `not` before those of words

Names and values stand as they are unless they hold a mark of the grammar; then they stand in double quotes, in which `\\"` and
`\\\\` mean themselves. A blank cell is `""`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from difflib import get_close_matches

from audit.errors import InputError
from audit.filtering import (
    CLUSTER,
    FORM,
    FORMS,
    NUMBERS,
    OUTCOMES,
    TEXT,
    WORDS,
    Among,
    Came,
    Compare,
    Condition,
    Contains,
    Holds,
    Outcome,
    RowFilter,
)
from models.names import short
from models.translating import tr_later

LONGEST = 20_000
"""Characters of a condition."""
MOST_CLAUSES = 20
BUILT_IN = (*WORDS, *NUMBERS, CLUSTER, TEXT)
_VALUES = {"right": ("yes", "no"), FORM: FORMS}
_ALONE = {"right": Among("right", ("yes",)), "wrong": Among("right", ("no",))}
_OUTCOME: dict[str, Outcome] = {**dict(zip(OUTCOMES, OUTCOMES, strict=True)), "attacked": "tried"}
_MARKS = re.compile(r'[&|=<>"]|!=')
_OP = re.compile(r">=|<=|!=|==|=|>|<")
_CAME = re.compile(rf"({'|'.join(_OUTCOME)})\s+by(?![^\s\"])")
_NOT, _HOLDS, _CONTAINS = (re.compile(rf"{word}(?![^\s\"])") for word in ("not", "holds", "contains"))
_SEARCHED = re.compile(r"\scontains(?![^\s\"])")
_CLUSTER = re.compile(r"0*([1-9][0-9]{0,3})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


class Unreadable(InputError):
    """A condition cannot be read: the sentence says at which character, and what is allowed."""


def parse(text: str) -> RowFilter:
    """The condition that a text means; `written` gives a text of the same meaning.

    >>> parse("region=north & length>50").columns
    ('region', 'length')

    Raises:
        Unreadable: it is none.
    """
    if len(text) > LONGEST:
        raise Unreadable(
            tr_later(f"A slice has at most {LONGEST:,} characters, and this one {len(text):,}; use fewer conditions.")
        )
    if not text.strip():
        raise Unreadable(tr_later("A slice needs a condition, for example region=north & length>50."))
    reader, found = _Reader(text), []
    while True:
        found.append(reader.clause())
        if reader.at_end:
            break
        reader.take("&")
        if len(found) == MOST_CLAUSES:
            raise Unreadable(tr_later(f"A slice has at most {MOST_CLAUSES} conditions; use fewer."))
    return RowFilter(tuple(dict.fromkeys(found)))


def written(rows: RowFilter) -> str:
    """A condition as text; `parse` reads it back to an equal one. "" for every row.

    >>> written(parse('wrong&holds "late fee"& stars >=  4.0'))
    'right=no & holds "late fee" & stars>=4'
    """
    return " & ".join(map(_clause, rows.conditions))


def near(name: str, known: Collection[str]) -> str:
    """The end of a sentence about a name that is not known: the nearest known ones, else nothing."""
    found = [one for one in known if one.casefold() == name.casefold()] or get_close_matches(name, known, 3)
    return tr_later(f"; did you mean {' or '.join(repr(one) for one in found)}?") if found else ""


def number_written(number: float) -> str:
    """A number with no more digits than it takes to read it back."""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def _clause(condition: Condition) -> str:
    negated = "not " if getattr(condition, "negated", False) else ""
    match condition:
        case Among(column, values):
            return f"{_name(column)}{'!=' if negated else '='}{'|'.join(map(_value, values))}"
        case Compare(column, op, bound):
            return f"{_name(column)}{op}{number_written(bound)}"
        case Contains(column, part):
            return f"{negated}{'' if column == TEXT else _name(column) + ' '}contains {_quoted(part)}"
        case Holds(phrase):
            return f"{negated}holds {_quoted(phrase)}"
        case Came(probe, outcome):
            return f"{negated}{outcome} by {_value(probe)}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _value(text: str) -> str:
    return _quoted(text) if not text or text != text.strip() or _MARKS.search(text) else text


def _name(text: str) -> str:
    word = any(found.match(text) for found in (_NOT, _HOLDS, _CONTAINS, _CAME)) or _SEARCHED.search(text)
    marked = _MARKS.search(text) or text.endswith("!")  # with the = of what follows
    return _quoted(text) if word or marked or not text or text != text.strip() else text


class _Reader:
    """Reads clauses from the front of a text."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._blanks()

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._text)

    def clause(self) -> Condition:
        """The next clause, up to `&` or the end."""
        begin = self._at
        if self.at_end or self._text[self._at] == "&":
            raise self._fault(tr_later("a condition is missing; it is joined to the one before by &"))
        negated = bool(self._word(_NOT))
        if self._word(_HOLDS):
            return Holds(self._phrase("holds"), negated)
        if self._word(_CONTAINS):
            return Contains(TEXT, self._phrase("contains"), negated)
        if came := self._word(_CAME):
            outcome = _OUTCOME[came.split()[0]]
            return Came(self._probe(), outcome, negated)
        column = self._column()
        if self._word(_CONTAINS):
            if column in BUILT_IN and column != TEXT:
                raise self._fault(
                    tr_later(f"{column} is not searched; contains is for the text and for columns"), begin
                )
            return Contains(column, self._phrase("contains"), negated)
        op = _OP.match(self._text, self._at)
        if negated:
            raise self._fault(
                tr_later("not stands before holds, contains, flipped by, held by and tried by; write != of a value"),
                begin,
            )
        if op is None:
            if column in _ALONE:
                return _ALONE[column]
            raise self._fault(tr_later(f"after {short(column)!r} one of = != > >= < <= or contains is wanted"))
        self._at = op.end()
        self._blanks()
        return self._compared(column, op.group(), begin)

    def take(self, sign: str) -> None:
        """Pass over a sign that must stand here."""
        if not self._text.startswith(sign, self._at):
            raise self._fault(
                tr_later("another condition is joined by &, and a value with a mark such as = stands in quotes")
            )
        self._at += len(sign)
        self._blanks()

    def _compared(self, column: str, op: str, begin: int) -> Condition:
        if column == TEXT:
            raise self._fault(tr_later('the text is searched: write holds "a word" or contains "a part"'), begin)
        if op in ("=", "==", "!="):
            return Among(column, self._values(column), op == "!=")
        if column == CLUSTER:
            raise self._fault(tr_later("the number of a cluster is its name, which takes = and !="), begin)
        if column in WORDS:
            raise self._fault(tr_later(f"{column} is no number; it takes = and !="), begin)
        return Compare(column, op, self._bound(column))  # type: ignore[arg-type]

    def _values(self, column: str) -> tuple[str, ...]:
        found = []
        while True:
            at = self._at
            value = self._token(tr_later('a value is missing; a blank cell is ""'))
            allowed = _VALUES.get(column)
            if allowed and value not in allowed:
                raise self._fault(
                    tr_later(f"{column} is one of {', '.join(allowed)}, not {short(value)!r}{near(value, allowed)}"), at
                )
            if column == CLUSTER:
                value = self._cluster(value, at)
            if column in NUMBERS:
                value = number_written(self._number(column, value, at))
            found.append(value)
            if not self._text.startswith("|", self._at):
                return tuple(found)
            self._at += 1
            self._blanks()

    def _cluster(self, said: str, at: int) -> str:
        found = _CLUSTER.fullmatch(said)
        if found is None:
            raise self._fault(
                tr_later(f"a cluster is named by its number, such as 3, not {short(said)!r}; a column of that name is column:{CLUSTER}"),
                at,
            )  # fmt: skip
        return found.group(1)

    def _bound(self, column: str) -> float:
        at = self._at
        return self._number(column, self._token(tr_later("a number is missing, for example 50")), at)

    def _number(self, column: str, said: str, at: int) -> float:
        percent = said.endswith("%")
        bare = said.removesuffix("%").strip()
        number = float(bare) if _NUMBER.fullmatch(bare) else math.nan
        number = number / 100 if percent else number
        if not math.isfinite(number):
            raise self._fault(
                tr_later(f"{short(column)!r} is compared with a number such as 50 or 0.8, not {short(said)!r}"), at
            )
        return number

    def _phrase(self, after: str) -> str:
        at = self._at
        said = self._token(tr_later(f'after {after} a word or phrase in quotes is wanted: {after} "late fee"'))
        if not said.strip():
            raise self._fault(tr_later(f'after {after} a word or phrase in quotes is wanted: {after} "late fee"'), at)
        return said

    def _probe(self) -> str:
        at = self._at
        said = self._token(tr_later("the name of an attack or a harmless change is missing"))
        if not said:
            raise self._fault(tr_later("the name of an attack or a harmless change is missing"), at)
        return said

    def _column(self) -> str:
        begin = self._at
        if self._text.startswith('"', self._at):
            name = self._in_quotes()
        else:
            stop = _MARKS.search(self._text, self._at)
            end = stop.start() if stop else len(self._text)
            searched = _SEARCHED.search(self._text, self._at, end)
            self._at = searched.start() if searched else end
            name = self._text[begin : self._at].strip()
        self._blanks()
        if not name:
            raise self._fault(tr_later("the name of a column is missing, for example region=north"), begin)
        return name

    def _token(self, missing: str) -> str:
        """A value: in quotes, or as it stands up to the next mark."""
        if self._text.startswith('"', self._at):
            found = self._in_quotes()
        else:
            begin, stop = self._at, _MARKS.search(self._text, self._at)
            self._at = stop.start() if stop else len(self._text)
            found = self._text[begin : self._at].strip()
            if not found:
                raise self._fault(missing, begin)
        self._blanks()
        return found

    def _in_quotes(self) -> str:
        begin, made, at = self._at, [], self._at + 1
        while at < len(self._text) and self._text[at] != '"':
            if self._text[at] == "\\" and self._text[at + 1 : at + 2] in ('"', "\\"):
                at += 1
            made.append(self._text[at])
            at += 1
        if at >= len(self._text):
            raise self._fault(
                tr_later('a quotation mark opens here that none closes; one inside is written \\"'), begin
            )
        self._at = at + 1
        return "".join(made)

    def _word(self, wanted: re.Pattern[str]) -> str:
        """A word of the grammar, passed over; "" where another stands here, or where it is a name that is compared."""
        found = wanted.match(self._text, self._at)
        if found is None:
            return ""
        rest = len(self._text[found.end() :]) - len(self._text[found.end() :].lstrip())
        if _OP.match(self._text, found.end() + rest):
            return ""
        self._at = found.end() + rest
        return found.group()

    def _blanks(self) -> None:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1

    def _fault(self, what: str, at: int | None = None) -> Unreadable:
        place = (self._at if at is None else at) + 1
        return Unreadable(tr_later(f"The slice cannot be read at character {place}: {what}.").replace("?.", "?"))
