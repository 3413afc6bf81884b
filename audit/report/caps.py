"""How much of a run goes into each preset. Numbers only, so that a page limit can be met by turning them down."""

from __future__ import annotations

from dataclasses import dataclass, replace

from audit.report.model import Preset

MATRIX = 20
"""Of more classes than this only those that are confused most are held against each other."""


@dataclass(frozen=True, slots=True)
class Caps:
    """At most so many of each.

    Attributes:
        findings: boxes; evidence: rows of one finding; examples: adversarial examples of one recipe.
        flips: examples of one perturbation; heatmaps: of each reason (typical, wrong, attacked) and method.
        words: of one class; word_classes: classes that get words; classes: lines of the class table; charted: classes in its chart.
        confusions: pairs of classes; wrong: rows listed that the model has wrong; scores: lines with a slice.
        behaviour: failed cases of each behavioural test; failing: tests of a suite that have them shown.
        doubted: rows whose label is doubted, pairs of near duplicates, rows of the reference table.
        changed: examples of one change of the surface, or of one word.
        limits: sentences of the limits; headlines: lines of the executive's score table; cards: of the summary.
        text: characters of an example before it is cut; excerpt: of an evidence row; prose: of a finding's sentences.
    """

    findings: int = 40
    evidence: int = 5
    examples: int = 4
    flips: int = 2
    heatmaps: int = 4
    words: int = 8
    word_classes: int = 6
    classes: int = 200
    charted: int = 24
    confusions: int = 15
    wrong: int = 0
    scores: int = 0
    behaviour: int = 5
    failing: int = 12
    changed: int = 2
    doubted: int = 12
    limits: int = 1000
    headlines: int = 10
    cards: int = 4
    text: int = 700
    excerpt: int = 150
    prose: int = 900


CAPS: dict[Preset, Caps] = {
    "executive": Caps(
        findings=5, evidence=2, examples=1, flips=0, changed=0, doubted=0, heatmaps=1, words=5, word_classes=2, classes=0, confusions=5,
        behaviour=1, limits=9, headlines=10, text=300, excerpt=110, prose=420,
    ),
    "full": Caps(),
    "technical": Caps(
        findings=500, evidence=10, examples=200, flips=25, changed=10, doubted=100, heatmaps=70, words=25, word_classes=100, classes=1000,
        confusions=100, wrong=300, scores=1000, behaviour=100, failing=1000, text=2000, excerpt=400,
    ),
}  # fmt: skip

PAGE = replace(
    CAPS["full"], cards=8, evidence=6, excerpt=600, examples=0, flips=0, heatmaps=0, charted=8, confusions=10, word_classes=2, behaviour=20,
)  # fmt: skip
"""For the pages of a run, which have browsers of rows beneath."""

EXECUTIVE_PAGES = 4
EXECUTIVE: tuple[Caps, ...] = (
    CAPS["executive"],
    replace(CAPS["executive"], findings=4, evidence=1, limits=7, headlines=8, prose=260),
    replace(CAPS["executive"], findings=3, evidence=0, limits=5, headlines=6, prose=180, excerpt=80),
    replace(CAPS["executive"], findings=1, evidence=0, limits=3, headlines=4, prose=120, excerpt=60),
)
"""Tried in turn until the executive report fits its pages."""
