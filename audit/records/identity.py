"""What became of a row that is said of other groups of people."""

from __future__ import annotations

from dataclasses import dataclass

from audit.records.base import Change, Changed


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Whom a text speaks of: a group of one dimension (gender, religion ...), and the terms that say so."""

    dimension: str
    group: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A text said of another group of a dimension, and what the model says of it.

    `before` is the group that the text as typed speaks of; "" where it speaks of none and a neutral sentence about somebody
    of `group` was put before it. `terms` are those that came in.
    """

    dimension: str
    before: str
    group: str
    terms: tuple[str, ...]
    text: str
    probs: tuple[float, ...]
    changes: tuple[Change, ...] = ()
    pair: str | None = None

    @property
    def inserted(self) -> bool:
        """Whether it only has a sentence more than the text."""
        return not self.before


@dataclass(frozen=True, slots=True)
class IdentityOutcome(Changed):
    """One row said of other groups; `flips` counts versions with another prediction than the text, or, of those with a
    sentence put before it, than the first of the same dimension.
    """

    mentions: tuple[Mentioned, ...]
    versions: tuple[Version, ...]
    flips: int
    seed: int
    seconds: float
    pair: str | None = None
    error: str | None = None
    probe: str = ""
