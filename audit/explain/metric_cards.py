"""The metrics of explanations: what each key of `Attribution.metrics` means. Data only, for scores, pages and docs.

A metric `m` with `floor` also has `m_random`, the mean of the same metric over random orders or shuffled scores of the
same row; with `ceiling` also `m_best`, the best value found for the same row. Aggregate the three over the same rows
and normalise the means, not single rows: (mean(m) - mean(m_random)) / (mean(m_best) - mean(m_random)).
A metric that is not defined for a row (one word, constant scores, no rationale) is absent from that row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

GROUPS = ("faithfulness", "infidelity", "sensitivity", "stability", "plausibility")


@dataclass(frozen=True, slots=True)
class MetricCard:
    """One metric: its direction and range, where it is defined, and whether a floor and a ceiling stand beside it."""

    name: str
    group: str
    direction: Literal["higher_is_better", "lower_is_better"]
    low: float | None
    high: float | None
    floor: bool
    ceiling: bool
    definition: str
    source: str


_ERASER = "DeYoung et al. 2020 (ERASER)"
_PETSIUK = "Petsiuk et al. 2018 (RISE)"
_YEH = "Yeh et al. 2019; computed by captum.metrics"

CARDS: tuple[MetricCard, ...] = (
    MetricCard(
        "comprehensiveness", "faithfulness", "higher_is_better", -1.0, 1.0, True, True,
        "Mean over the bins 1, 5, 10, 20, 50% of f(x) - f(x without the top max(1, ceil(bin x words)) words by signed "
        "score); f is the probability of the target, removed words are masked.",
        _ERASER,
    ),
    MetricCard(
        "sufficiency", "faithfulness", "lower_is_better", -1.0, 1.0, True, True,
        "Mean over the same bins of f(x) - f(only the top words).",
        _ERASER,
    ),
    MetricCard(
        "deletion_auc", "faithfulness", "lower_is_better", -1.0, 1.0, True, True,
        "Area under f while words are removed from the highest score down, over the share removed; every word up to "
        "10 words, else 10 even steps.",
        _PETSIUK,
    ),
    MetricCard(
        "insertion_auc", "faithfulness", "higher_is_better", -1.0, 1.0, True, True,
        "Area under f while words are put back into the fully masked text from the highest score down.",
        _PETSIUK,
    ),
    MetricCard(
        "tau_loo", "faithfulness", "higher_is_better", -1.0, 1.0, True, True,
        "Kendall's tau-b between the scores and leave-one-out of the probability; left out for leave_one_out itself, "
        "where it is 1 by construction.",
        "Jain & Wallace 2019",
    ),
    MetricCard(
        "infidelity", "infidelity", "lower_is_better", 0.0, None, True, True,
        "Mean squared difference between the scores of removed words, summed and optimally scaled, and the drop of f; "
        "removed sets are the prefixes of the random orders. Floor: shuffled scores. Ceiling: the least-squares scores "
        "of the same sets, which no explanation can beat.",
        _YEH,
    ),
    MetricCard(
        "max_sensitivity", "sensitivity", "lower_is_better", 0.0, None, False, False,
        "Largest relative change of the token scores when the word embeddings move by uniform noise of a tenth of the "
        "embedding table's standard deviation, 5 draws; gradient methods only.",
        _YEH,
    ),
    MetricCard(
        "stability_seeds", "stability", "higher_is_better", -1.0, 1.0, False, False,
        "Mean Spearman correlation of the word scores with those under 2 other seeds; methods that draw at random only.",
        "METHODS: stability",
    ),
    MetricCard(
        "stability_typos", "stability", "higher_is_better", -1.0, 1.0, False, False,
        "Mean Spearman correlation of the word scores with those of up to 3 copies of the text with one typo each that "
        "keep the prediction and the number of words; `stability_typos_n` counts the copies.",
        "METHODS: stability",
    ),
    MetricCard(
        "rationale_auprc", "plausibility", "higher_is_better", 0.0, 1.0, True, True,
        "Area under the precision-recall curve of the scores against the human rationale, over white-space tokens.",
        _ERASER,
    ),
    MetricCard(
        "rationale_f1", "plausibility", "higher_is_better", 0.0, 1.0, True, True,
        "Token F1 of the highest-scored tokens, as many as the rationale holds (or rationale_share of the row).",
        _ERASER,
    ),
    MetricCard(
        "rationale_iou_f1", "plausibility", "higher_is_better", 0.0, 1.0, True, True,
        "F1 over spans of neighbouring tokens; a span counts as found when its intersection over union with one of the "
        "other side reaches 0.5.",
        _ERASER,
    ),
)  # fmt: skip

BY_NAME = {card.name: card for card in CARDS}
