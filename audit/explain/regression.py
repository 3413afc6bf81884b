"""Weighted least squares with an honest covariance, for KernelSHAP and LIME."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def weighted_least_squares(
    design: NDArray[np.float64], outcome: NDArray[np.float64], weights: NDArray[np.float64], *, ridge: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coefficients (p,) and their HC1 covariance (p, p).

    Args:
        design: (n, p); a column of ones, where wanted, is the caller's.
        outcome: (n,).
        weights: (n,), not negative; only their proportions matter where ridge is 0.
        ridge: penalty on the squared coefficients; the least-norm solution is taken where the system is singular.
    """
    n, p = design.shape
    scaled = design * weights[:, None]
    inverse = np.linalg.pinv(design.T @ scaled + ridge * np.eye(p), hermitian=True)
    coefficients = inverse @ (scaled.T @ outcome)
    residuals = (outcome - design @ coefficients)[:, None] * scaled  # (n, p)
    correction = n / max(n - p, 1)
    covariance: NDArray[np.float64] = inverse @ (residuals.T @ residuals) @ inverse * correction
    return coefficients, covariance
