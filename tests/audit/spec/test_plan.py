from collections import Counter
from dataclasses import replace

from audit.records import Example
from audit.spec import AuditSpec, Identity, ModelSpec, ProbeSpec, ResolvedProbe, SampleSpec, TableSpec, plan, sample
from audit.spec.plan import merge_duplicates, shard_id

IDENTITY = Identity("f" * 64, "torch", "cpu", "float32", 1)
ROWS = [Example(f"{i:016x}", f"text {i}", label="a" if i % 4 else "b") for i in range(100)]


def spec(n=None, **probe):
    probes = (ProbeSpec(kind="prediction", name="predict", **probe),)
    return AuditSpec(model=ModelSpec(name="m"), table=TableSpec(path="t"), probes=probes, sample=SampleSpec(n=n))


def resolved(key="predict", rows=None, shard_rows=8, skipped=None, **changes):
    made = ResolvedProbe(key, "prediction", "predict", 1, {"x": 1}, rows, shard_rows, {}, skipped)
    return replace(made, **changes)


def test_the_same_inputs_give_the_same_shards():
    first = plan(spec(50), ROWS, IDENTITY, [resolved()])
    assert first == plan(spec(50), ROWS, IDENTITY, [resolved()])
    assert [len(s.rows) for s in first.shards] == [8] * 6 + [2]
    assert sorted(p for s in first.shards for p in s.rows) == list(range(50))


def test_everything_that_decides_a_record_changes_the_shard_id():
    probe, ids = resolved(), ["r1", "r2"]
    base = shard_id(IDENTITY, probe, ids, 0)
    others = [
        *(
            shard_id(replace(IDENTITY, **{k: v}), probe, ids, 0)
            for k, v in {
                "fingerprint": "e",
                "engine": "onnx",
                "device": "cuda",
                "dtype": "bfloat16",
                "threads": 2,
            }.items()
        ),
        shard_id(IDENTITY, resolved(version=2), ids, 0),
        shard_id(IDENTITY, resolved(params={"x": 2}), ids, 0),
        shard_id(IDENTITY, resolved(resources={"wordnet": "abc"}), ids, 0),
        shard_id(IDENTITY, resolved(name="other"), ids, 0),
        shard_id(IDENTITY, probe, ["r2", "r1"], 0),
        shard_id(IDENTITY, probe, ids, 1),
    ]
    assert len({base, *others}) == len(others) + 1
    assert shard_id(IDENTITY, resolved(key="named otherwise", rows=5), ids, 0) == base


def test_stratified_samples_are_proportional_and_nested():
    forty = sample(ROWS, SampleSpec(n=40))
    assert Counter(e.label for e in forty) == {"a": 30, "b": 10}
    twenty = sample(ROWS, SampleSpec(n=20))
    assert {e.row_id for e in twenty} <= {e.row_id for e in forty}
    assert [e.row_id for e in forty] == sorted(e.row_id for e in forty)  # table order
    assert {e.row_id for e in sample(ROWS[::-1], SampleSpec(n=20))} == {e.row_id for e in twenty}
    assert sample(ROWS, SampleSpec(n=20, seed=1)) != twenty


def test_shares_round_by_largest_remainder():
    rows = [Example(f"{i:04x}", "t", label=label) for i, label in enumerate("aaabbbccc" + "d")]
    assert Counter(e.label for e in sample(rows, SampleSpec(n=5))).total() == 5


def test_duplicates_run_once_and_are_weighted():
    rows = [Example("aa", "t"), Example("bb", "u"), Example("aa-1", "t"), Example("aa-2", "t")]
    merged = merge_duplicates(rows)
    assert [(r.example.row_id, r.weight) for r in merged] == [("aa", 3), ("bb", 1)]


def test_a_probe_may_see_fewer_rows_and_probes_take_turns():
    made = plan(
        spec(40), ROWS, IDENTITY, [resolved("all"), resolved("few", rows=8), resolved("no", skipped="lacks it")]
    )
    assert made.probe_rows("all") == 40
    assert made.probe_rows("few") == 8
    assert made.probe_rows("no") == 0
    assert [s.probe for s in made.shards][:2] == ["all", "few"]
    assert [s.position for s in made.shards] == list(range(len(made.shards)))
