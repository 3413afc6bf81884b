"""What `audit attack` says of each recipe besides its scores: how many rows came to which end, and in what time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audit.cli.score_lines import score_json
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n

if TYPE_CHECKING:
    from audit.records import AttackOutcome
    from audit.scored import Score

_SHOWN = 10
_UNDER_ATTACK = ("accuracy_under_attack", "prediction_retained")
_SUCCESS = ("attack_success_rate", "targeted_success_rate")


@dataclass
class Counts:
    """Counts one recipe's outcomes while they stream by; rows that share their content count as rows, not as texts."""

    name: str
    called: str = ""
    goal: str = "untargeted"
    texts: int = 0
    valid: int = 0
    seconds: float = 0.0
    statuses: Counter[str] = field(default_factory=Counter)
    messages: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows of the table so far."""
        return self.statuses.total()

    @property
    def seconds_a_row(self) -> float:
        """Mean of all rows; a duplicate takes no time."""
        return self.seconds / max(1, self.rows)

    def add(self, outcome: AttackOutcome, weight: int) -> None:
        """Count one outcome that stands for `weight` rows of equal content."""
        self.called, self.goal = outcome.called, outcome.goal
        self.texts += 1
        self.statuses[outcome.status] += weight
        self.seconds += outcome.seconds
        if outcome.status == "success":
            self.valid += bool(outcome.valid) * weight
        if outcome.error is not None and len(self.messages) < _SHOWN:
            self.messages.append(f"{outcome.row_id}: {outcome.error}")

    def sentence(self) -> str:
        """What the terminal prints above the scores."""
        why = tr("already wrong or at the target") if self.goal == "targeted" else tr("already wrong")
        rows = tr_n("{n} row", "{n} rows", self.rows)
        if self.texts != self.rows:
            rows = tr("{rows} ({texts} different)", rows=rows, texts=self.texts)
        skipped, errors = self.statuses["skipped"], self.statuses["error"]
        parts = [rows, tr("{n} skipped: {why}", n=skipped, why=why), tr_n("{n} error", "{n} errors", errors)]
        if self.statuses["out_of_budget"]:
            parts.append(tr("{out_of_budget} out of budget", out_of_budget=self.statuses["out_of_budget"]))
        took = numbers().duration(self.seconds_a_row, fine=True)
        said = tr("{recipe}: {counts}; {time} a row", recipe=self.called, counts=", ".join(parts), time=took)
        if self.goal != "input_reduction":
            return said
        if self.statuses["out_of_budget"]:
            return tr("{said}; words left keep the label by design, at most where queries ran out", said=said)
        return tr("{said}; words left keep the label by design", said=said)

    def summary(self, scores: Sequence[Score], *, labelled: bool) -> dict[str, Any]:
        """The recipe as `--json` prints it; a score is None where the recipe has none of that kind.

        Args:
            scores: of all recipes.
            labelled: whether the table says what is right; else the model's own predictions stand in.
        """
        own = {score.name: score for score in scores if score.probe == self.name and not score.slice}
        accuracy = next((score for score in scores if score.key == "accuracy"), None)
        return {
            "recipe": self.called,
            "labelled": labelled,
            "rows": self.rows,
            "texts": self.texts,
            "errors": self.statuses["error"],
            "skipped": self.statuses["skipped"],
            "out_of_budget": self.statuses["out_of_budget"],
            "accuracy_before": score_json(accuracy) if accuracy and self.goal == "untargeted" else None,
            "accuracy_under_attack": _first(own, _UNDER_ATTACK),
            "success_rate": _first(own, _SUCCESS),
            "valid_successes": self.valid,
            "median_words_changed": _value(own, "words_changed_median"),
            "median_queries": _value(own, "queries_median"),
            "median_words_left": _value(own, "words_left_median"),
            "seconds_a_row": round(self.seconds_a_row, 3),
            "reduction": self.goal == "input_reduction",
            "targeted": self.goal == "targeted",
        }


def _first(scores: Mapping[str, Score], names: Sequence[str]) -> dict[str, Any] | None:
    return next((score_json(scores[name]) for name in names if name in scores), None)


def _value(scores: Mapping[str, Score], name: str) -> float | None:
    return scores[name].value if name in scores else None
