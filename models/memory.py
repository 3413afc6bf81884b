"""Native memory of a long-lived process: what was freed goes back to the system instead of waiting for more of its kind.

glibc gives every thread an arena of its own and keeps what each has freed: a worker whose shards run in a pool of threads
would hold the largest need of every one of them. It also learns: once a block of many MB was freed, the next of that size
comes out of the heap, between small blocks that stay, so that each batch of long texts would leave some MB of holes behind.
Elsewhere these functions do nothing.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from functools import cache
from typing import Any

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # M_... of malloc.h
_ARENAS = 2
_LARGE = 4 << 20
"""Bytes of a block that is mapped by itself and goes back to the system when it is freed; setting it ends the learning."""
_IDLE = 16 << 20
"""Bytes that the end of the heap may keep free: given back sooner, they would be faulted in again by the next batch."""


def bound_heap() -> None:
    """Let all threads of this process share two arenas and none keep large blocks; to be called before threads are started."""
    library = _glibc()
    if library is not None:
        library.mallopt(_ARENA_MAX, _ARENAS)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_TRIM_THRESHOLD, _IDLE)


def give_back() -> None:
    """Return what is free to the system; takes a few milliseconds."""
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


def let_go() -> None:
    """Free what only a circle of references still holds, as a dropped model does, and return its memory."""
    gc.collect()
    give_back()


@cache
def _glibc() -> Any:
    if not sys.platform.startswith("linux"):
        return None
    try:
        library = ctypes.CDLL("libc.so.6")
        library.mallopt, library.malloc_trim  # noqa: B018  (musl has neither)
    except (OSError, AttributeError):
        return None
    return library
