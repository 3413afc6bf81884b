"""Make the planted models of `make truth`: their tables, their training, and a check that each has its fault and no other.

    python tests/truth/build.py [NAME ...] [--data] [--train] [--check] [--device cuda]

Without --data, --train and --check all three are done. What is there already stays. Tables and checks come to
build/truth/data and need ASSAY_DATA; training needs nothing but them, so it may be done on another machine.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from planting import bases, measuring, training, writing  # noqa: E402
from planting.declared import PLANTS  # noqa: E402
from planting.plant import Plant  # noqa: E402


def main() -> int:
    """Do what the command line asks for; 1 if a plant is not as it should be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[[], *PLANTS], metavar="NAME")
    parser.add_argument("--data", action="store_true", help="make tables and checks")
    parser.add_argument("--train", action="store_true", help="train what is not trained")
    parser.add_argument("--check", action="store_true", help="measure the fault of what is trained")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--jobs", type=int, default=1, help="trainings at the same time")
    parser.add_argument("--out", type=Path, default=writing.BUILD, help="folder of all of it (build/truth)")
    options = parser.parse_args()
    everything = not (options.data or options.train or options.check)
    plants = [PLANTS[name] for name in options.names or PLANTS]
    if options.data or everything:
        for plant in plants:
            if not writing.checks_file(plant.name, options.out).exists():
                writing.write_data(plant, options.out)
    good = True
    if options.train or everything:
        if any(plant.base == "capitals" for plant in plants):  # made once, before trainings stand side by side
            bases.base("capitals", Path(), options.out)
        with ThreadPoolExecutor(options.jobs) as pool:
            started = {plant.name: pool.submit(_train, plant, options) for plant in plants}
        good = all(one.result() for one in started.values())
    if options.check or everything:
        for plant in plants:
            if training.trained(plant, options.out):
                good &= _say(plant.name, measuring.measure(plant, device=options.device, build=options.out))
    return 0 if good else 1


def _train(plant: Plant, options: argparse.Namespace) -> bool:
    started = time.perf_counter()
    done = training.train(plant, device=options.device, build=options.out)
    print(f"{plant.name}: {'trained' if done else 'FAILED'}, {time.perf_counter() - started:.0f} s", flush=True)
    return done


def _say(name: str, measured: list[dict]) -> bool:
    for one in measured:
        mark = "good" if one["good"] else "BAD "
        bounds = f"{one['least']:g} to {one['most']:g}"
        print(f"  {mark} {name}: {one['says']}: {one['value']:.3f} of {one['n']} (wanted {bounds})", flush=True)
    return all(one["good"] for one in measured)


if __name__ == "__main__":
    sys.exit(main())
