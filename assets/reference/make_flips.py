"""Makes flips.json: how often the bundled models flip under every perturbation, on the sample tables of this project.

Usage: python assets/reference/make_flips.py

Every perturbation with its defaults, seed 0, 60 rows spread evenly over each table of assets/samples: texts written for
this project, which none of the models was trained on. The scores' notes set a run's flip rates beside these.
"""

from __future__ import annotations

import json
from pathlib import Path

from audit.kinds import find, names
from audit.records import PerturbationOutcome
from audit.score.frames import build_frames
from audit.score.measurer import Measurer
from audit.score.perturbation import perturbations
from audit.table import open_table
from models import load

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parent / "samples"
ROWS = 60
TABLES = {"sentiment": "sentiment.csv", "intents": "bank_intents.csv", "toxicity": "moderation.csv"}


def main() -> None:
    """Write the file beside this one."""
    models = [_figures(model, SAMPLES / table) for model, table in TABLES.items()]
    text = json.dumps({"version": 1, "seed": 0, "models": models}, indent=1)
    (HERE / "flips.json").write_text(text + "\n", encoding="utf-8")


def _figures(model: str, path: Path) -> dict[str, object]:
    classifier = load(model, device="cpu", engine="auto", threads=1)
    records: list[PerturbationOutcome] = []
    examples = [example for chunk in open_table(path).distinct().chunks(256) for example in chunk]
    examples = [examples[i * len(examples) // ROWS] for i in range(ROWS)]
    for name in names("perturbation"):
        records += find("perturbation", name)().run(classifier, examples, seed=0)
    frames = build_frames(records, labels=classifier.labels, examples=examples)
    changes: dict[str, object] = {}
    worst: dict[str, object] = {}
    for measure in perturbations(frames, Measurer()):
        if measure.name not in {"flip_rate", "worst_case_retained"}:
            continue
        score = measure.score()
        made = {
            "value": round(score.value or 0.0, 4), "low": round(score.low or 0.0, 4), "high": round(score.high or 0.0, 4),
            "n": score.n, "variants": measure.context["variants"],
        }  # fmt: skip
        if measure.name == "flip_rate":
            changes[measure.probe] = made
        else:
            worst = made
    return {"model": model, "table": path.name, "rows": len(examples), "changes": changes, "worst_case": worst}


if __name__ == "__main__":
    main()
