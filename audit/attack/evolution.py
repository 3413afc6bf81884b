"""Differential evolution over character places, asking the model about a whole generation at once."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import differential_evolution

from audit.attack._textattack import AttackedText, DifferentialEvolution, GoalFunctionResultStatus


class _Done(Exception):
    """The goal is reached."""


class Evolution(DifferentialEvolution):
    """TextAttack's search, ended at the first success and evaluated a generation at a time.

    Stock asks about one candidate a call. Defects worked around: texts without any place to change crash it; it drops
    the attributes that constraints read.
    """

    def perform_search(self, initial_result: Any) -> Any:
        """The best result found; the first that reaches the goal."""
        text = initial_result.attacked_text
        first = AttackedText(text.text)  # without the attributes of the search
        bounds, precomputed = self.get_bounds_and_precomputed(first, self.max_perturbs)
        if not bounds or any(high < 0 for _, high in bounds):
            return initial_result
        best = [initial_result]

        def score(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
            made = [self._candidate(text, first, column, precomputed) for column in vectors.T]  # (d, n) comes in
            kept = {id(t) for t in self.filter_transformations(made, text, text)}
            asked = [t for t in made if id(t) in kept]
            results, _ = self.get_goal_results(asked) if asked else ([], False)
            by_text = {id(result.attacked_text): result for result in results}
            for result in results:
                if result.score > best[0].score:
                    best[0] = result
                if result.goal_status == GoalFunctionResultStatus.SUCCEEDED:
                    best[0] = result
                    raise _Done
            return np.asarray([-float(by_text[id(t)].score) if id(t) in by_text else np.inf for t in made])

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                differential_evolution(
                    score,  # type: ignore[arg-type]  # the stubs do not know vectorized=True
                    bounds,
                    maxiter=self.maxiter,
                    popsize=self.popsize,
                    vectorized=True,
                    updating="deferred",
                    polish=False,
                    rng=np.random.default_rng(np.random.randint(2**31)),
                )
        except _Done:
            pass
        return best[0]

    def _candidate(self, text: Any, first: Any, vector: NDArray[np.float64], precomputed: Any) -> Any:
        changed = self.apply_perturbation(first, list(vector), precomputed).text
        candidate = AttackedText(changed)
        before, after = text.words, candidate.words
        different = {i for i, word in enumerate(after) if i >= len(before) or word != before[i]}
        candidate.attack_attrs["newly_modified_indices"] = different
        candidate.attack_attrs["modified_indices"] = set(different)
        candidate.attack_attrs["last_transformation"] = self._transformation()
        return candidate

    def _transformation(self) -> Any:
        return self.apply_perturbation.__self__
