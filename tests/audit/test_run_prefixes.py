"""The beginning of a run's id, as typed: what is ambiguous, unknown or no id is told in a sentence, and nothing is done."""

from __future__ import annotations

import inspect
import itertools
import secrets
from importlib import import_module

import pytest
from commands import typed
from runs import make_run

from audit.__main__ import COMMANDS
from audit.store import close_stores, open_store

IDS = ("abcd01234567", "abcd89abcdef", "fedc01234567")
COMMANDS_OF_A_RUN = {
    "status": (), "show": (), "resume": ("--detach",), "cancel": (), "priority": ("7",), "delete": ("--yes",),
    "report": ("--json", "OUT/r.json"), "export": ("--out", "OUT/b.zip", "--no-report"), "verify": (), "gate": (),
    "diff": (IDS[2],), "events": (), "edit": ("--star",), "again": ("--csv", "none.csv"),
    "labels": (), "slices": (), "shift": (), "calibrate": (), "influence": ("0123456789abcdef",),
}  # fmt: skip
"""Every command that takes a run, with what else it wants."""
UNKNOWN = "abcd01234568"
WRONG = ("", " ", "%", "_", "abcd%", "abcd", "abc", "ABCD01234567", UNKNOWN, "ａｂｃｄ", "latest ", ".", "abcd01234567\n")  # fmt: skip


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Three runs, two of which begin alike: one that goes on, two that have finished."""
    folder = tmp_path_factory.mktemp("prefixes")
    ids = itertools.chain(IDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSAY_HOME", str(folder / "home"))
        patch.delenv("ASSAY_DATABASE_URL", raising=False)
        drawn = secrets.token_hex
        patch.setattr("audit.run.client.secrets.token_hex", lambda size: next(ids) if size == 6 else drawn(size))
        close_stores()
        for seed, state in enumerate(("running", "finished", "finished")):
            make_run(open_store(), folder, rows=4, status=state, done=0.5 if state == "running" else 1.0, seed=seed)
        yield folder
        close_stores()


def kept() -> list[tuple[object, ...]]:
    store = open_store()
    runs = [store.run(one) for one in IDS]
    return [(run.id, run.status, run.wanted, run.priority, run.name, len(store.reports(run.id))) for run in runs]


def words(command: str, run: str, folder) -> list[str]:
    more = [word.replace("OUT", str(folder)) for word in COMMANDS_OF_A_RUN[command]]
    if command == "events":
        return ["events", "--run", run]
    return [command, "--", run, *more] if command in {"diff", "priority", "influence"} else [command, *more, "--", run]


def test_every_command_that_takes_a_run_is_tried():
    taking = set()
    for name, target in COMMANDS.items():
        module, _, attribute = target.partition(":")
        command = getattr(import_module(module), attribute)
        said = (
            str(inspect.signature(command)) if callable(command) and not hasattr(command, "registered_commands") else ""
        )
        if "RUN" in said or any(f"{one}:" in said for one in ("run_id", "what", "first")):
            taking.add(name)
    assert taking == set(COMMANDS_OF_A_RUN)


TRIED = [
    (command, given)
    for command, given in itertools.product(sorted(COMMANDS_OF_A_RUN), WRONG)
    if (command, given) != ("events", UNKNOWN)  # lists that the others were tried on it, and failed
]


@pytest.mark.parametrize(("command", "given"), TRIED)
def test_what_names_no_run_does_nothing(runs, command, given, monkeypatch):
    monkeypatch.chdir(runs)
    before = kept()
    done = typed("audit", *words(command, given, runs))
    assert done.status not in (0, 1, 3) or (command == "verify" and given == "."), done
    assert kept() == before
    assert [path.name for path in runs.iterdir() if path.suffix in {".zip", ".json"}] == []
    said = done.err.strip()
    assert said.startswith(("Error: ", "Could not run: ")), done
    assert "Traceback" not in said
    if given == "abcd":
        assert all(one in said for one in IDS[:2]), "which ones it may be"
        assert IDS[2] not in said
        assert "2 runs begin with 'abcd'" in said


@pytest.mark.parametrize("given", ["fedc", "fedc0", IDS[2]])
def test_a_beginning_of_four_signs_is_enough_where_it_is_one_runs(runs, given):
    assert IDS[2] in typed("audit", "status", given).out
    assert IDS[2] in typed("audit", "show", given, "--json").out


def test_to_delete_without_asking_the_beginning_is_not_enough(runs):
    before = kept()
    done = typed("audit", "delete", "fedc", "--yes")
    assert done.status == 2
    assert f"say {IDS[2]}" in done.err
    assert kept() == before
