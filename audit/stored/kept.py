"""What is kept by name, or once for all: policies, behavioural suites, whose reports are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class StoredPolicy:
    """A policy that is kept by name. Each change is another version; its `digest` is that of the content."""

    name: str
    version: int
    digest: str
    policy: Mapping[str, Any]
    who: str
    saved_at: str


@dataclass(frozen=True, slots=True)
class StoredSuite:
    """A behavioural suite that is kept by name. Each change is another version.

    `digest` is that of what it says, `sha256` that of its file, as it was written; `facts` what lists of suites show: `language`,
    `labels`, and how many `tests` and `cases`.
    """

    name: str
    version: int
    digest: str
    sha256: str
    facts: Mapping[str, Any]
    who: str
    saved_at: str


@dataclass(frozen=True, slots=True)
class StoredSlice:
    """A slice that is kept by name, for all runs: its `condition` as `audit.where.written` gives it."""

    name: str
    condition: str
    who: str
    saved_at: str


PictureKind = Literal["png", "jpg"]


@dataclass(frozen=True, slots=True)
class KeptBrand:
    """Whose reports are, as an administrator set it: `logo` is the sha256 of a kept file, None for none, `kind` its format."""

    organisation: str = ""
    logo: str | None = None
    kind: PictureKind = "png"
