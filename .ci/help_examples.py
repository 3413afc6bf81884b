"""Write the examples of the Help page, each made by the probe it shows: `python .ci/help_examples.py`.

A probe whose resources are missing here keeps the example it has. A test runs every probe again and holds the file to it.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from audit.kinds import find, names  # noqa: E402
from audit.records import Example  # noqa: E402

FILE = ROOT / "assets" / "help" / "examples.json"
MODEL = "sentiment"
TEXTS = (
    "It isn't a great film, but 3 of the songs are superb.",
    "The plot is thin but the acting is superb.",
    "A slow start, yet the film is worth your time.",
    "A quiet, often funny film.",
)
"""The first in which a probe finds something is its example."""
MORE_TEXTS = (
    *TEXTS,
    "The picture is grey and dull. My favourite song is missing.",
    "2018年来过，房间很安静，WiFi很快，很多服务员。",
)
"""Those of perturbations: some find something in British English or in Chinese alone."""
WORDS = 3
"""Words of an explanation that are told, the strongest first."""


@cache
def model() -> Any:
    """The model that is asked."""
    from models import load

    return load(MODEL, device="cpu", engine="torch")


def made(kind: str, name: str, text: str) -> dict[str, Any] | None:
    """What a probe does to a text; None where it cannot run here or finds nothing."""
    probe = find(kind, name)()
    if probe.unavailable(model()) is not None:
        return None
    (record,) = probe.run(model(), [Example("0" * 16, text)], seed=0)
    found = {"perturbation": _changed, "attack": _attacked, "explainer": _explained}[kind](record)
    return found and {"text": text, **found}


def _changed(record: Any) -> dict[str, Any] | None:
    other = [one.text for one in record.variants if one.text != record.text] if record.error is None else []
    return {"after": other[0]} if other else None


def _attacked(record: Any) -> dict[str, Any] | None:
    if record.status != "success":
        return None
    said = [
        model().labels[max(range(len(p)), key=p.__getitem__)] for p in (record.original_probs, record.perturbed_probs)
    ]
    return {"after": record.perturbed_text, "labels": said}


def _explained(record: Any) -> dict[str, Any]:
    strongest = sorted(record.words, key=lambda word: -abs(word.score))[:WORDS]
    signed = record.unit != "none"
    words = [[word.text, ("for" if word.score > 0 else "against") if signed else "either"] for word in strongest]
    return {"target": record.target, "words": words}


def main() -> None:
    """Write the file anew."""
    kept = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    found: dict[str, dict[str, Any]] = {}
    for kind in ("explainer", "attack", "perturbation"):
        found[kind] = {}
        for name in names(kind):
            texts = MORE_TEXTS if kind == "perturbation" else TEXTS
            example = next(filter(None, (made(kind, name, text) for text in texts)), None) or kept.get(kind, {}).get(
                name
            )
            if example:
                found[kind][name] = example
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
