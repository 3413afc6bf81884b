"""Bundles whose parts are not what they should be: each ends in one sentence, none is taken in."""

import re

import pytest
from forging import edit, first, fit, put
from runs import make_run

from audit.errors import ReportError
from audit.results.recomputing import check_content
from audit.run.bundle import import_run, verify_bundle
from audit.run.bundle_files import MANIFEST, open_bundle
from audit.run.exporting import export_run
from audit.store import close_stores, open_store
from audit.store.base import dump

BROKEN = {
    "a missing field": ("run.json", lambda run: run.pop("name") and None),
    "a field too many": ("run.json", put(evil=1)),
    "a strange status": ("run.json", put(status="weird")),
    "a run going on": ("run.json", put(status="running")),
    "an id that is a path": ("run.json", put(id="../../x")),
    "no id": ("run.json", put(id="")),
    "an id with a line end": ("run.json", put(id="0123456789ab\n")),
    "a run that is a list": ("run.json", lambda run: [1]),
    "probes that are a text": ("probes.json", lambda data: "x"),
    "rows that are numbers": ("rows.jsonl", lambda rows: [1, 2]),
    "a row without text": ("rows.jsonl", lambda rows: rows[0].pop("text") and None),
    "a record of a strange kind": ("records/0000.jsonl", first("kind", "weird")),
    "a payload that is no JSON": ("records/0000.jsonl", first("payload", "{")),
    **{
        f"a payload that is {text}": ("records/0000.jsonl", first("payload", text))
        for text in ("null", "[]", "7", '"x"')
    },
    "a payload with half a character": ("records/0000.jsonl", first("payload", '{"text": "\\ud800"}')),
    "a shard that is a text": ("shards.jsonl", lambda rows: ["x"]),
    "a review by nobody": ("reviews.json", lambda data: [{"probe": "x"}]),
    "a verdict of its own": ("run.json", put(verdict="GREAT")),
    "a line beyond every database": ("rows.jsonl", first("line", 10**30)),
    "a rationale beyond every database": ("rows.jsonl", first("rationale", [2**31])),
    "a weight beyond every database": ("rows.jsonl", first("weight", -(10**30))),
    "a place beyond every database": ("shards.jsonl", first("position", 2**31)),
    "queries beyond every database": ("records/0000.jsonl", first("queries", 2**63)),
    "more rows than there are": ("run.json", put(rows_total=10**30)),
    "a policy that is none": ("run.json", put(policy={"check": 7})),
    **{
        f"provenance {part}": ("run.json", lambda run, part=part: run["provenance"].update(part))
        for part in (
            {"table": "x"},
            {"model": "x"},
            {"table": {"columns": 7}},
            {"table": {"columns": {"groups": 7}}},
            {"model": {"identity": [1]}},
            {"table": {"labels": ["x"]}},
            {"table": {"warnings": 7}},
            {"environment": "x"},
            {"environment": {"assay": 7}},
            {"who": 7},
            {"environment": {"libraries": [1]}},
            {"environment": {"memory_bytes": "x"}},
        )
    },
    **{
        f"spec {part}": ("run.json", lambda run, part=part: run["spec"].update(part))
        for part in (
            {"table": "x"},
            {"model": 7},
            {"sample": "x"},
            {"sample": {"n": "x"}},
            {"table": {"groups": 7}},
            {"probes": [7]},
            {"probes": {}},
            {"seed": "x"},
            {"seed": 0.5},
            {"table": {"label_map": 7}},
        )
    },
    **{
        f"estimate {part}": ("run.json", put(estimate=part))
        for part in ({"seconds": "x"}, {"queries": "x"}, {"probes": 7}, {"probes": {"predict": 7}})
    },
    **{
        f"a model card with {part}": ("run.json", lambda run, part=part: run.update(model_card=part))
        for part in (
            {"labels": 7},
            {"labels": [["x"]]},
            {"data": 7},
            {"data": {"licence": 7}},
            {"data": {"test": {"rows": "x"}}},
            {"metrics": "fine"},
            {"metrics": {"test": {"n": 7}}},
            {"metrics": {"test": {"n": "x", "accuracy": {"value": 1, "low": 0, "high": 1}}}},
            {"metrics": {"evaluation": {"n": 1, "accuracy": {"value": "x", "low": 0, "high": 1}}}},
            {"metrics": {"test": {"n": 1, "accuracy": {"value": 1, "low": 0, "high": 1}, "classes": 7}}},
            {"base": 7},
            {"command": ["x"]},
        )
    },
    "a model card that is a text": ("run.json", put(model_card="x")),
    "an identity of something else": ("run.json", put(identity={"head": 7})),
}


