"""What a run's numbers came from: versions, hardware, the commit of Assay, who and when; plain JSON data."""

from __future__ import annotations

import os
import platform
import subprocess
from functools import cache
from importlib import metadata
from typing import Any

from models.places import INSTALLED, REPOSITORY


def environment() -> dict[str, Any]:
    """Python, platform, hardware, every installed library's version, and the commit of Assay.

    Returns:
        {"python", "platform", "machine", "cpu", "cores", "memory_bytes", "gpu", "assay": {"version", "commit",
        "modified"}, "libraries": {name: version}}.
    """
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_bytes": _memory(),
        "gpu": _gpu(),
        "assay": this_assay(),
        "libraries": libraries(),
    }


@cache
def libraries() -> dict[str, str]:
    """Version of every installed distribution, by lower-case name."""
    found = {(d.metadata["Name"] or "").lower(): d.version for d in metadata.distributions()}
    return {name: found[name] for name in sorted(found) if name}


@cache
def commit() -> dict[str, Any]:
    """The git commit of Assay and whether files were changed since; None where it is not a checkout."""
    head = _git("rev-parse", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no")
    return {"commit": head or None, "modified": bool(changed) if head else None}


def this_assay() -> dict[str, Any]:
    """Version and commit of the Assay that runs: {"version", "commit", "modified"}."""
    return {"version": _version(), **commit()}


def _git(*arguments: str) -> str:
    if INSTALLED:  # a checkout that an environment happens to lie in is none of ours
        return ""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=REPOSITORY, capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _version() -> str:
    try:
        return metadata.version("assay")
    except metadata.PackageNotFoundError:
        return "0"


def _cpu() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = (line.partition(":")[2].strip() for line in file if line.startswith("model name"))
            return next(names, "") or platform.processor()
    except OSError:
        return platform.processor()


def _memory() -> int | None:
    try:
        import psutil  # type: ignore[import-untyped]
    except ImportError:
        return None
    return int(psutil.virtual_memory().total)


def _gpu() -> str | None:
    import sys

    torch = sys.modules.get("torch")  # only a worker has it loaded; asking must not load it
    if torch is not None and torch.cuda.is_available():
        return str(torch.cuda.get_device_name(0))
    return None
