"""Audit a planted model as a stranger would: nothing known of it, a home of its own, the command from the handbook."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planting.plant import Plant
from planting.rows import ROOT
from planting.writing import BUILD, data


@dataclass(frozen=True)
class Audit:
    """How the models are audited.

    Attributes:
        suite: quick, standard or deep.
        rows: of each table at most; None: as many as the suite takes.
        without: kinds of probes to leave out.
        policy: name of a policy; "": the default one.
        models: folder of the models.
        build: folder of the tables; runs and homes come beside them.
        device: as of `audit run`; "": it chooses.
        threads: of each audit.
    """

    suite: str = "standard"
    rows: int | None = None
    without: tuple[str, ...] = ()
    policy: str = ""
    models: Path = BUILD
    build: Path = BUILD
    device: str = ""
    threads: int = 1

    def command(self, plant: Plant) -> list[str]:
        """The command that audits a plant."""
        return [
            sys.executable, "-m", "audit", "run", "--model", str(self.models / plant.name),
            "--csv", str(data(plant.name, "audit", self.build)), "--suite", self.suite, "--json",
            *(("--limit", str(self.rows)) if self.rows else ()),
            *(option for kind in self.without for option in ("--without", kind)),
            *(("--policy", self.policy) if self.policy else ()),
            *(("--device", self.device) if self.device else ()),
            *(option for column in plant.groups for option in ("--group", column)),
        ]  # fmt: skip

    def kept(self, plant: Plant) -> Path:
        """The file that keeps what the audit of a plant printed."""
        left = [f"no_{kind}" for kind in self.without]
        said = "-".join([plant.name, self.suite, str(self.rows or "all"), *left, *filter(None, [self.policy])])
        return self.build / "runs" / f"{said}.json"


def audit(plant: Plant, how: Audit, *, again: bool = False) -> dict[str, Any]:
    """What `audit run --json` prints of a plant, and the `seconds` it took; from the file that an earlier call has kept, if any.

    Args:
        plant: which.
        how: to audit it.
        again: whether what is kept counts for nothing.

    Raises:
        RuntimeError: the audit failed, with the end of what it said.
    """
    kept = how.kept(plant)
    if kept.exists() and not again:
        return json.loads(kept.read_text(encoding="utf-8"))
    home = how.build / "homes" / kept.stem
    shutil.rmtree(home, ignore_errors=True)
    env = {
        **os.environ, "ASSAY_HOME": str(home), "OMP_NUM_THREADS": str(how.threads), "TOKENIZERS_PARALLELISM": "false"
    }  # fmt: skip
    started = time.perf_counter()
    ended = subprocess.run(how.command(plant), cwd=ROOT, env=env, check=False, capture_output=True, text=True)
    if ended.returncode:
        raise RuntimeError(f"the audit of {plant.name} ended with {ended.returncode}: {ended.stderr[-600:]}")
    run = {**json.loads(ended.stdout), "seconds": round(time.perf_counter() - started)}
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(run, ensure_ascii=False), encoding="utf-8")
    return run