@pytest.mark.parametrize(("name", "change"), BROKEN.values(), ids=BROKEN.keys())
def test_a_malformed_bundle_is_one_sentence(bundle, elsewhere, name, change):
    edit(bundle, name, change)
    with pytest.raises(ReportError) as told:
        import_run(elsewhere, bundle)
    assert len(str(told.value).splitlines()) == 1
    assert elsewhere.count_runs() == 0


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1E+99999", "9" * 250 + "e99", "1" + "0" * 400 + ".0"])
def test_a_number_too_large_for_one_is_no_fault_of_assay(bundle, elsewhere, number):
    text = (bundle / "run.json").read_text()
    assert '"seed": 0' in text
    (bundle / "run.json").write_text(text.replace('"seed": 0', f'"seed": {number}', 1))
    fit(bundle)
    with pytest.raises(ReportError, match=r"run\.json .* is not JSON .*too large for a number") as told:
        import_run(elsewhere, bundle)
    assert "fault of Assay" not in str(told.value)


@pytest.mark.parametrize("name", ["run.json", "findings.json", "rows.jsonl", "manifest.json"])
def test_half_a_character_is_no_text_of_a_bundle(bundle, elsewhere, name):
    text = (bundle / name).read_text()
    (bundle / name).write_text(re.sub('": ?"', lambda found: found[0] + "\\ud800", text, count=1))
    if name != "manifest.json":
        fit(bundle)
    with pytest.raises(ReportError, match="half a character"):
        import_run(elsewhere, bundle)


@pytest.mark.parametrize(
    "provenance", [{"table": "x"}, {"model": "x"}, {"table": {"columns": 7, "warnings": 7}}, {"environment": 7}]
)
def test_a_run_taken_in_before_with_such_parts_breaks_nothing(made, bundle, elsewhere, provenance):
    from audit.run.replay import check_run

    run = import_run(elsewhere, bundle)
    elsewhere.update_run(run.id, provenance=provenance)
    assert isinstance(check_content(elsewhere, run.id), list)
    assert check_run(elsewhere, run.id) == []
    assert elsewhere.run(run.id).table_warnings == ()
    elsewhere.update_run(run.id, spec=dump({**run.spec, "table": "x", "probes": 7}))
    assert "the spec cannot be used" in check_content(elsewhere, run.id)[0]


@pytest.mark.parametrize(
    "content", [b"[]", b'"x"', b"null", b"{", b"\xff\xfe", b"[" * 100_000, b'{"format": NaN}', b'{"format": 1}']
)
def test_a_manifest_that_is_something_else(bundle, content):
    (bundle / MANIFEST).write_bytes(content)
    with pytest.raises(ReportError):
        verify_bundle(open_bundle(bundle))


@pytest.mark.parametrize(
    "name", ["run.json", "scores.json", "findings.json", "rows.jsonl", "records/0000.jsonl", "replicates.bin"]
)
@pytest.mark.parametrize("content", [b"[" * 100_000, b"\xff", b"", b"{}", b"[1]", b"{'a': 1}"])
def test_a_file_that_is_something_else_is_never_a_traceback(bundle, elsewhere, name, content):
    (bundle / name).write_bytes(content)
    fit(bundle)
    if name == "replicates.bin":  # never taken from a bundle: they are made again of the records
        run = import_run(elsewhere, bundle)
        assert check_content(elsewhere, run.id) == []
        assert elsewhere.replicates(run.id)[:2] == b"PK"
        return
    with pytest.raises(ReportError):
        import_run(elsewhere, bundle)


def test_every_separator_of_lines_comes_back(tmp_path, home, elsewhere):
    text = "one\u2028two\u2029three\u0085four\x0bfive\x1csix"
    run = make_run(open_store(), tmp_path, rows=6, texts=[text])
    open_store().update_run(run.id, result_hash=None)
    out = export_run(open_store(), run.id, tmp_path / "lines.zip")
    assert verify_bundle(open_bundle(out))[0] == []
    import_run(elsewhere, out)
    assert text in {example.text for example in elsewhere.examples(run.id)}
    close_stores()
