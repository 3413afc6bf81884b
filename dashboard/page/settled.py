"""What every page shares is no garbage: Streamlit looks for garbage after each redraw, and need not go through all of it."""

from __future__ import annotations

import gc
from functools import cache


@cache
def settle() -> None:
    """Leave what has been imported by now out of every later search for garbage; the first call of a process alone counts.

    There are some 190,000 objects once a page has been drawn, nearly all of them of modules: 0.1 s of CPU at each redraw.
    """
    gc.collect()
    gc.freeze()
