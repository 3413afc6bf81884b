"""The only importer of Captum: its methods as a second opinion, and its infidelity and sensitivity.

Captum sees either the word embeddings of one row, or a mask over its words ("1 = kept") whose value is the model's
answer to the token ids with the other words masked. Nothing here depends on the class of the model.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from captum import attr, metrics

from audit.explain.gradients import Gradients
from audit.explain.method import Scores
from audit.explain.rows import Baseline, Row, Unit, filler_of
from audit.explain.running import Engine
from audit.explain.steps import Masked, Steps

AT_ONCE = 64  # perturbations Captum hands over in one call


def infidelity(
    removed: NDArray[np.bool_], drops: NDArray[np.float64], scores: NDArray[np.float64]
) -> NDArray[np.float64]:
    """captum.metrics.infidelity with optimal scaling, of several explanations of one row.

    Args:
        removed: removed words of each perturbation, (n, m).
        drops: f(x) - f(perturbed), (n,), evaluated before.
        scores: explanations, (k, m).

    Returns:
        Infidelity of each explanation, (k,).
    """
    n, k = len(removed), len(scores)
    gone = torch.from_numpy(removed.astype(np.float64))
    values = torch.from_numpy(-drops)  # f up to the constant f(x), which cancels

    def perturb(inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        everyone = gone.repeat(k, 1)  # (k x n, m): Captum repeats each input n times in a row
        return everyone, inputs - everyone

    def forward(inputs: torch.Tensor) -> torch.Tensor:
        return torch.zeros(len(inputs), dtype=torch.float64) if len(inputs) == k else values.repeat(k)

    if n == 1:  # Captum asks for the input and the perturbed input by count alone; one set is no mean
        return np.zeros(k)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = metrics.infidelity(
            forward,
            perturb,
            torch.ones(scores.shape, dtype=torch.float64),
            torch.from_numpy(np.ascontiguousarray(scores, dtype=np.float64)),
            n_perturb_samples=n,
            normalize=True,
        )
    return np.asarray(found.numpy(), dtype=np.float64)


def max_sensitivity(explanations: NDArray[np.float64]) -> float:
    """captum.metrics.sensitivity_max of explanations computed before: the first (t,) is the text's, the others noisy."""
    table = torch.from_numpy(explanations)

    def explain(inputs: Any) -> tuple[torch.Tensor]:
        numbers = inputs[0] if isinstance(inputs, tuple) else inputs  # Captum hands over both forms
        return (table[numbers[:, 0].long()],)  # it iterates over what it gets: a bare tensor would be taken apart

    def perturb(inputs: Any, _: float) -> torch.Tensor:
        numbers = inputs[0] if isinstance(inputs, tuple) else inputs
        return torch.arange(1, len(numbers) + 1, dtype=torch.float64)[:, None]

    draws = len(explanations) - 1
    found = metrics.sensitivity_max(explain, torch.zeros(1, 1, dtype=torch.float64), perturb, n_perturb_samples=draws)
    return float(found[0])


def _over_masks(row: Row, unit: Unit) -> tuple[Engine, Callable[[torch.Tensor], torch.Tensor]]:
    """A forward function of a mask over words (n, m), for Captum's black-box methods."""
    engine = Engine(row.classifier)

    def forward(masks: torch.Tensor) -> torch.Tensor:
        (logits,) = engine.answer([Masked(row, masks.detach().numpy() > 0.5)])
        if isinstance(logits, Exception):
            raise logits
        return torch.from_numpy(row.value(logits, unit))

    return engine, forward


def _black_box(row: Row, unit: Unit, attribute: Callable[[Any], Any], *, complete: bool) -> Steps[Scores]:
    yield from ()
    if not row.words:
        return Scores(words=np.zeros(0), value=row.full(unit), steps=1, unit=unit)
    engine, forward = _over_masks(row, unit)
    found = attribute(forward)[0].numpy().astype(float)  # (m,)
    full = row.full(unit)
    empty = float(forward(torch.zeros(1, len(row.words)))[0]) if complete else None
    return Scores(
        words=found,
        value=full,
        baseline_value=empty,
        delta=None if empty is None else float(found.sum()) - (full - empty),
        steps=engine.evaluations + 1,
        unit=unit,
    )


def _ones(row: Row) -> dict[str, Any]:
    return {"inputs": torch.ones(1, len(row.words), dtype=torch.float64), "perturbations_per_eval": AT_ONCE}


def _zeros(row: Row) -> torch.Tensor:
    return torch.zeros(1, len(row.words), dtype=torch.float64)


def feature_ablation(row: Row, unit: Unit) -> Steps[Scores]:
    """captum.attr.FeatureAblation over words."""

    def attribute(forward: Any) -> Any:
        return attr.FeatureAblation(forward).attribute(**_ones(row), baselines=_zeros(row))

    return (yield from _black_box(row, unit, attribute, complete=False))


def shapley(row: Row, unit: Unit, permutations: int, name: str) -> Steps[Scores]:
    """captum.attr.ShapleyValueSampling over words."""

    def attribute(forward: Any) -> Any:
        with _seeded(row, name):
            method = attr.ShapleyValueSampling(forward)
            return method.attribute(**_ones(row), baselines=_zeros(row), n_samples=permutations)

    return (yield from _black_box(row, unit, attribute, complete=True))


