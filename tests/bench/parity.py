"""`make parity`: our outcomes against stock TextAttack's with only its padding mended, 100 SST-2 rows a recipe."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bench_attack

if __name__ == "__main__":
    sys.argv[1:1] = ["--parity", "100"]  # arguments of the command line come after and win
    bench_attack.main()
