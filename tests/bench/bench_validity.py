"""The rule `valid` against a reader: how many of the successes it passes keep their label, and how many it finds.

    python tests/bench/bench_validity.py [--read FILE] [--faults]

`validity_read.csv` beside this file holds TextFooler and PWWS successes on the bundled models that somebody read without
knowing what the rule says of them. The texts are not ours to copy: a line says the row of a file under ASSAY_DATA and what was
put where, so the changed text is made anew. `sample` is `all` where every success of the rows attacked was read, `passed` where
only those were that the rule or an earlier one let pass, and `drawn` where refused ones were drawn at random to be read among
these, as many: what a rule finds is told from the first alone. `seen` is 1 where the rule was made with the line in view, 0
where the reading is blind. `lenient`: a reader would still give the text the label it had. `strict`: it says the same.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
READ = Path(__file__).with_name("validity_read.csv")


@dataclass(frozen=True)
class Judged:
    """A success that was read: its two texts, why it was read, and what the reader said."""

    recipe: str
    data: str
    before: str
    after: str
    sample: str
    seen: str
    lenient: bool
    strict: bool


def read(path: Path, data: Path) -> Iterator[Judged]:
    """The judgements of a file, each with its texts made from the row it names."""
    texts: dict[str, list[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            name = line["data"]
            if name not in texts:
                with (data / name).open(encoding="utf-8", newline="") as source:
                    texts[name] = [row["text"] for row in csv.DictReader(source)]
            before = texts[name][int(line["row"])]
            yield Judged(
                recipe=line["recipe"],
                data=name,
                before=before,
                after=changed(before, json.loads(line["changes"])),
                sample=line["sample"],
                seen="seen when the rule was made" if line["seen"] == "1" else "not seen",
                lenient=line["lenient"] == "1",
                strict=line["strict"] == "1",
            )


def changed(text: str, changes: Sequence[tuple[int, int, str]]) -> str:
    """The text with `after` in the place of [start, end) for each change, in reading order."""
    parts, place = [], 0
    for start, end, after in changes:
        parts += [text[place:start], after]
        place = end
    return "".join([*parts, text[place:]])


def by_rule(kind: str, pairs: Sequence[tuple[str, str]]) -> list[bool | None]:
    """What the present rule says of each pair of texts, before and after a recipe of a kind."""
    from audit.attack.clauses import clauses
    from audit.attack.validity import is_valid
    from audit.changes import changes_between
    from audit.resources.encoder import load_encoder

    encoder, said = load_encoder(), []
    for before, after in pairs:
        changes = changes_between(before, after)
        around = clauses(before, after, changes)
        old, new = encoder.encode([c.before for c in around]), encoder.encode([c.after for c in around])
        said.append(is_valid(kind, changes, around, (old * new).sum(axis=1).tolist()))
    return said


def share(yes: int, n: int) -> str:
    """`12 of 20, 60% (39-78)`."""
    from audit.score.intervals import share_interval

    low, high = share_interval(yes, n)
    return f"{yes} of {n}, {yes / n:.0%} ({100 * low:.0f}-{100 * high:.0f})" if n else "-"


def line(name: str, found: Sequence[Judged], said: Sequence[bool]) -> str:
    """One row of the table: what passes, what of it keeps, and how much of all that keeps passes."""
    won = [one for one, passed in zip(found, said, strict=True) if passed]
    cells = [name, str(len(won))]
    for kept in ("lenient", "strict"):
        natural = [
            passed for one, passed in zip(found, said, strict=True) if one.sample == "all" and getattr(one, kept)
        ]
        cells += [share(sum(getattr(one, kept) for one in won), len(won)), share(sum(natural), len(natural))]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Judge what was read anew and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--read", type=Path, default=READ)
    parser.add_argument("--faults", action="store_true", help="print what passes and does not keep its label")
    chosen = parser.parse_args()
    data = Path(os.environ.get("ASSAY_DATA", ROOT.parent / "shared" / "data"))
    if not data.is_dir():
        sys.exit(f"The texts that were read are not here: set ASSAY_DATA to their folder ({data} is none).")
    found = list(read(chosen.read, data))
    said = [bool(passed) for passed in by_rule("word", [(one.before, one.after) for one in found])]
    print(
        "| of | pass | same label (95%) | found of those | says the same (95%) | found of those |\n|---|---|---|---|---|---|"
    )
    for key in ("recipe", "data", "seen"):
        for name in sorted({getattr(one, key) for one in found}):
            here = [i for i, one in enumerate(found) if getattr(one, key) == name]
            print(line(name, [found[i] for i in here], [said[i] for i in here]))
    print(line("all", found, said))
    for one, passed in zip(found, said, strict=True):
        if chosen.faults and passed and not one.lenient:
            print(f"\n{one.recipe}, {one.data}\n  {one.before}\n  {one.after}")


if __name__ == "__main__":
    main()
