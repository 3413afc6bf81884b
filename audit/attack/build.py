"""The site an attack is built on: the wrapped model, the goal and the constraints that budgets add."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.attack._textattack import Attack
from audit.attack.goals import ALL_AT_ONCE, Changed, ClassifierWrapper, Reduced, budget_of
from audit.attack.parts import EncoderSimilarity, LeastSimilarity, MaxWordsChanged
from audit.attack.side_by_side import Ask

if TYPE_CHECKING:
    from audit.attack.attacking import Attacking
    from models.classifier import Classifier


@dataclass(frozen=True)
class Site:
    """What a recipe builds with, for one slot: nothing of it is shared with rows in other slots."""

    recipe: Attacking
    classifier: Classifier
    ask: Ask
    wrapper: ClassifierWrapper

    @classmethod
    def for_slot(cls, recipe: Attacking, classifier: Classifier, ask: Ask) -> Site:
        """A site with a wrapper of its own."""
        return cls(recipe, classifier, ask, ClassifierWrapper(ask, classifier))

    def goal(self) -> Any:
        """Another answer, or what the target names, with the query budget."""
        settings: dict[str, Any] = {
            "model_batch_size": ALL_AT_ONCE,
            "query_budget": budget_of(self.recipe.max_queries),
            "model_cache_size": 1 << 14,
        }
        return Changed(self.wrapper, **settings)

    def reduction_goal(self) -> Any:
        """As few words as possible with the same answer, with the query budget."""
        budget = budget_of(self.recipe.max_queries)
        return Reduced(self.wrapper, maximizable=True, model_batch_size=ALL_AT_ONCE, query_budget=budget)

    def attack(self, goal: Any, constraints: list[Any], transformation: Any, search: Any) -> Any:
        """The attack, with the constraints that the analyst's budgets add."""
        added: list[Any] = []
        if self.recipe.max_words is not None:
            added.append(MaxWordsChanged(self.recipe.max_words))
        if self.recipe.min_similarity is not None:
            added.append(LeastSimilarity(self.ask, self.recipe.min_similarity))
        return Attack(goal, [*constraints, *added], transformation, search)

    def similarity(self, **settings: Any) -> EncoderSimilarity:
        """The sentence-encoder constraint."""
        return EncoderSimilarity(self.ask, **settings)
