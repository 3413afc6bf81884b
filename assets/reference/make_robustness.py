"""Makes robustness.json: what the bundled models show under every perturbation and the attacks of the suites, on the sample tables.

Usage: python assets/reference/make_robustness.py [--model NAME=FOLDER=TABLE ...] [--only]

The perturbations of the standard suite and its attacks with their defaults, seed 0, 60 rows spread evenly over each table of
assets/samples: texts written for this project, which none of the models was trained on. The notes of scores set a run's figures
beside these, and findings that such models show as well rank below those that they do not. `--model` adds another model, kept
in a folder: one that was hardened (harden.py), for example; with `--only` those that stand in the file stay as they are.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from audit.kinds import find
from audit.records import Record
from audit.score.frames import build_frames
from audit.score.measurer import Measurer
from audit.score.measures import Measure
from audit.score.perturbation import perturbations
from audit.score.robustness import robustness
from audit.spec.suites import HARMLESS
from audit.table import open_table
from models import load

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parent / "samples"
ROWS = 60
TABLES = {"sentiment": "sentiment.csv", "intents": "bank_intents.csv", "toxicity": "moderation.csv"}
ATTACKS = ("deepwordbug", "textfooler", "pwws")
"""Those of the suites quick and standard that look for another answer."""
ATTACKED = ("attack_success_rate", "attack_success_rate_valid", "accuracy_under_attack", "worst_case_accuracy")


def main() -> None:
    """Write the file beside this one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", action="append", default=[], metavar="NAME=FOLDER=TABLE", help="one more model")
    parser.add_argument("--only", action="store_true", help="only the models named; the others stay as they stand")
    options = parser.parse_args()
    more = [said.split("=", 2) for said in options.model]
    own = [] if options.only else [(name, name, table) for name, table in TABLES.items()]
    fresh = {name: _figures(name, place, SAMPLES / table) for name, place, table in (*own, *more)}
    kept = json.loads((HERE / "robustness.json").read_text(encoding="utf-8"))["models"] if options.only else []
    models = [*(one for one in kept if one["model"] not in fresh), *fresh.values()]
    text = json.dumps({"version": 2, "seed": 0, "models": models}, indent=1)
    (HERE / "robustness.json").write_text(text + "\n", encoding="utf-8")


def _figures(name: str, place: str, path: Path) -> dict[str, object]:
    classifier = load(place, device="cpu", engine="auto", threads=1)
    examples = [example for chunk in open_table(path).distinct().chunks(256) for example in chunk]
    examples = [examples[i * len(examples) // ROWS] for i in range(ROWS)]
    records: list[Record] = [*find("prediction", "predict")().run(classifier, examples, seed=0)]
    for kind, probes in (("perturbation", HARMLESS), ("attack", ATTACKS)):
        for probe in probes:
            records += find(kind, probe)().run(classifier, examples, seed=0)
    frames = build_frames(records, labels=classifier.labels, examples=examples)
    changes: dict[str, object] = {}
    attacks: dict[str, dict[str, object]] = {}
    worst: dict[str, object] = {}
    for measure in _measures(frames):
        if measure.name == "flip_rate":
            changes[measure.probe] = {**_figure(measure), "variants": measure.context["variants"]}
        elif measure.name == "worst_case_retained":
            worst = {**_figure(measure), "variants": measure.context["variants"]}
        elif measure.name in ATTACKED and not measure.where:
            attacks.setdefault(measure.probe, {})[measure.name] = _figure(measure)
    return {
        "model": name, "table": path.name, "rows": len(examples), "changes": changes, "worst_case": worst, "attacks": attacks,
        "attacked": list(ATTACKS),
    }  # fmt: skip


def _measures(frames: object) -> Iterator[Measure]:
    yield from perturbations(frames, Measurer())  # type: ignore[arg-type]
    yield from robustness(frames, Measurer())  # type: ignore[arg-type]


def _figure(measure: Measure) -> dict[str, object]:
    score = measure.score()
    value, low, high = (round(number or 0.0, 4) for number in (score.value, score.low, score.high))
    return {"value": value, "low": low, "high": high, "n": score.n}


if __name__ == "__main__":
    main()
