"""What may be chosen of a table is declared once and reaches every command, spec, page and report."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Annotated, Any

import pytest
import typer
from pydantic import BaseModel
from typer.testing import CliRunner

from audit.__main__ import COMMANDS, build
from audit.spec import AuditSpec, ModelSpec, ProbeSpec, TableSpec
from audit.table.options import TableOptions
from audit.table_choices import TableChoices, TableReading
from models.__main__ import app as models_app
from models.flags import Flag, Without, flags, spread, typed
from models.table_options import Reading

CHOSEN: dict[str, Any] = {
    "text": "body", "label": "-", "pair": "answer", "groups": ("region", "the channel"), "rationale": "why", "encoding": "gb18030",
    "delimiter": "|", "quotes": False, "sheet": "Q3 'new'", "header": False, "label_map": {"a=b": "good", "0": "x=y"}, "keep_good": True,
}  # fmt: skip
"""Of everything that may be chosen another value than its default."""
NEVER_TYPED = {"rationale"}
READ_TABLES = {"predict", "explain", "attack", "run", "gate"}


def options_of(command: Any) -> dict[str, Any]:
    return {name: parameter for parameter in command.params for name in parameter.opts}


def test_every_choice_is_tried_below():
    assert set(CHOSEN) == set(TableChoices.model_fields)
    assert all(TableChoices.model_fields[name].get_default() != value for name, value in CHOSEN.items())


def test_every_command_that_reads_a_table_takes_every_choice():
    commands = typer.main.get_command(build()).commands
    asked = {name for name, command in commands.items() if "--csv" in options_of(command)}
    others = {"again": "reads a table as an earlier run did", "report": "writes one", "labels": "writes one"}
    assert asked == READ_TABLES | set(others)
    for name in READ_TABLES:
        wanted = {
            flag.name: flag.help
            for field, flag in flags(TableChoices).items()
            if name in ("run", "gate") or field != "groups"
        }
        shown = {option: p.help for option, p in options_of(commands[name]).items() if option in wanted}
        assert shown == wanted, name
    trained = typer.main.get_command(models_app).commands
    for name in ("train", "average"):
        assert {flag.name for flag in flags(Reading).values()} <= set(options_of(trained[name]))


def test_what_is_called_alike_when_training_and_auditing_is_the_same_option():
    own, theirs = flags(Reading), flags(TableChoices)
    assert {name: theirs[name] for name in own} == own


def test_no_command_has_an_option_of_tables_of_its_own(monkeypatch):
    """A choice more is an option more of each of them, in its place, without an edit of any."""

    class More(TableChoices):
        decimal: Annotated[str | None, Flag("--decimal-sign", help="Sign before decimals.")] = None

    import audit.table_choices

    monkeypatch.setattr(audit.table_choices, "TableChoices", More)
    for name in READ_TABLES:
        command = _loaded_anew(name)
        shown = list(options_of(command))
        assert shown.index("--decimal-sign") == shown.index("--keep-good") + 1, name


def _loaded_anew(name: str) -> Any:
    """The command as it would be, were its module imported now."""
    import importlib.util
    import sys

    made, before = typer.Typer(), dict(sys.modules)
    try:
        for module in ("audit.cli.common", COMMANDS[name].partition(":")[0]):
            spec = importlib.util.find_spec(module)
            fresh = importlib.util.module_from_spec(spec)
            sys.modules[module] = fresh
            spec.loader.exec_module(fresh)
        made.command(name)(spread(getattr(fresh, name)))
        return typer.main.get_command(made)
    finally:
        sys.modules.clear()
        sys.modules.update(before)


def test_what_is_typed_is_what_was_chosen_and_the_other_way_round():
    taken: list[TableChoices] = []

    def look(choices: TableChoices) -> None:
        taken.append(choices)

    made = typer.Typer()
    made.command()(spread(look))
    choices = TableChoices(**{name: value for name, value in CHOSEN.items() if name not in NEVER_TYPED})
    words = typed(choices)
    assert shlex.split(shlex.join(words)) == words
    assert CliRunner().invoke(made, words).exit_code == 0
    assert CliRunner().invoke(made, []).exit_code == 0
    assert taken == [choices, TableChoices()]


@pytest.mark.parametrize("name", CHOSEN)
def test_a_choice_reaches_what_reads_tables_and_what_is_audited(name):
    chosen = TableChoices(**{name: CHOSEN[name]})
    spec = TableSpec.of(chosen, path="t.csv")
    assert getattr(spec, name) == CHOSEN[name]
    assert TableSpec.model_validate(spec.to_json()) == spec
    if name in TableReading.model_fields:
        read = TableOptions.of(spec, limit=3)
        assert getattr(read, name) == CHOSEN[name]
        assert read.limit == 3
        assert TableOptions.of(spec.to_json()) == TableOptions.of(chosen)


def test_what_was_chosen_on_a_page_is_read_by_the_same_names():
    remembered = {**CHOSEN, "groups": ["region", "the channel"], "model": "m", "no_guess": True}
    assert TableChoices.of(remembered) == TableChoices(**CHOSEN)
    assert TableChoices.of({"text": "", "encoding": None, "quotes": None}) == TableChoices()


def test_specs_from_before_a_choice_keep_their_hash():
    """Written out: what the first specs said of a table, each with its default."""
    spec = AuditSpec(
        model=ModelSpec(name="m"), table=TableSpec(path="t.csv"), probes=(ProbeSpec(kind="prediction", name="predict"),)
    )
    first = {
        "path": "t.csv", "name": None, "text": None, "label": None, "pair": None, "groups": [], "rationale": None, "encoding": None,
        "delimiter": None, "quotes": True, "keep_good": False, "label_map": {}, "fingerprint": None,
    }  # fmt: skip
    assert spec.to_json()["table"] == first
    assert spec.hash == "d18d8a2a0da939ca4f6a3cd3c1d87b58c6478f8625db14f4f2d3882930e3fb73"
    more = spec.model_copy(update={"table": TableSpec(path="t.csv", sheet="s", header=False)})
    assert more.to_json()["table"] == {**first, "sheet": "s", "header": False}


class Cut(BaseModel):
    """For a command of these tests."""

    before: int = 0
    edges: Annotated[tuple[str, ...], Flag("--edge", help="An edge.", many=True)] = ()
    smooth: Annotated[bool, Flag("--rough", help="Not smooth.", denies=True)] = True
    share: Annotated[float | None, Flag("--share", help="How much.", metavar="X")] = None
    weights: Annotated[
        Mapping[str, int],
        Flag(
            "--weight", help="NAME=N.", many=True,
            read=lambda said: {name: int(n) for name, _, n in (one.partition("=") for one in said)},
            write=lambda weights: [f"{name}={n}" for name, n in weights.items()],
        ),
    ] = {}  # fmt: skip


def test_flags_of_every_form():
    taken: list[tuple[str, Cut, bool]] = []

    def saw(wood: Annotated[str, typer.Argument()], *, cut: Cut, dry: bool = False) -> None:
        """Saw it."""
        taken.append((wood, cut, dry))

    made = typer.Typer()
    made.command()(spread(saw))
    words = ["oak", "--edge", "a", "--rough", "--edge", "b", "--share", "0.5", "--weight", "x=2", "--dry"]
    assert CliRunner().invoke(made, words).exit_code == 0
    assert taken == [("oak", Cut(edges=("a", "b"), smooth=False, share=0.5, weights={"x": 2}), True)]
    shown = CliRunner().invoke(made, ["--help"]).output
    assert "Saw it." in shown
    assert "before" not in shown
    assert CliRunner().invoke(made, ["oak", "--share", "much"]).exit_code == 2
    assert typed(taken[0][1]) == ["--edge", "a", "--edge", "b", "--rough", "--share", "0.5", "--weight", "x=2"]


def test_a_command_may_leave_a_field_out():
    taken: list[Cut] = []

    def saw(cut: Annotated[Cut, Without(("share", "edges"))]) -> None:
        taken.append(cut)

    made = typer.Typer()
    made.command()(spread(saw))
    assert not {"--share", "--edge"} & set(options_of(typer.main.get_command(made)))
    assert CliRunner().invoke(made, ["--rough"]).exit_code == 0
    assert taken == [Cut(smooth=False)]
