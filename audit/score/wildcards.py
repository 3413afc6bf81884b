"""The one sign of a policy that stands for others: `*`."""

from __future__ import annotations

import re

from audit.slices import Slice

ANY = "*"
_WHOLE = re.compile(r"(?:^|[=:])\*(?:$|[,=])")


def wild(probe: str, wanted: str | Slice) -> bool:
    """Whether a check of these looks for whatever there is rather than for one thing by name."""
    return ANY in probe or wild_slice(wanted)


def wild_slice(wanted: str | Slice) -> bool:
    """Whether a slice may stand for several."""
    return isinstance(wanted, str) and _WHOLE.search(wanted) is not None
