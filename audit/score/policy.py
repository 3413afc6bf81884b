"""The policy a run is held against: thresholds on scores, from TOML, with every fault named by line and field."""

from __future__ import annotations

import errno
import hashlib
import json
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from audit.errors import SpecError
from audit.language.translating import tr_later
from audit.score.policy_faults import BOUNDS, faults
from audit.score.policy_lines import Place, broken, in_order, lines, where
from audit.score.policy_text import MOST_BYTES, parsed
from audit.score.wildcards import wild
from audit.scored import Severity
from audit.slices import Slice
from models.places import ASSETS
from models.typed_paths import read_at_most

VERSION = 1
POLICIES = ASSETS / "policies"
EVERYDAY, ADVERSARY, RELEASE = "everyday", "adversary", "release"
"""Policies by purpose, as they come with Assay: nobody deceives the model, somebody may, it takes another's place."""
PURPOSES = (EVERYDAY, ADVERSARY, RELEASE)
DEFAULT = POLICIES / f"{EVERYDAY}.toml"
FORMER = "default"
"""What the policy was called that audits of before were judged by where none was chosen; such runs keep it."""

PATTERN_ROWS = 10
"""A pattern is looked for from so many rows on unless it says `min_n` itself."""
FAULTS_TOLD = 10
"""At most so many faults of a policy are told at once."""

Correction = Literal["bonferroni", "none"]
SEVERITIES: tuple[str, ...] = get_args(Severity)


@dataclass(frozen=True, slots=True)
class Check:
    """A threshold on the scores that `score`, `probe` and `slice` name, see `audit.score.matching` and the default policy.

    `margin` in place of `min` or `max` is held against how much worse the score is than in the baseline run, on the rows
    that both have (`audit.score.losses`). `at_most` limits a pattern's findings; a check decides on every match. With
    fewer rows than `min_n` (of different texts) a check is INCONCLUSIVE and a pattern is not raised.
    """

    id: str
    score: str
    probe: str = ""
    slice: str | Slice = ""
    min: float | None = None
    max: float | None = None
    margin: float | None = None
    severity: Severity = "medium"
    required: bool | None = None
    min_n: int = 1
    at_most: int | None = None
    why: str = ""
    next_step: str = ""

    @property
    def threshold(self) -> float:
        """The bound that is set."""
        return next((bound for bound in (self.min, self.max, self.margin) if bound is not None), float("nan"))

    @property
    def needed(self) -> bool:
        """Whether a run without such a score is inconclusive."""
        return not wild(self.probe, self.slice) if self.required is None else self.required


