"""Explain rows by one or several methods: windows of rows, each prepared once and shared by the methods."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from audit.errors import AuditError, ProbeUnavailable
from audit.explain.method import Method, Scores
from audit.explain.metrics import measure
from audit.explain.rows import Row, prepare, retarget
from audit.explain.running import Engine
from audit.explain.steps import Steps
from audit.records import Attribution, Example, TokenScore, WordScore
from models.classifier import Classifier, GradientClassifier
from models.errors import ModelError

WINDOW = 64


def explain(
    classifier: Classifier,
    explainers: Sequence[Method],
    examples: Sequence[Example],
    *,
    seed: int,
    engine: Engine | None = None,
) -> Iterator[tuple[int, Attribution]]:
    """Explain examples by several methods, which share what the model said of the same variant.

    Args:
        classifier: the model.
        explainers: the methods, each with its parameters.
        examples: the rows.
        seed: the run's seed; every row and method draws from its own generator.
        engine: where evaluations are counted; made here unless given.

    Yields:
        The position of the example and its record, as they finish: windows of 64 rows in order, any order within.

    Raises:
        ProbeUnavailable: the model lacks what a method needs.
    """
    for explainer in explainers:
        reason = explainer.unavailable(classifier)
        if reason:
            raise ProbeUnavailable(reason)
    assert isinstance(classifier, GradientClassifier)  # what `unavailable` has just checked
    engine = engine or Engine(classifier)
    for start in range(0, len(examples), WINDOW):
        window = list(examples[start : start + WINDOW])
        rows = prepare(classifier, window, seed=seed)
        for explainer in explainers:
            yield from _one_method(engine, explainer, window, rows, start, seed)


def _one_method(
    engine: Engine,
    explainer: Method,
    examples: Sequence[Example],
    rows: Sequence[Row | Exception],
    start: int,
    seed: int,
) -> Iterator[tuple[int, Attribution]]:
    aimed = [row if isinstance(row, Exception) else retarget(row, explainer.target) for row in rows]
    for position, row in enumerate(aimed):
        if isinstance(row, Exception):
            yield start + position, failed(explainer, examples[position], row, seed)
    jobs = ((position, _steps(explainer, row)) for position, row in enumerate(aimed) if isinstance(row, Row))
    for position, result in engine.run(jobs):
        broken = isinstance(result, Exception)
        yield start + position, failed(explainer, examples[position], result, seed) if broken else result  # type: ignore[arg-type,misc]


def _steps(explainer: Method, row: Row) -> Steps[Attribution]:
    scores = yield from explainer.attribute(row)
    metrics = yield from measure(explainer, row, scores)
    return record_of(explainer, row, scores, metrics)


def record_of(explainer: Method, row: Row, scores: Scores, metrics: dict[str, float]) -> Attribution:
    """The record of one row: scores at the places of their tokens and words."""
    return Attribution(
        row_id=row.example.row_id,
        text=row.example.text,
        pair=row.example.pair,
        name=explainer.name,
        target=row.target.name,
        value=scores.value,
        baseline_value=scores.baseline_value,
        delta=scores.delta,
        steps=scores.steps,
        truncated=row.encoding.truncated,
        tokens=_token_scores(row, scores),
        words=_word_scores(row, scores),
        metrics=metrics,
        converged=scores.converged,
        unit=scores.unit,
        seed=row.seed,
    )


def failed(explainer: Method, example: Example, error: Exception, seed: int) -> Attribution:
    """The record of a row that could not be explained."""
    ours = isinstance(error, (AuditError, ModelError))
    return Attribution(
        row_id=example.row_id,
        text=example.text,
        pair=example.pair,
        name=explainer.name,
        target=explainer.target,
        value=None,
        baseline_value=None,
        delta=None,
        steps=0,
        truncated=False,
        tokens=(),
        words=(),
        converged=False,
        unit="none",
        seed=seed,
        error=str(error) if ours else f"{type(error).__name__}: {error}",
    )


def _word_scores(row: Row, scores: Scores) -> tuple[WordScore, ...]:
    errors = _listed(scores.word_errors, len(row.words))
    return tuple(
        WordScore(word.text, word.start, word.end, score, error, word.segment)
        for word, score, error in zip(row.words, scores.words.tolist(), errors, strict=True)
    )


def _token_scores(row: Row, scores: Scores) -> tuple[TokenScore, ...]:
    tokens, errors = scores.tokens, scores.token_errors
    if tokens is None:
        tokens = _spread(row, scores.words)
        errors = None if scores.word_errors is None else _spread(row, scores.word_errors)
    return tuple(
        TokenScore(token.text, token.start, token.end, score, error, token.special, token.segment)
        for token, score, error in zip(row.encoding.tokens, tokens.tolist(), _listed(errors, len(tokens)), strict=True)
    )


def _spread(row: Row, words: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share each word's value evenly among its tokens, (m,) to (t,); special tokens get none."""
    sizes = np.array([len(word.tokens) for word in row.words] + [1.0])
    shares = np.append(words, 0.0) / sizes  # (m + 1,): -1 is a special token
    spread: NDArray[np.float64] = shares[row.word_of_token]
    return spread


def _listed(values: NDArray[np.float64] | None, n: int) -> list[float | None]:
    """Error bars as they are recorded: None where the method has none, or none could be had (one pair of orders)."""
    return [None] * n if values is None else [value if math.isfinite(value) else None for value in values.tolist()]
