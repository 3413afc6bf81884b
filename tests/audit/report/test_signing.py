"""Signatures and tampering: a changed byte of any file is named."""

from __future__ import annotations

import random
import shutil
import subprocess
import zipfile
from functools import partial

import pytest
from sample_run import RUNS

from audit.errors import AuditError, ReportError
from audit.report.making import report_files
from audit.report.signing import PUBLIC, SIGNATURE, check, known_keys, own_key, public_key, sign
from audit.results.recomputing import check_scores
from audit.run.bundle import check_bundle
from audit.run.bundle_files import open_bundle
from audit.run.exporting import export_run


@pytest.fixture
def files(home):
    manifest = b'{"files": {}}\n'
    return {"manifest.json": manifest, **sign(manifest, "run 1")}


@pytest.fixture
def bundle(store, home, tmp_path):
    out = tmp_path / "run.zip"
    extra = report_files(store, RUNS["one"])
    return export_run(store, RUNS["one"], out, extra=extra, signer=partial(sign, comment="run 1"))


def test_a_signature_holds_and_its_key_is_known_here(files, home):
    found = check(files, files.__getitem__)
    assert (found.key_id, found.comment, found.trusted, found.faults) == (own_key().id, "run 1", True, ())
    assert (home / "keys" / "signing.key").stat().st_mode & 0o077 == 0


def test_every_changed_byte_of_the_signed_files_is_found(files):
    for name in files:
        for place in range(len(files[name])):
            changed = bytes([*files[name][:place], files[name][place] ^ 1, *files[name][place + 1 :]])
            found = check(files, {**files, name: changed}.__getitem__)
            comment = name != "manifest.json" and files[name][:place].count(b"\n") == 0
            newline = files[name][place : place + 1] == b"\n"
            assert found.faults or comment or newline or not found.trusted, (name, place)


def test_strangers_and_missing_signatures(files, home, tmp_path, monkeypatch):
    mine = own_key()
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "other"))
    assert known_keys() == ()
    stranger = check(files, files.__getitem__)
    assert not stranger.trusted
    assert not stranger.faults
    assert check(files, files.__getitem__, key=mine.text()).trusted
    other = own_key()
    assert other.id != mine.id
    assert mine.id in check(files, files.__getitem__, key=other.text()).faults[0]
    trusted = tmp_path / "other" / "keys" / "trusted"
    trusted.mkdir()
    (trusted / "colleague.pub").write_text(mine.text())
    assert check(files, files.__getitem__).trusted
    bare = {"manifest.json": files["manifest.json"]}
    assert check(bare, bare.__getitem__).faults == ()
    assert check(bare, bare.__getitem__, key=mine.text()).faults == ("the bundle is not signed",)
    stripped = {name: files[name] for name in ("manifest.json", PUBLIC)}
    assert check(stripped, stripped.__getitem__).faults
    with pytest.raises(ReportError, match="neither a minisign public key"):
        public_key("nonsense")


def test_the_key_in_a_bundle_is_a_key_and_no_path_to_one(files, home, tmp_path):
    """Else a bundle could have any file of this machine read."""
    (tmp_path / "mine.pub").write_text(own_key().text())
    assert check(files, files.__getitem__, key=str(tmp_path / "mine.pub")).trusted
    pointing = {**files, PUBLIC: str(tmp_path / "mine.pub").encode()}
    assert "cannot be read" in check(pointing, pointing.__getitem__).faults[0]


def test_a_file_that_is_too_large_is_no_key(tmp_path):
    (tmp_path / "large.pub").write_bytes(b"x" * 20_000)
    with pytest.raises(ReportError, match="it holds more than 10,000 bytes"):
        public_key(str(tmp_path / "large.pub"))


def test_a_good_bundle_has_no_faults_and_holds_the_report(bundle):
    opened = open_bundle(bundle)
    assert check_bundle(opened) == []
    assert {f"report/assay-{RUNS['one']}-full.{kind}" for kind in ("pdf", "json")} <= set(opened.names)
    assert {SIGNATURE, PUBLIC} <= set(opened.names)


def test_a_changed_byte_anywhere_is_named(bundle, tmp_path):
    """Flip bytes all over the zip: either a file is named, or the zip still holds exactly the same files."""
    original = bundle.read_bytes()
    with zipfile.ZipFile(bundle) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    generator = random.Random(0)
    named = 0
    for place in sorted(generator.sample(range(len(original)), 60)):
        path = tmp_path / "changed.zip"
        path.write_bytes(original[:place] + bytes([original[place] ^ 0xFF]) + original[place + 1 :])
        try:
            faults = check_bundle(open_bundle(path))
        except AuditError as error:
            named += str(path) in str(error)
            continue
        if faults:
            assert (
                any(name in fault for fault in faults for name in [*contents, "manifest.json"]) or "not in" in faults[0]
            )
            named += 1
            continue
        with zipfile.ZipFile(path) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == contents
    assert named > 50


def test_a_replaced_file_with_a_forged_manifest_fails_the_signature(store, home, tmp_path):
    out = export_run(store, RUNS["one"], tmp_path / "run", signer=partial(sign, comment="run 1"))
    forged = (out / "manifest.json").read_text().replace('"format": 1', '"format":  1')
    (out / "manifest.json").write_text(forged)
    assert any("signature" in fault for fault in check_bundle(open_bundle(out)))


def test_scores_recompute(store):
    assert check_scores(store, RUNS["reviews"]) == []
    scores = store.scores(RUNS["one"])
    from dataclasses import replace

    store.save_scores(RUNS["one"], [replace(scores[0], value=0.123), *scores[1:]])
    try:
        [fault] = check_scores(store, RUNS["one"])
        assert scores[0].key in fault
        assert "0.123" in fault
    finally:
        store.save_scores(RUNS["one"], scores)


@pytest.mark.skipif(shutil.which("minisign") is None, reason="minisign is not installed")
def test_minisign_agrees(files, tmp_path):
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    command = ["minisign", "-Vm", "manifest.json", "-x", SIGNATURE, "-p", PUBLIC]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
