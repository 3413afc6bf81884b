"""Seeds: every example draws from its own generator, so results do not depend on order, shards or workers."""

import hashlib

import numpy as np


def row_seed(run_seed: int, row_id: str, probe: str) -> int:
    """The seed of one row under one probe: 32 bits of sha256 over (run seed, row id, probe name)."""
    digest = hashlib.sha256(f"{run_seed}\x1f{row_id}\x1f{probe}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


def row_generator(run_seed: int, row_id: str, probe: str) -> np.random.Generator:
    """A numpy generator of its own for one row under one probe."""
    return np.random.default_rng(row_seed(run_seed, row_id, probe))
