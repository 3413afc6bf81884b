"""Imperceptible characters, searched by differential evolution (Boucher et al. 2022)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from audit.attack.recipe import Recipe
from audit.errors import SpecError

if TYPE_CHECKING:
    from audit.attack.build import Site

Perturbation = Literal["homoglyphs", "invisible", "deletions", "reorderings"]
_PERTURBATIONS = ("homoglyphs", "invisible", "deletions", "reorderings")


@dataclass(kw_only=True)
class BadCharacters(Recipe):
    """Look-alikes, zero-width characters, deletions or reorderings that a reader does not see.

    Args:
        perturbation: which kind of character.
        perturbs: how many of them; the paper goes up to 5.
        popsize: members of the population.
        maxiter: generations.
    """

    perturbation: Perturbation = "homoglyphs"
    perturbs: int = 1
    popsize: int = 32
    maxiter: int = 10

    name = "bad_characters"
    title = "Bad Characters"
    paper = "Boucher et al. 2022, Bad Characters: Imperceptible NLP Attacks"
    kind = "character"
    cost = "medium"
    needs = ("stopwords", "homoglyphs")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.perturbation not in _PERTURBATIONS:
            raise SpecError(
                f"There is no perturbation '{self.perturbation}'; choose from: {', '.join(_PERTURBATIONS)}."
            )

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
