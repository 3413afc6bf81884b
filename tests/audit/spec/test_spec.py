import json

import pytest

from audit.errors import InputError, SpecError, UnknownName
from audit.spec import AuditSpec, ModelSpec, ProbeSpec, TableSpec, load_spec, model, read_spec, suite_spec, without

MODEL, TABLE = ModelSpec(name="m"), TableSpec(path="t.csv")


def spec(**changes):
    return AuditSpec(
        **{"model": MODEL, "table": TABLE, "probes": (ProbeSpec(kind="prediction", name="predict"),)} | changes
    )


def test_json_round_trip_keeps_the_hash():
    first = spec(name="x", sample={"n": 10, "seed": 3})
    again = read_spec(json.loads(json.dumps(first.to_json())))
    assert again == first
    assert again.hash == first.hash


def test_every_field_that_decides_records_is_in_the_work_hash_and_no_other():
    base = spec()
    assert spec(name="other", level=0.9, policy={"checks": []}, suite="quick").work_hash == base.work_hash
    assert spec(seed=1).work_hash != base.work_hash
    assert spec(sample={"n": 5}).work_hash != base.work_hash
    assert spec(model={"name": "m", "threads": 3}).work_hash != base.work_hash


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"level": 1.5}, "level"),
        ({"sample": {"n": 0}}, "sample.n"),
        ({"colour": "red"}, "colour"),
        ({"probes": []}, "probes"),
        ({"probes": [{"kind": "prediction", "name": "predict"}] * 2}, "another `id`"),
        ({"version": 2}, "reads version 1"),
    ],
)
def test_a_wrong_field_is_named(change, said):
    with pytest.raises(SpecError, match=said):
        read_spec(spec().to_json() | change)


def test_an_unknown_probe_lists_the_choices():
    with pytest.raises(UnknownName, match="predict"):
        read_spec(spec().to_json() | {"probes": [{"kind": "prediction", "name": "prophesy"}]})


def test_two_of_one_probe_need_ids():
    probes = [{"kind": "prediction", "name": "predict"}, {"kind": "prediction", "name": "predict", "id": "again"}]
    assert read_spec(spec().to_json() | {"probes": probes}).keys() == ("predict", "again")


def test_a_spec_file_that_is_not_json(tmp_path):
    path = tmp_path / "spec.json"
    path.write_text("{")
    with pytest.raises(SpecError, match="not JSON"):
        load_spec(path)
    with pytest.raises(SpecError, match="cannot be read"):
        load_spec(tmp_path / "none.json")
    path.write_text("[" * 100_000)
    with pytest.raises(SpecError, match="too deep"):
        load_spec(path)


def test_a_spec_is_not_read_beyond_what_one_can_have(tmp_path, monkeypatch):
    monkeypatch.setattr(model, "MOST_BYTES", 5)
    (tmp_path / "spec.json").write_text("{}    ")
    with pytest.raises(SpecError, match="it holds more than 5 bytes"):
        load_spec(tmp_path / "spec.json")


def test_quick_audits_at_most_50_rows_and_every_suite_names_real_probes():
    from audit.spec import SUITES

    quick = suite_spec("quick", MODEL, TABLE)
    assert quick.sample.n == 50
    for suite in SUITES:
        made = suite_spec(suite, MODEL, TABLE, limit=7, seed=5)
        made.check_probes()
        assert (made.sample.n, made.seed, made.sample.seed) == (7, 5, 5)
        assert read_spec(made.to_json()) == made
    with pytest.raises(UnknownName, match="quick"):
        suite_spec("swift", MODEL, TABLE)


@pytest.mark.parametrize("suite", ["standard", "deep"])
def test_the_scan_for_triggers_sees_every_row_and_judges_by_as_many_as_it_is_told(suite):
    (scan,) = (probe for probe in suite_spec(suite, MODEL, TABLE).probes if probe.kind == "trigger")
    assert scan.rows is None
    assert scan.params.get("rows", 60) >= 30


def test_kinds_and_probes_are_left_out_by_name_and_predictions_are_not():
    whole = suite_spec("standard", MODEL, TABLE).probes
    kept = without(whole, ["attack", "explainer", "case"])
    assert {probe.kind for probe in whole} - {probe.kind for probe in kept} == {"attack", "explainer"}
    assert [p.name for p in whole if p.kind == "perturbation" and p not in kept] == ["case"]
    assert without(whole, []) == whole
    with pytest.raises(UnknownName, match=r"'atack'.*attack.*deepwordbug"):
        without(whole, ["atack"])
    with pytest.raises(InputError, match="Predictions cannot be left out"):
        without(whole, ["prediction"])
