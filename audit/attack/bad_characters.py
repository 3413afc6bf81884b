"""Imperceptible characters, searched by differential evolution (Boucher et al. 2022)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from audit.attack.recipe import Recipe
from audit.language.translating import tr_later
from audit.parameters import parameter

if TYPE_CHECKING:
    from audit.attack.build import Site

Perturbation = Literal["homoglyphs", "invisible", "deletions", "reorderings"]


@dataclass(kw_only=True)
class BadCharacters(Recipe):
    r"""Look-alikes, zero-width characters, deletions or reorderings that a reader does not see.

    >>> import audit
    >>> outcome = audit.attack("sentiment", "a good film with a bad ending", "bad_characters")
    >>> outcome.status, ascii(outcome.perturbed_text)
    ('success', "'a go\\u043ed film with a bad ending'")
    """

    perturbation: Perturbation = parameter(
        "homoglyphs",
        tr_later("Which kind: look-alikes, invisible characters, deletions, or characters that reverse the order."),
    )
    perturbs: int = parameter(1, tr_later("How many of them; the paper goes up to 5."), least=1)
    popsize: int = parameter(
        32, tr_later("Members of the population that the search breeds."), least=1, place="advanced"
    )
    maxiter: int = parameter(10, tr_later("Generations at most."), least=1, place="advanced")

    name = "bad_characters"
    paper = "Boucher et al. 2022, Bad Characters: Imperceptible NLP Attacks"
    kind = "character"
    cost = tr_later("medium")
    needs = ("stopwords", "homoglyphs")

    def build(self, site: Site) -> Any:
        """Stock's parts, but for a search that stops once it has succeeded, and the goal every other recipe has.

        Stock asks for one of seven goals, most of them for other tasks, and goes on to the last generation.
        """
        import audit.attack._textattack as ta
        from audit.attack.evolution import Evolution

        swaps = {
            "homoglyphs": ta.WordSwapHomoglyphSwap,
            "invisible": ta.WordSwapInvisibleCharacters,
            "deletions": ta.WordSwapDeletions,
            "reorderings": ta.WordSwapReorderings,
        }
        search = Evolution(popsize=self.popsize, maxiter=self.maxiter, max_perturbs=self.perturbs)
        return site.attack(site.goal(), [], swaps[self.perturbation](), search)
