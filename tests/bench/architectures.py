"""Prints what each architecture can do, as docs/models.md shows it: `python tests/bench/architectures.py [NAME ...]`."""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from pathlib import Path

os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1"}
warnings.filterwarnings("ignore")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))

import checkpoints  # noqa: E402
import matrix  # noqa: E402
import zoo  # noqa: E402


def main() -> None:
    """Make each tiny model, try it, print the table."""
    names = sys.argv[1:] or [*checkpoints.ARCHITECTURES, *zoo.ZOO]
    with tempfile.TemporaryDirectory() as folder:
        makers = {name: zoo.make if name in zoo.ZOO else checkpoints.make for name in names}
        found = {name: matrix.cells(make(Path(folder) / name.replace(" ", "-"), name)) for name, make in makers.items()}
    print(matrix.markdown(found))


if __name__ == "__main__":
    main()