@dataclass(frozen=True, slots=True)
class Policy:
    """Checks that decide, patterns that inform, and how sure to be: alpha over all comparisons together.

    `baseline` is the id of the run that checks with a margin are held against; "": the one marked for the model.
    """

    name: str = "unnamed"
    alpha: float = 0.05
    correction: Correction = "bonferroni"
    checks: tuple[Check, ...] = ()
    patterns: tuple[Check, ...] = ()
    version: int = VERSION
    baseline: str = ""

    @property
    def relative(self) -> bool:
        """Whether any of its checks is held against a baseline run."""
        return any(check.margin is not None for check in self.checks)

    def level(self, comparisons: int) -> float:
        """The confidence level of a verdict among so many comparisons."""
        return 1.0 - self.alpha / (max(comparisons, 1) if self.correction == "bonferroni" else 1)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, in the shape of the TOML file; `policy_from_dict` reads it back."""
        data: dict[str, Any] = {"version": self.version, "name": self.name}
        data |= {"alpha": self.alpha, "correction": self.correction}
        data |= {"baseline": self.baseline} if self.baseline else {}
        default = {item.name: item.default for item in fields(Check)}
        for table, entries in (("check", self.checks), ("pattern", self.patterns)):
            data[table] = [
                {k: dict(v) if isinstance(v, Slice) else v for k, v in asdict(entry).items() if v != default[k]}
                for entry in entries
            ]
            default["min_n"] = PATTERN_ROWS  # the patterns' own
        return data

    @property
    def digest(self) -> str:
        """sha256 of the policy's content, hex: the same for the same thresholds, whatever the file and the baseline are."""
        thresholds = {key: value for key, value in self.to_dict().items() if key != "baseline"}
        text = json.dumps(thresholds, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def policy_name(policy: Mapping[str, Any] | None, *, imported: bool = False, short: bool = False) -> str:
    """What people call a stored policy: its name, and unless `short` the beginning of its digest, for names are not unique.

    That of an imported run is said to be its bundle's own where it is not this installation's default.
    """
    if policy is None:
        return ""
    chosen = stored_policy(policy)
    whose = tr_later(", the bundle's own") if imported and not is_default(policy) else ""
    return f"{chosen.name}{whose}" if short else f"{chosen.name} ({chosen.digest[:12]}){whose}"


def is_default(policy: Mapping[str, Any] | None) -> bool:
    """Whether a stored policy is this installation's default one, whatever it calls itself; a run without has that."""
    return kept_policy(policy).digest == load_policy().digest


def load_policy(path: Path | str | None = None, *, probes: Collection[str] | None = None) -> Policy:
    """Read a policy file, the default one without a path; `probes` as in `policy_from_dict`.

    Raises:
        SpecError: no such file, not TOML, or not a policy; names lines and fields.
    """
    source = Path(path) if path is not None else DEFAULT
    try:
        text = read_at_most(source, MOST_BYTES).decode("utf-8-sig")
    except OSError as error:
        why = error.strerror or str(error)
        if error.errno == errno.EFBIG:
            raise SpecError(
                f"The policy {source} cannot be read ({why}); a policy has a few thousand, look whether it is the right file."
            ) from None
        raise SpecError(f"The policy {source} cannot be read ({why}); give the path of a TOML file.") from error
    except UnicodeDecodeError as error:
        raise SpecError(f"The policy {source} is not UTF-8 text ({error}); save it as UTF-8.") from error
    return parse_policy(text.replace("\r\n", "\n"), source.name, probes=probes)


def parse_policy(text: str, source: str = tr_later("the policy"), *, probes: Collection[str] | None = None) -> Policy:
    """Read a policy from TOML text; `source` names it in messages, `probes` as in `policy_from_dict`.

    Raises:
        SpecError: not TOML, or not a policy; names lines and fields.
    """
    try:
        data = parsed(text, source)
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{source} is not valid TOML: {broken(error, text)}.") from error
    return policy_from_dict(data, source, lines(text), probes=probes)


def policy_from_dict(
    data: Mapping[str, Any],
    source: str = tr_later("the policy"),
    known: Mapping[Place, int] | None = None,
    *,
    probes: Collection[str] | None = None,
    stored: bool = False,
) -> Policy:
    """Read a policy from data in the shape of the TOML file.

    Args:
        data: the parsed file.
        source: what messages call it.
        known: line of each field, by (table, number of the entry, field), where known.
        probes: every name a probe can have where that is known; then a check on another one is a fault.
        stored: it was taken before; a score that is not known here is then one of a package that is not here.

    Raises:
        SpecError: every fault, each with its line and field.
    """
    wrong = faults_of(data, probes=probes, scores=not stored)
    if wrong:
        told = [f"{where(place, known or {})}: {what}" for place, what in in_order(wrong, known or {})]
        more = tr_later(f"; and {len(told) - FAULTS_TOLD} more") if len(told) > FAULTS_TOLD else ""
        raise SpecError(f"{source} is not a policy: {'; '.join(told[:FAULTS_TOLD])}{more}.".replace("?.", "?"))
    data = _with_extended(data)
    tables = {
        table: tuple(
            Check(**{**least, **entry, **_floats(entry), **_structured(entry)}) for entry in data.get(table, ())
        )
        for table, least in (("check", {}), ("pattern", {"min_n": PATTERN_ROWS}))
    }
    head = {key: data[key] for key in ("name", "correction", "version", "baseline") if key in data}
    return Policy(alpha=float(data.get("alpha", 0.05)), checks=tables["check"], patterns=tables["pattern"], **head)


def stored_policy(data: Mapping[str, Any]) -> Policy:
    """Read a policy that a run or a bundle keeps: it may be about scores of a package that is not installed here.

    Raises:
        SpecError: it is no policy.
    """
    return policy_from_dict(data, stored=True)


def kept_policy(data: Mapping[str, Any] | None) -> Policy:
    """The policy that a run keeps; the default one, which judges a run that keeps none.

    Raises:
        SpecError: what it keeps is no policy.
    """
    return load_policy() if data is None else stored_policy(data)


def faults_of(
    data: Mapping[str, Any], *, probes: Collection[str] | None = None, scores: bool = True
) -> list[tuple[Place, str]]:
    """Every fault of data in the shape of the TOML file, each with its place.

    Args:
        data: the parsed file; probes: as in `policy_from_dict`; scores: whether one that is not known is a fault.
    """
    choices: dict[str, Any] = {"version": VERSION, "corrections": get_args(Correction), "severities": SEVERITIES}
    choices["extendable"] = PURPOSES
    return list(faults(data, **choices, probes=probes, scores=scores))


def _with_extended(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """A policy with the checks and patterns of the one it extends, before its own; an own one stands in place of its namesake."""
    name = data.get("extends")
    if not name:
        return data
    base = load_policy(POLICIES / f"{name}.toml").to_dict()
    own = {entry["id"] for table in ("check", "pattern") for entry in data.get(table, ())}
    entries = {
        table: [*(entry for entry in base[table] if entry["id"] not in own), *data.get(table, ())]
        for table in ("check", "pattern")
    }
    return {**base, **{key: value for key, value in data.items() if key != "extends"}, **entries}


def _floats(entry: Mapping[str, Any]) -> dict[str, float]:
    return {key: float(entry[key]) for key in BOUNDS if key in entry}


def _structured(entry: Mapping[str, Any]) -> dict[str, Slice]:
    return {"slice": Slice(entry["slice"])} if isinstance(entry.get("slice"), dict) else {}
