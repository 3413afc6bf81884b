"""Who acts: a name, what let them in, what they may do, and where."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from audit.errors import Forbidden

PROJECT = "default"
"""The one project of an installation without others."""


class Role(IntEnum):
    """What somebody is to an installation; each may what the ones before it may."""

    READER = 1
    """Reads runs, reports and tables."""
    REVIEWER = 2
    """Judges adversarial examples."""
    ANALYST = 3
    """Brings tables in, starts and steers runs, has reports and bundles made."""
    ADMINISTRATOR = 4
    """Deletes, decides about models, takes in what others made."""


Via = Literal["system", "token", "open"]
"""What let somebody in: the login of the operating system, the token of the dashboard, or nothing (`--no-token`)."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever does or reads something: `subject` names them."""

    subject: str
    roles: frozenset[Role]
    via: Via
    project: str = PROJECT

    def __post_init__(self) -> None:
        if not self.subject or len(self.subject) > 200 or not self.subject.isprintable():
            raise ValueError("An actor has a name of 1 to 200 printable characters.")

    def may(self, needed: Role) -> bool:
        """Whether one of their roles is enough for what needs this one."""
        return max(self.roles, default=0) >= needed

    def require(self, needed: Role) -> None:
        """Nothing where they may do what needs this role.

        Raises:
            Forbidden: they may not.
        """
        if self.may(needed):
            return
        roles = ", ".join(role.name.lower() for role in sorted(self.roles)) or "none"
        raise Forbidden(
            f"{self.subject} may not do that: it needs the role {needed.name.lower()}, and theirs is {roles}. "
            "Ask an administrator of this installation."
        )


def local_user(via: Via = "system") -> Actor:
    """The user of this process, who owns the data folder and may do everything.

    That is who acts while no login is configured: in the terminal, and on pages for whoever holds the token.
    """
    return Actor(user_name(), frozenset({Role.ADMINISTRATOR}), via)


def user_name() -> str:
    """What the system calls the user of this process, or `unknown` where it has no name for them."""
    try:
        found = "".join(c for c in getpass.getuser() if c.isprintable())[:200]
    except (OSError, KeyError):
        found = ""
    return found or "unknown"


def roles(names: Iterable[str]) -> frozenset[Role]:
    """Roles by their names, `reader` and so on.

    Raises:
        ValueError: one is no role.
    """
    known = {role.name.lower(): role for role in Role}
    named = list(names)
    unknown = [name for name in named if name not in known]
    if unknown:
        raise ValueError(f"There is no role named {unknown[0]!r}; roles are {', '.join(known)}.")
    return frozenset(known[name] for name in named)
