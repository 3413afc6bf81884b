"""The commands about runs, as a user types them, on a small real model."""

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

import pytest

from audit.language.verdicts import of_run
from audit.run import client
from audit.store import close_stores


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


def audit(*arguments, home, check=None):
    """Call a command in this process, as `python -m audit` would; only workers are processes of their own."""
    from audit.__main__ import build
    from audit.cli.common import run_app

    out, err = io.StringIO(), io.StringIO()
    status = 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["audit", *map(str, arguments)])
        patch.setenv("ASSAY_HOME", str(home))
        patch.setenv("COLUMNS", "200")
        patch.setattr(sys, "stdin", io.StringIO())
        try:
            run_app(build())
        except SystemExit as ended:
            status = ended.code or 0
    done = Done(status, out.getvalue(), err.getvalue())
    assert check is None or done.returncode == check, done
    return done


@pytest.fixture(scope="module")
def place(tmp_path_factory, tiny_bert_dir):
    """A home with one finished run of 12 rows, its spec file and its table."""
    folder = tmp_path_factory.mktemp("commands")
    home = folder / "home"
    labels = ("red", "green", "blue")
    (folder / "t.csv").write_text(
        "text,label\n" + "".join(f"a plain text number {i},{labels[i % 3]}\n" for i in range(12))
    )
    probes = [{"kind": "prediction", "name": "predict"}, {"kind": "explainer", "name": "saliency", "rows": 4}]
    spec = {
        "name": "tiny",
        "model": {"name": str(tiny_bert_dir), "threads": 1},
        "table": {"path": str(folder / "t.csv")},
    }
    (folder / "spec.json").write_text(json.dumps(spec | {"probes": probes}))
    done = audit("run", "--spec", folder / "spec.json", "--json", home=home, check=0)
    yield folder, home, json.loads(done.stdout)
    close_stores()
    for guard in client._children:  # a guard ends its worker
        guard.terminate()
        guard.wait()


@pytest.mark.slow
def test_run_blocks_and_gives_one_json_object(place):
    _, _, result = place
    assert {"run_id", "status", "result_hash", "scores", "findings"} <= set(result)
    assert result["status"] == "finished"
    assert any(score["key"] == "accuracy" and score["n"] == 12 for score in result["scores"])


def test_show_and_status(place):
    _, home, result = place
    shown = audit("show", "latest", home=home, check=0).stdout
    assert "accuracy" in shown
    assert f"Verdict: {of_run(result['verdict'])}" in shown
    again = json.loads(audit("show", result["run_id"][:5], "--json", home=home, check=0).stdout)
    assert again["result_hash"] == result["result_hash"]
    assert again["provenance"]["environment"]["libraries"]["torch"]
    assert "finished" in audit("status", home=home, check=0).stdout
    status = json.loads(audit("status", "latest", "--json", home=home, check=0).stdout)
    assert status["rows_done"] == status["rows"] == 16


def test_resuming_a_finished_run_succeeds(place):
    _, home, result = place
    assert json.loads(audit("resume", "latest", "--json", home=home, check=0).stdout)["run_id"] == result["run_id"]