def kernel_shap(row: Row, unit: Unit, samples: int, name: str) -> Steps[Scores]:
    """captum.attr.KernelShap over words."""

    def attribute(forward: Any) -> Any:
        with _seeded(row, name):
            return attr.KernelShap(forward).attribute(**_ones(row), baselines=_zeros(row), n_samples=samples)

    return (yield from _black_box(row, unit, attribute, complete=True))


def lime(row: Row, unit: Unit, samples: int, width: float, alpha: float, name: str) -> Steps[Scores]:
    """captum.attr.LimeBase over words, with the kernel, the sampling and the ridge regression of `Lime`."""
    from captum._utils.models.linear_model import SkLearnRidge

    m, generator = len(row.words), row.generator(name)

    def perturb(_: torch.Tensor, **__: Any) -> torch.Tensor:
        mask = np.ones((1, m))
        mask[0, generator.choice(m, int(generator.integers(1, m + 1)), replace=False)] = 0.0
        return torch.from_numpy(mask)

    def kernel(_: torch.Tensor, __: torch.Tensor, interpretable: torch.Tensor, **___: Any) -> float:
        return float(np.exp(-float(((1 - interpretable).mean()) ** 2) / width**2))

    def attribute(forward: Any) -> Any:
        method = attr.LimeBase(
            forward, SkLearnRidge(alpha=alpha), kernel, perturb, True, lambda mask, *_, **__: mask, None
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return method.attribute(_ones(row)["inputs"], n_samples=samples, perturbations_per_eval=AT_ONCE)

    return (yield from _black_box(row, unit, attribute, complete=False))


def integrated_gradients(row: Row, baseline: Baseline, steps: int) -> Steps[Scores]:
    """captum.attr.IntegratedGradients on the word embeddings, Gauss-Legendre with `steps` nodes."""
    yield from ()
    forward, inputs, start, given = _over_embeddings(row, baseline)
    found = attr.IntegratedGradients(forward).attribute(
        inputs, start, additional_forward_args=given, n_steps=steps, internal_batch_size=AT_ONCE
    )
    return _from_embeddings(row, found, forward, inputs, start, given, steps)


def gradient_shap(row: Row, baseline: Baseline, samples: int, noise: float, name: str) -> Steps[Scores]:
    """captum.attr.GradientShap on the word embeddings; its global generators are set for the row and put back."""
    yield from ()
    forward, inputs, start, given = _over_embeddings(row, baseline)
    spread = float(row.classifier.embedding_matrix.float().std())
    with _seeded(row, name):
        found = attr.GradientShap(forward).attribute(
            inputs, start, additional_forward_args=given, n_samples=samples, stdevs=noise * spread
        )
    return _from_embeddings(row, found, forward, inputs, start, given, samples)


def saliency(row: Row) -> Steps[Scores]:
    """captum.attr.Saliency on the word embeddings, as the Euclidean norm of each token."""
    yield from ()
    forward, inputs, _, given = _over_embeddings(row, "zero")
    found = attr.Saliency(forward).attribute(inputs.requires_grad_(), abs=False, additional_forward_args=given)
    norms = found[0].norm(dim=-1).double().cpu().numpy()  # (t,)
    return Scores(words=row.word_sums(norms), tokens=norms, value=row.full("logit"), steps=1, unit="none")


def _over_embeddings(row: Row, baseline: Baseline) -> tuple[Any, torch.Tensor, torch.Tensor, tuple[Any, ...]]:
    """A forward function of word embeddings (b, t, h), the row's own, its baseline's, and the further inputs."""
    classifier = row.classifier
    batch = dict(classifier.collate([row.encoding.row]))
    names = list(batch)
    weights = torch.tensor(row.target.weights, device=batch["input_ids"].device)
    inputs = classifier.embed(batch["input_ids"]).detach().clone()  # (1, t, h)
    start = inputs.clone()
    start[0, row.word_of_token >= 0] = Gradients(classifier).vector(filler_of(classifier, baseline))

    def forward(embeddings: torch.Tensor, *further: torch.Tensor) -> torch.Tensor:
        return classifier.forward_embeddings(dict(zip(names, further, strict=True)), embeddings) @ weights

    return forward, inputs, start, tuple(batch.values())


def _from_embeddings(
    row: Row,
    found: torch.Tensor,
    forward: Any,
    inputs: torch.Tensor,
    start: torch.Tensor,
    given: tuple[Any, ...],
    steps: int,
) -> Scores:
    tokens = found[0].sum(dim=-1).detach().double().cpu().numpy()  # (t,)
    with torch.no_grad():
        full, empty = float(forward(inputs, *given)[0]), float(forward(start, *given)[0])
    return Scores(
        words=row.word_sums(tokens),
        tokens=tokens,
        value=full,
        baseline_value=empty,
        delta=float(tokens.sum()) - (full - empty),
        steps=steps + 2,
    )


@contextmanager
def _seeded(row: Row, name: str) -> Iterator[None]:
    """Seed the global generators Captum draws from, and put them back as they were."""
    seed = int(row.generator(name).integers(2**32))
    state = np.random.get_state()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        np.random.seed(seed)
        try:
            yield
        finally:
            np.random.set_state(state)
