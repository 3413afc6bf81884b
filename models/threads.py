"""How many CPU threads torch works with."""

from __future__ import annotations

import os

import torch


def choose_threads(threads: int | None) -> int:
    """Set and return torch's thread count: the one asked for, else OMP_NUM_THREADS, else the cores we may use."""
    if threads is None:
        given = os.environ.get("OMP_NUM_THREADS", "")
        allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        threads = int(given) if given.isdigit() and int(given) > 0 else min(allowed, 16)
    if torch.get_num_threads() != threads:
        torch.set_num_threads(threads)
    return threads