def test_verify_export_import_diff_delete(place):
    folder, home, result = place
    verified = json.loads(audit("verify", result["run_id"], "--replay", 5, "--json", home=home, check=0).stdout)
    assert verified["verified"]
    assert len(verified["replayed"]) == 5
    out = folder / "run.zip"
    audit("export", result["run_id"], "--out", out, home=home, check=0)
    assert "every hash is right" in audit("verify", out, home=home, check=0).stderr
    other = folder / "other"
    assert json.loads(audit("import", out, "--json", home=other, check=0).stdout)["run_id"] == result["run_id"]
    refused = audit("import", out, home=other)
    assert refused.returncode == 1
    assert "already" in refused.stderr
    found = json.loads(audit("diff", "latest", "latest", "--json", home=other, check=0).stdout)
    assert found["spec"] == []
    assert found["paired"][0]["difference"] == 0
    assert audit("delete", "latest", home=other).returncode == 2
    assert "whole id" in audit("delete", "latest", "--yes", home=other).stderr
    audit("delete", result["run_id"], "--yes", home=other, check=0)
    data = bytearray(out.read_bytes())
    data[len(data) // 2] ^= 1
    out.write_bytes(data)
    assert audit("verify", out, home=home).returncode == 1


def test_equal_files_of_other_names_are_called_by_their_own(place, tiny_bert_dir, tmp_path):
    folder, home, _ = place
    spec = json.loads((folder / "spec.json").read_text()) | {"probes": [{"kind": "prediction", "name": "predict"}]}
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    twin = tmp_path / "twin.tsv"
    twin.write_text('text\tlabel\nfine\t0\n"open\t1\nclosed"\t2\nso\t0\n')
    common = ("run", "--spec", tmp_path / "spec.json", "--csv", twin, "--json")
    done = audit(*common, home=home, check=0)
    assert "taken as positions in the model's labels: 0 = red" in done.stderr
    run_id, about = (json.loads(done.stdout)[key] for key in ("run_id", "table"))
    assert about["name"] == "twin.tsv"
    listed = audit("status", home=home, check=0).stdout
    assert [name in listed for name in ("twin.tsv", " t.csv ")] == [True, True]
    assert json.loads(audit("status", "--json", home=home, check=0).stdout)["runs"][0]["table_name"] == "twin.tsv"
    shown = audit("show", run_id, home=home, check=0).stdout
    assert "twin.tsv" in shown.replace("\n", " ")
    assert "Warning: The labels are numbers and were taken as positions" in shown
    assert "Warning: Lines 3 to 4 were read as one row" in shown
    html = tmp_path / "r.html"
    audit("report", run_id, "--html", html, home=home, check=0)
    assert "taken as positions" in html.read_text(encoding="utf-8")
    out = tmp_path / "twin.zip"
    audit("export", run_id, "--out", out, home=home, check=0)
    other = tmp_path / "other"
    audit("import", out, home=other, check=0)
    assert "Warning: Lines 3 to 4" in audit("show", run_id, home=other, check=0).stdout
    said = [word for pair in ("0=red", "1=green", "2=blue") for word in ("--map", pair)]
    apart = json.loads(audit(*common, "--no-quotes", *said, home=home, check=0).stdout)
    assert "Warning" not in audit("show", apart["run_id"], home=home, check=0).stdout
    assert "4 distinct rows of 4" in audit("show", apart["run_id"], home=home, check=0).stdout
    audit("delete", run_id, "--yes", home=home, check=0)
    audit("delete", apart["run_id"], "--yes", home=home, check=0)


def test_gate_tells_by_its_exit_status(place):
    folder, home, _ = place
    for bound, status in ((0.0, 0), (0.999, 1), (0.30, 3)):
        policy = folder / "policy.toml"
        policy.write_text(f'version = 1\nname = "p"\n[[check]]\nid = "a"\nscore = "accuracy"\nmin = {bound}\n')
        done = audit("gate", "latest", "--policy", policy, "--json", home=home)
        assert done.returncode == status, done.stdout
        assert json.loads(done.stdout)["findings"]
    assert audit("gate", "nothing", home=home).returncode == 2
    assert audit("gate", home=home).returncode == 2
    policy.write_text("version = 1\n[[check]]\nid = 'a'\nscore = 'acuracy'\nmin = 0.1\n")
    wrong = audit("gate", "latest", "--policy", policy, home=home)
    assert wrong.returncode == 2
    assert "line 4, field 'score': there is no score 'acuracy'; did you mean 'accuracy'" in wrong.stderr
    policy.write_text("[[check]]\nid = 'a'\nscore = 'flip_rate'\nprobe = 'typo'\nmax = 0.1\n")
    wrong = audit("gate", "latest", "--policy", policy, home=home)
    assert wrong.returncode == 2
    assert "line 4, field 'probe': there is no perturbation 'typo'" in wrong.stderr


def test_faults_of_a_policy_are_told_before_anything_runs(place):
    folder, home, _ = place
    runs = audit("status", "--json", home=home, check=0).stdout
    policy = folder / "broken.toml"
    policy.write_text("[[check]]\nid = 'a'\nscore = 'accuracy'\nmin = high\n")
    wrong = audit("run", "--spec", folder / "spec.json", "--policy", policy, home=home)
    assert wrong.returncode == 2
    assert "broken.toml is not valid TOML: line 4, column 7, field 'min': invalid value." in wrong.stderr
    spec = json.loads((folder / "spec.json").read_text()) | {"policy": {"check": [{"id": "a", "score": "accuracy"}]}}
    (folder / "inside.json").write_text(json.dumps(spec))
    wrong = audit("run", "--spec", folder / "inside.json", home=home)
    assert wrong.returncode == 2
    assert (
        "The policy of the spec is not a policy: [[check]] 1: give exactly one of min, max and margin" in wrong.stderr
    )
    assert audit("status", "--json", home=home, check=0).stdout == runs


def test_usage_errors_are_one_sentence(place):
    folder, home, _ = place
    (folder / "bad.csv").write_text("text,label\nfine,red\nodd,red,blue\n")
    faulty = audit("run", "--model", "m", "--csv", folder / "bad.csv", home=home)
    assert faulty.returncode == 2
    assert "line 3" in faulty.stderr
    (folder / "two.csv").write_text("text,label\nfine,positive\n")
    (folder / "odd.csv").write_text("text,label\nfine,positive\nodd,negative,blue\nso,neutral\n")
    faulty = audit("run", "--model", "sentiment", "--csv", folder / "odd.csv", home=home)
    assert faulty.returncode == 2
    assert "line 3" in faulty.stderr
    assert "line 4, column 'label': 'neutral' is not a label of the model (negative, positive)." in faulty.stderr
    for arguments, said in (
        (("run",), "Give --model and --csv"),
        (("run", "--model", "m", "--csv", "none.csv"), "does not exist"),
        (("run", "--spec", folder / "none.json"), "cannot be read"),
        (("run", "--model", "m", "--csv", folder / "t.csv", "--suite", "swift"), "quick"),
        (
            ("run", "--model", "sentiment", "--csv", folder / "two.csv", "--without", "atack"),
            "no kind or probe of this audit named 'atack'",
        ),
        (("show", "zzz"), "There is no run named 'zzz'"),
    ):
        done = audit(*arguments, home=home)
        assert done.returncode == 2, done.stderr
        assert said in done.stderr.replace("\n", " ")


def test_a_model_that_is_not_there_fails_the_run_with_its_reason(place):
    folder, home, _ = place
    done = audit("run", "--model", "no-such-model", "--csv", folder / "t.csv", "--json", home=home)
    assert done.returncode == 1
    result = json.loads(done.stdout)
    assert result["status"] == "failed"
    assert "no-such-model" in result["error"]
    assert audit("gate", result["run_id"], home=home).returncode == 4
