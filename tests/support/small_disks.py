"""File systems that refuse: a child whose files may not grow, what it says, and what must not be left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def leftovers(folder: Path) -> list[str]:
    """Every file below a folder that nobody asked for."""
    return [path.name for path in folder.rglob("*") if path.name.endswith(".part") or path.name.startswith(".")]


BOUND = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2); "
RUN = BOUND + "sys.argv[0] = 'x'; runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"


def bounded(limit: int, *words: object, home: Path) -> subprocess.CompletedProcess[str]:
    """A command whose files may have so many bytes: the system itself refuses the rest."""
    return subprocess.run(
        [sys.executable, "-c", RUN, str(limit), *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "ASSAY_HOME": str(home), "PYTHONPATH": str(ROOT)}, timeout=240,
    )  # fmt: skip


def told(done: subprocess.CompletedProcess[str], status: int = 1) -> str:
    """That a command ended in one sentence of ours."""
    assert done.returncode == status, done
    assert "Traceback" not in done.stderr, done.stderr
    (said,) = [line for line in done.stderr.splitlines() if line.startswith(("Error:", "Could not run:"))]
    return said
