"""What `audit attack` says of a recipe: counts, accuracy under attack and success rate, each with its interval."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from statistics import median

from audit.records import AttackOutcome
from audit.score.intervals import wilson

LEVEL = 0.95
_SHOWN = 10

Share = tuple[int, int, float, float]
"""Count, n, low and high of a 95% Wilson interval."""


@dataclass(frozen=True)
class Summary:
    """One recipe's figures. Errors leave n; rows without a label leave accuracies, skipped ones count as lost in them.

    Accuracies are None for attacks with a target and for input reduction, which do not try to make the model wrong.
    """

    recipe: str
    labelled: bool
    rows: int
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
        lines = [f"{self.recipe}: {self.rows} rows, {self.skipped} skipped: {why}, {self.errors} errors"]
        if self.reduction:
            lines.append(f"  words left         median {_number(self.median_words_left)} (the label is kept by design)")
        else:
            if self.accuracy_before is not None and self.accuracy_under_attack is not None:
                lines += [
                    f"  before the attack  {right} {_share(self.accuracy_before)}",
                    f"  under attack       {right} {_share(self.accuracy_under_attack)}",
                ]
            lines += [
                f"  success rate       {_share(self.success_rate)}; {self.valid_successes} keep the meaning by rule",
                f"  successes          median {_number(self.median_words_changed)} words changed",
            ]
        spent = f", {self.out_of_budget} rows out of budget" if self.out_of_budget else ""
        lines.append(
            f"  queries            median {_number(self.median_queries)}{spent}; {self.seconds_a_row:.2f} s a row"
        )
        return "\n".join(lines)


@dataclass
class Tally:
    """Counts outcomes while they stream by."""

    labelled: bool
    labels: tuple[str, ...]
    recipe: str = ""
    reduction: bool = False
    statuses: Counter[str] = field(default_factory=Counter)
    valid: int = 0
    words: list[int] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    seconds: float = 0.0
    right: int = 0
    kept: int = 0
    counted: int = 0
    targeted: bool = False
    messages: list[str] = field(default_factory=list)

    def add(self, outcome: AttackOutcome) -> None:
        """Count one outcome."""
        self.recipe, self.reduction = outcome.recipe, outcome.goal == "input_reduction"
        self.targeted = outcome.goal == "targeted"
        self.statuses[outcome.status] += 1
        self.seconds += outcome.seconds
        if outcome.error is not None:
            if len(self.messages) < _SHOWN:
                self.messages.append(f"{outcome.row_id}: {outcome.error}")
            return
        if outcome.label is not None or not self.labelled:
            right = self._right(outcome)
            self.counted += 1
            self.right += right
            self.kept += right and outcome.status not in {"success", "skipped"}
        if outcome.status != "skipped":
            self.queries.append(outcome.queries)
        if outcome.status == "success":
            self.valid += bool(outcome.valid)
            self.words.append(outcome.words_changed)
        if outcome.words_left is not None:
            self.left.append(outcome.words_left)

    def summary(self) -> Summary:
        """The figures so far."""
        rows = self.statuses.total()
        n = rows - self.statuses["error"]
        attacked = n - self.statuses["skipped"]
        won = self.statuses["success"]
        of_accuracy = not (self.targeted or self.reduction)
        return Summary(
            self.recipe,
            self.labelled,
            rows,
            self.statuses["error"],
            self.statuses["skipped"],
            self.statuses["out_of_budget"],
            _wilson(self.right, self.counted) if of_accuracy else None,
            _wilson(self.kept, self.counted) if of_accuracy else None,
            _wilson(won, attacked),
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


def _wilson(count: int, n: int) -> Share:
    low, high = wilson(count, n, LEVEL) if n else (0.0, 1.0)
    return count, n, float(low), float(high)


def _share(share: Share) -> str:
    count, n, low, high = share
    if n == 0:
        return "no rows"
    return f"{count / n:.1%} [{low:.1%}, {high:.1%}] ({count} of {n})"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
