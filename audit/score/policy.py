"""The policy a run is held against: thresholds on scores, from TOML, with every fault named by line and field."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args

from audit.errors import SpecError
from audit.records import Severity
from audit.score.definitions import catalog
from audit.score.matching import wild
from audit.slices import Slice

VERSION = 1
DEFAULT = Path(__file__).resolve().parents[2] / "assets" / "policies" / "default.toml"

Correction = Literal["bonferroni", "none"]
SEVERITIES: tuple[str, ...] = get_args(Severity)


@dataclass(frozen=True, slots=True)
class Check:
    """A threshold on the scores that `score`, `probe` and `slice` name, see `audit.score.matching` and the default policy.

    `at_most` limits a pattern's findings; a check decides on every match.
    """

    id: str
    score: str
    probe: str = ""
    slice: str | Slice = ""
    min: float | None = None
    max: float | None = None
    severity: Severity = "medium"
    required: bool | None = None
    min_n: int = 1
    at_most: int | None = None
    why: str = ""
    next_step: str = ""

    @property
    def threshold(self) -> float:
        """The bound that is set."""
        bound = self.min if self.min is not None else self.max
        return float("nan") if bound is None else bound

    @property
    def needed(self) -> bool:
        """Whether a run without such a score is inconclusive."""
        return not wild(self) if self.required is None else self.required


@dataclass(frozen=True, slots=True)
class Policy:
    """Checks that decide, patterns that inform, and how sure to be: alpha over all comparisons together."""

    name: str = "unnamed"
    alpha: float = 0.05
    correction: Correction = "bonferroni"
    checks: tuple[Check, ...] = ()
    patterns: tuple[Check, ...] = ()
    version: int = VERSION

    def level(self, comparisons: int) -> float:
        """The confidence level of a verdict among so many comparisons."""
        return 1.0 - self.alpha / (max(comparisons, 1) if self.correction == "bonferroni" else 1)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, in the shape of the TOML file; `policy_from_dict` reads it back."""
        data: dict[str, Any] = {"version": self.version, "name": self.name}
        data |= {"alpha": self.alpha, "correction": self.correction}
        default = {item.name: item.default for item in fields(Check)}
        for table, entries in (("check", self.checks), ("pattern", self.patterns)):
            data[table] = [
                {k: dict(v) if isinstance(v, Slice) else v for k, v in asdict(entry).items() if v != default[k]}
                for entry in entries
            ]
        return data

    @property
    def digest(self) -> str:
        """sha256 of the policy's content, hex: the same for the same thresholds, whatever the file looks like."""
        text = json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def load_policy(path: Path | str | None = None) -> Policy:
    """Read a policy file, the default one without a path.

    Raises:
        SpecError: no such file, not TOML, or not a policy; names lines and fields.
    """
    source = Path(path) if path is not None else DEFAULT
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"The policy {source} cannot be read ({error}); give the path of a TOML file.") from error
    return parse_policy(text, source.name)


