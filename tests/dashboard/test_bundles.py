"""Bundles in the browser: taken out signed, verified sentence by sentence before they are kept, hostile ones refused in one."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from pages import check, seen
from runs import make_run
from verbs import somebody

from audit.actions import bundles
from audit.actor import Role
from audit.errors import Forbidden, ReportError
from audit.run.bundle_said import sentences
from audit.run.finish import result_hash


@pytest.fixture
def run(store, tmp_path):
    made = make_run(store, tmp_path, rows=16)
    store.update_run(made.id, result_hash=result_hash(store, made.id))
    return store.run(made.id)


def told(result):
    return [f"{kind}: {said}" for kind, said in sentences(result)]


def uploaded(app, content):
    test = app("runs")
    test.file_uploader(key="bundle-0").upload("run.zip", content, "application/zip").run()
    check(test)
    return test


def changed(content, name, edit):
    """The zip with one file of it edited."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.namelist():
            new.writestr(item, edit(old.read(item)) if item == name else old.read(item))
    return out.getvalue()


def test_a_bundle_goes_out_and_comes_back_as_it_was(store, run):
    content = bundles.packed(somebody(), run.id, with_report=False)
    found = bundles.verify_upload(somebody(Role.READER), content)
    assert found["verified"]
    assert store.count_events() == 2  # the export, begun and done: looking at a bundle is no event
    assert [line.partition(":")[0] for line in told(found)] == ["good", "good"]
    assert "a key trusted here" in told(found)[1]
    store.delete_run(run.id)
    assert bundles.take_in_upload(somebody(), content).result_hash == run.result_hash


def test_one_without_texts_is_checked_and_not_kept(store, run):
    content = bundles.packed(somebody(), run.id, texts=False, with_report=False)
    found = bundles.verify_upload(somebody(), content)
    assert "cannot be checked without texts" in told(found)[0]
    store.delete_run(run.id)
    with pytest.raises(ReportError, match="The file was exported without texts"):
        bundles.take_in_upload(somebody(), content)


def test_what_was_changed_is_named(run):
    content = bundles.packed(somebody(), run.id, with_report=False)
    forged = changed(content, "run.json", lambda data: json.dumps(json.loads(data) | {"verdict": "PASS"}).encode())
    found = bundles.verify_upload(somebody(), forged)
    assert not found["verified"]
    assert "fault: the file run.json was changed" in told(found)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"<script>alert(1)</script>"])
def test_what_is_no_bundle_is_one_sentence_without_a_place_of_this_machine(content):
    with pytest.raises(ReportError) as refused:
        bundles.verify_upload(somebody(), content)
    assert "/tmp" not in str(refused.value)
    assert str(refused.value).startswith("The file is neither a folder nor a readable zip")


def test_whoever_may_not_import_may_still_look(store, run):
    content = bundles.packed(somebody(), run.id, with_report=False)
    store.delete_run(run.id)
    assert bundles.verify_upload(somebody(Role.READER), content)["verified"]
    with pytest.raises(Forbidden):
        bundles.take_in_upload(somebody(Role.ANALYST), content)
    assert not store.exists(run.id)


def test_it_is_kept_only_after_all_was_said(app, store, run):
    content = bundles.packed(somebody(), run.id, with_report=False)
    store.delete_run(run.id)
    test = uploaded(app, content)
    said = seen(test)
    assert "every hash is right" in said
    assert "a key trusted here" in said
    assert not store.exists(run.id)
    test.button(key="bundle-keep").click().run()
    check(test)
    assert store.exists(run.id)


def test_a_forged_or_known_one_cannot_be_kept(app, store, run):
    content = bundles.packed(somebody(), run.id, with_report=False)
    assert "This run is here already" in seen(uploaded(app, content))
    store.delete_run(run.id)
    test = uploaded(app, changed(content, "scores.json", lambda data: data + b" "))
    assert "bundle-keep" not in [button.key for button in test.button]
    assert "cannot be kept" in seen(test)
    test.button(key="bundle-away").click().run()
    check(test)
    assert "cannot be kept" not in seen(test)


def test_the_export_section_offers_it(app, run):
    said = seen(app("report", run=run.id, section="print"))
    assert "python -m audit export" not in said
    assert "The whole run as one signed file" in said
