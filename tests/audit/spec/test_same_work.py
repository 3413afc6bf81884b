"""Work done by earlier versions is found again: what decides a shard and a spec gives the ids it gave before there were samples."""

from __future__ import annotations

import hashlib

from audit.kinds import find
from audit.spec import Identity, ModelSpec, ResolvedProbe, TableSpec, suite_spec
from audit.spec.plan import shard_id

PERTURBATIONS = (
    "keyboard_typos", "case", "punctuation", "contractions", "neutral_insertions", "white_space", "homoglyphs", "zero_width",
    "numbers", "synonyms",
)  # fmt: skip
"""Those that the suite had; it takes every one there is, so others may come between them."""


KINDS = ("prediction", "explainer", "attack", "perturbation")
"""The kinds there were then."""


def test_the_standard_suite_has_the_ids_it_had():
    spec = suite_spec("standard", ModelSpec(name="m"), TableSpec(path="ab" * 32, name="t.csv"), limit=50)
    then = tuple(
        probe
        for probe in spec.probes
        if probe.kind in KINDS and (probe.kind != "perturbation" or probe.name in PERTURBATIONS)
    )
    spec = spec.model_copy(update={"probes": then})
    assert spec.work_hash == "8ad1df69e7b7d45359d5cc1b28869b399cab07a58665da70b244234f41a4fbf0"
    assert spec.hash == "f240a4c22ddf03bb398010a38ff833b9ec902429329d8f8f61719d021b653c60"
    identity, every = Identity("f" * 64, "torch", "cpu", "float32", 2), hashlib.sha256()
    for probe in spec.probes:
        made = find(probe.kind, probe.name)(**probe.params)
        params, version = dict(made.params), type(made).version
        resolved = ResolvedProbe(probe.name, probe.kind, probe.name, version, params, None, 16, {})
        every.update(shard_id(identity, resolved, ["a" * 16, "b" * 16], 0).encode())
    # a probe whose records change gets another version, and this another value
    assert every.hexdigest() == "2845e2e1a6508bd6d6aed8fde81ea646533ca2281714629093b16b7a27a4526d"