def parse_policy(text: str, source: str = "the policy") -> Policy:
    """Read a policy from TOML text; `source` names it in messages.

    Raises:
        SpecError: not TOML, or not a policy; names lines and fields.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{source} is not valid TOML: {error}.") from error
    return policy_from_dict(data, source, _lines(text))


def policy_from_dict(
    data: Mapping[str, Any], source: str = "the policy", lines: Mapping[tuple[str, int, str], int] | None = None
) -> Policy:
    """Read a policy from data in the shape of the TOML file.

    Args:
        data: the parsed file.
        source: what messages call it.
        lines: line of each field, by (table, number of the entry, field), where known.

    Raises:
        SpecError: every fault, each with its line and field.
    """
    faults = list(_faults(data))
    if faults:
        told = [f"{_where(place, lines or {})}: {what}" for place, what in faults]
        more = f"; and {len(told) - 5} more" if len(told) > 5 else ""
        raise SpecError(f"{source} is not a policy: {'; '.join(told[:5])}{more}.")
    tables = {
        table: tuple(Check(**{**entry, **_floats(entry), **_structured(entry)}) for entry in data.get(table, ()))
        for table in ("check", "pattern")
    }
    head = {key: data[key] for key in ("name", "correction", "version") if key in data}
    return Policy(alpha=float(data.get("alpha", 0.05)), checks=tables["check"], patterns=tables["pattern"], **head)


_Place = tuple[str, int, str]
_TYPES: dict[str, tuple[type, ...]] = {
    "id": (str,), "score": (str,), "probe": (str,), "slice": (dict, str), "why": (str,), "next_step": (str,),
    "min": (int, float), "max": (int, float), "severity": (str,), "required": (bool,), "min_n": (int,), "at_most": (int,),
}  # fmt: skip
_HEAD: dict[str, tuple[type, ...]] = {
    "version": (int,), "name": (str,), "alpha": (int, float), "correction": (str,), "check": (list,), "pattern": (list,),
}  # fmt: skip
_SAID = {str: "text", bool: "true or false", int: "a whole number", float: "a number", list: "an array of tables"}


def _faults(data: Mapping[str, Any]) -> Iterator[tuple[_Place, str]]:
    for key, value in data.items():
        yield from _typed(("", 0, key), key, value, _HEAD)
    if data.get("version", VERSION) != VERSION:
        yield ("", 0, "version"), f"version is {data['version']!r}; this Assay reads version {VERSION}"
    alpha = data.get("alpha", 0.05)
    if isinstance(alpha, int | float) and not 0 < alpha < 1:
        yield ("", 0, "alpha"), f"alpha lies between 0 and 1, for example 0.05; got {alpha}"
    if data.get("correction", "none") not in get_args(Correction):
        yield ("", 0, "correction"), f"correction is one of {', '.join(get_args(Correction))}"
    seen: set[str] = set()
    for table in ("check", "pattern"):
        entries = data.get(table, ())
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            yield from _entry_faults(table, number, entry, seen)


def _entry_faults(table: str, number: int, entry: Any, seen: set[str]) -> Iterator[tuple[_Place, str]]:
    def at(field: str) -> _Place:
        return table, number, field

    if not isinstance(entry, dict):
        yield at(""), f"[[{table}]] must be a table of fields"
        return
    wrong = [fault for key, value in entry.items() for fault in _typed(at(key), key, value, _TYPES)]
    yield from wrong
    for key in ("id", "score"):
        if key not in entry:
            yield at(""), f"field '{key}' is missing"
    if wrong:
        return
    yield from _slice_faults(at("slice"), entry.get("slice", ""))
    if entry.get("id", "") in seen:
        yield at("id"), f"id '{entry['id']}' is used twice"
    seen.add(entry.get("id", ""))
    score = entry.get("score", "")
    if score and score not in catalog():
        near = get_close_matches(score, catalog(), 3)
        yield at("score"), f"there is no score '{score}'" + (f"; did you mean {' or '.join(near)}?" if near else "")
    if ("min" in entry) == ("max" in entry):
        yield at("max" if "max" in entry else ""), "give exactly one of min and max"
    for key in ("min", "max"):
        if key in entry and score in catalog() and catalog()[score].unit == "share" and not -1 <= entry[key] <= 1:
            yield at(key), f"{key} is a share between 0 and 1, write 0.8 for 80%; got {entry[key]}"
    if entry.get("severity", "low") not in SEVERITIES:
        yield at("severity"), f"severity is one of {', '.join(SEVERITIES)}; got '{entry['severity']}'"
    for key in ("min_n", "at_most"):
        if entry.get(key, 1) < 1:
            yield at(key), f"{key} is 1 or more; got {entry[key]}"


def _slice_faults(place: _Place, value: Any) -> Iterator[tuple[_Place, str]]:
    if isinstance(value, dict) and not (value and all(isinstance(part, str) for part in value.values())):
        yield place, f'a slice is text, or columns with texts such as {{ label = "billing" }}; got {value!r}'


def _typed(
    place: _Place, key: str, value: Any, allowed: Mapping[str, tuple[type, ...]]
) -> Iterator[tuple[_Place, str]]:
    if key not in allowed:
        near = get_close_matches(key, allowed, 1)
        yield place, f"there is no field '{key}'" + (f"; did you mean '{near[0]}'?" if near else "")
    elif not isinstance(value, allowed[key]) or (isinstance(value, bool) and bool not in allowed[key]):
        yield place, f"field '{key}' must be {_SAID[allowed[key][-1]]}; got {value!r}"


def _floats(entry: Mapping[str, Any]) -> dict[str, float]:
    return {key: float(entry[key]) for key in ("min", "max") if key in entry}


def _structured(entry: Mapping[str, Any]) -> dict[str, Slice]:
    return {"slice": Slice(entry["slice"])} if isinstance(entry.get("slice"), dict) else {}


def _where(place: _Place, lines: Mapping[_Place, int]) -> str:
    table, number, field = place
    line = lines.get(place) or lines.get((table, number, ""))
    named = f"[[{table}]] {number + 1}" if table else "the head"
    return f"line {line}" if line else f"{named}, field '{field}'" if field else named


def _lines(text: str) -> dict[_Place, int]:
    """Line of each field of a policy file; entries are counted per table from 0, field "" is the table's header."""
    found: dict[_Place, int] = {}
    table, number = "", 0
    counts: dict[str, int] = {}
    for line, content in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\[?\s*([\w-]+)\s*\]?\]", content)
        key = re.match(r"\s*([\w-]+|\"[^\"]*\")\s*=", content)
        if header:
            table = header[1]
            number = counts.get(table, 0)
            counts[table] = number + 1
            found[table, number, ""] = line
            found.setdefault(("", 0, table), line)
        elif key:
            found.setdefault((table, number, key[1].strip('"')), line)
    return found
