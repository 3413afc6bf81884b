"""What `audit attack` says of a recipe: counts, accuracy under attack and success rate, each with its interval."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from statistics import median

from audit.records import AttackOutcome
from audit.score.intervals import share_interval

LEVEL = 0.95
_SHOWN = 10

Share = tuple[int, int, float, float]
"""Count, n, low and high of a 95% interval (`share_interval`)."""


@dataclass(frozen=True)
class Summary:
    """One recipe's figures over all rows, of which `texts` are different.

    Errors leave n; rows without a label leave accuracies, skipped ones count as lost in them.

    Accuracies are None for attacks with a target and for input reduction, which do not try to make the model wrong.
    """

    recipe: str
    labelled: bool
    rows: int
    texts: int
    errors: int
    skipped: int
    out_of_budget: int
    accuracy_before: Share | None
    accuracy_under_attack: Share | None
    success_rate: Share
    valid_successes: int
    median_words_changed: float | None
    median_queries: float | None
    median_words_left: float | None
    seconds_a_row: float
    reduction: bool
    targeted: bool = False

    def sentences(self) -> str:
        """What the terminal prints."""
        right = "accuracy" if self.labelled else "predictions retained"
        why = "already wrong or at the target" if self.targeted else "already wrong"
        rows = f"{self.rows} rows" if self.texts == self.rows else f"{self.rows} rows ({self.texts} different)"
        lines = [f"{self.recipe}: {rows}, {self.skipped} skipped: {why}, {self.errors} errors"]
        if self.reduction:
            bound = ", at most, where queries ran out" if self.out_of_budget else ""
            left = _number(self.median_words_left)
            lines.append(f"  words left         median {left}{bound} (the label is kept by design)")
        else:
            if self.accuracy_before is not None and self.accuracy_under_attack is not None:
                lines += [
                    f"  before the attack  {right} {_share(self.accuracy_before)}",
                    f"  under attack       {right} {_share(self.accuracy_under_attack)}",
                ]
            lines += [
                f"  success rate       {_share(self.success_rate)}; {self.valid_successes} valid by rule",
                f"  successes          median {_number(self.median_words_changed)} words changed",
            ]
        spent = f", {self.out_of_budget} rows out of budget" if self.out_of_budget else ""
        lines.append(
            f"  queries            median {_number(self.median_queries)}{spent}; {self.seconds_a_row:.2f} s a row"
        )
        return "\n".join(lines)


@dataclass
class _Rate:
    """Rows with a hit among n; the interval rests on the effective number of texts where some are duplicated."""

    hits: int = 0
    n: int = 0
    squares: int = 0

    def add(self, hit: bool, weight: int) -> None:
        self.hits += hit * weight
        self.n += weight
        self.squares += weight**2

    def share(self) -> Share:
        if not self.n:
            return 0, 0, 0.0, 1.0
        texts = self.n**2 / self.squares
        low, high = share_interval(min(self.hits / self.n * texts, texts), texts, LEVEL)
        return self.hits, self.n, float(low), float(high)


@dataclass
class Tally:
    """Counts outcomes while they stream by."""

    labelled: bool
    labels: tuple[str, ...]
    recipe: str = ""
    reduction: bool = False
    targeted: bool = False
    texts: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    before: _Rate = field(default_factory=_Rate)
    under: _Rate = field(default_factory=_Rate)
    won: _Rate = field(default_factory=_Rate)
    valid: int = 0
    words: list[int] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    seconds: float = 0.0
    messages: list[str] = field(default_factory=list)

    def add(self, outcome: AttackOutcome, weight: int = 1) -> None:
        """Count one outcome that stands for `weight` rows of equal content."""
        self.recipe, self.reduction = outcome.called, outcome.goal == "input_reduction"
        self.targeted = outcome.goal == "targeted"
        self.texts += 1
        self.statuses[outcome.status] += weight
        self.seconds += outcome.seconds
        if outcome.error is not None:
            if len(self.messages) < _SHOWN:
                self.messages.append(f"{outcome.row_id}: {outcome.error}")
            return
        if outcome.label is not None or not self.labelled:
            right = self._right(outcome)
            self.before.add(right, weight)
            self.under.add(right and outcome.status not in {"success", "skipped"}, weight)
        if outcome.status != "skipped":
            self.won.add(outcome.status == "success", weight)
            self.queries += [outcome.queries] * weight
        if outcome.status == "success":
            self.valid += bool(outcome.valid) * weight
            self.words += [outcome.words_changed] * weight
        if outcome.words_left is not None:
            self.left += [outcome.words_left] * weight

    def summary(self) -> Summary:
        """The figures so far."""
        of_accuracy = not (self.targeted or self.reduction)
        rows = self.statuses.total()
        return Summary(
            self.recipe,
            self.labelled,
            rows,
            self.texts,
            self.statuses["error"],
            self.statuses["skipped"],
            self.statuses["out_of_budget"],
            self.before.share() if of_accuracy else None,
            self.under.share() if of_accuracy else None,
            self.won.share(),
            self.valid,
            median(self.words) if self.words else None,
            median(self.queries) if self.queries else None,
            median(self.left) if self.left else None,
            self.seconds / max(1, rows),
            self.reduction,
            self.targeted,
        )

    def _right(self, outcome: AttackOutcome) -> bool:
        best = max(range(len(outcome.original_probs)), key=outcome.original_probs.__getitem__)
        return outcome.label is None or self.labels[best] == outcome.label


def _share(share: Share) -> str:
    count, n, low, high = share
    if n == 0:
        return "no rows"
    return f"{count / n:.1%} [{low:.1%}, {high:.1%}] ({count} of {n})"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
