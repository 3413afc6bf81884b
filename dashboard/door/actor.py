"""Who has come in, and by what that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever a request is answered for: `subject` names them, `via` says what let them in."""

    subject: str
    via: Literal["token", "open"]
