"""Write what pages of docs/ and the README list of the program, and the schema of reports: `make docs`.

A page holds such a list between two comments, and says by the first which:

    <!-- made: settings -->
    ...
    <!-- end -->

Everything between them is written anew from the tables of the code; what stands around them is people's. A test holds the
pages equal to what this makes.
"""

from __future__ import annotations

import argparse
import inspect
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from audit.actions.verbs import KINDS as ON  # noqa: E402
from audit.actions.verbs import VERBS  # noqa: E402
from audit.cards import card  # noqa: E402
from audit.kinds import KINDS, find  # noqa: E402
from audit.language.translating import tr  # noqa: E402
from audit.parameters import Parameter, declared  # noqa: E402
from audit.report.json_file import SCHEMA, schema_text  # noqa: E402
from audit.score.definitions import as_markdown  # noqa: E402
from models.language_names import language_list  # noqa: E402
from models.settings import CONFIG, FOR_DEVELOPMENT, OTHERS, SETTINGS, Setting  # noqa: E402

PLACE = re.compile(r"(?<=<!-- made: )(?P<name>[\w-]+)( -->\n).*?(?=<!-- end -->)", re.DOTALL)


def _own(kind: str) -> list[str]:
    """The probes of a kind that come with Assay, others' left out."""
    return [name for name, path in KINDS[kind].probes.items() if path.startswith("audit.")]


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of Markdown."""
    lines = [list(heads)]
    lines += [["---"] * len(lines[0]), *([cell.replace("|", "\\|") or "-" for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def probes(kind: str) -> str:
    """The probes of a kind that are Assay's own: what each does, where from, what it wants, what it costs."""
    return table(
        ("probe", "called", "what it does", "paper", "languages", "needs", "cost of a row"),
        (_probe(kind, name) for name in _own(kind)),
    )


def _probe(kind: str, name: str) -> Iterator[str]:
    about, probe = card(kind, name), find(kind, name)
    summary = (inspect.getdoc(probe) or "").partition("\n\n")[0].replace("\n", " ")
    yield f"`{name}`"
    yield about.title if about.evidence else f"{about.title} (a view, not evidence)"
    yield f"{_capital(about.act)}. {summary}"
    yield about.paper
    yield language_list(about.languages) or "any"
    yield ", ".join((*(f"`{need}`" for need in about.needs), *filter(None, [about.reads])))
    yield about.cost


def parameters(kind: str) -> str:
    """What may be set on the probes of a kind: a line for each parameter that some of them have alike."""
    owners: dict[Parameter, list[str]] = {}
    for name in _own(kind):
        for one in declared(find(kind, name)):
            if one.place != "nowhere":
                owners.setdefault(one, []).append(name)
    return table(
        ("probe", "parameter", "default", "may be", "what it does"),
        ((_whose(names, _own(kind)), *_parameter(one)) for one, names in owners.items()),
    )


def _whose(owners: list[str], everyone: list[str]) -> str:
    """Names of probes, as short as may be."""
    others = [f"`{name}`" for name in everyone if name not in owners]
    if len(others) > 1 or len(owners) == 1:
        return ", ".join(f"`{name}`" for name in owners)
    return f"all but {others[0]}" if others else "all"


def _parameter(one: Parameter) -> tuple[str, str, str, str]:
    default = "none" if one.default is None else f"`{json.dumps(one.default)}`"
    return f"`{one.name}`", default, one.allowed, tr(one.help) if one.help else ""


def commands(program: str) -> str:
    """The commands of `python -m audit` or `python -m models`, those within a command as well."""
    import typer

    from audit.__main__ import build
    from models.__main__ import app

    group = typer.main.get_command({"audit": build, "models": lambda: app}[program]())
    return table(("command", "what for"), _commands(f"python -m {program}", group))


def _commands(called: str, command: object) -> Iterator[tuple[str, str]]:
    within = getattr(command, "commands", None)
    if within is None or getattr(command, "invoke_without_command", False):
        yield f"`{called}`", (getattr(command, "help", "") or "").partition("\n\n")[0].replace("\n", " ")
    for name, one in (within or {}).items():
        yield from _commands(f"{called} {name}", one)


def dashboard() -> str:
    """The command that starts the dashboard, and its options."""
    from dashboard.__main__ import command_line

    parser = command_line()
    options = ((f"`{', '.join(a.option_strings)}`", _capital(a.help or "")) for a in _options(parser))
    told = [(f"`{parser.prog}`", parser.description or ""), *options]
    return table(("command, option", "what for"), told)


def _options(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [action for action in parser._actions if action.option_strings]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def settings(some: Iterable[Setting]) -> str:
    """Settings by both their names."""
    return table(
        ("environment", "assay.toml", "option", "default", "what it does"),
        ((f"`{one.variable}`", "" if one in (CONFIG, *FOR_DEVELOPMENT.values()) else f"`{one.name}`",
          f"`{one.option}`" if one.option else "", one.default, one.about) for one in some),
    )  # fmt: skip


def links() -> str:
    """Every page of docs/ by its title."""
    pages = sorted((ROOT / "docs").glob("*.md"))
    titles = (page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ") for page in pages)
    return "\n".join(f"- [{title}](docs/{page.name})" for title, page in zip(titles, pages, strict=True))


def kinds() -> dict[str, Callable[[], str]]:
    """Of each kind with probes of Assay's own the list of them, and of what may be set on them where anything may."""
    named = {name: kind for name, kind in KINDS.items() if kind.probes}
    settable = [name for name in named if any(declared(find(name, probe)) for probe in _own(name))]
    return {
        **{name: lambda name=name: probes(name) for name in named},
        **{f"{name}-parameters": lambda name=name: parameters(name) for name in settable},
    }


MADE: dict[str, Callable[[], str]] = {
    **kinds(),
    "commands-audit": lambda: commands("audit"),
    "commands-models": lambda: commands("models"),
    "commands-dashboard": dashboard,
    "settings": lambda: settings([CONFIG, *SETTINGS.values()]),
    "settings-development": lambda: settings(FOR_DEVELOPMENT.values()),
    "settings-others": lambda: table(("environment", "what it does here"), ((f"`{n}`", s) for n, s in OTHERS.items())),
    "verbs": lambda: table(
        ("event", "on", "what it says", "who may"),
        ((f"`{n}`", ON[v.kind], v.title, f"{v.needs.name.lower()}s") for n, v in VERBS.items()),
    ),
    "scores": lambda: as_markdown().strip(),
    "links": links,
}


def pages() -> dict[Path, str]:
    """The README, every page of docs/ and the schema of reports, as each is to be."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return {**{page: made(page.read_text(encoding="utf-8")) for page in found}, SCHEMA: schema_text()}


def made(text: str) -> str:
    """A page with its lists written anew.

    Raises:
        KeyError: it wants a list that there is none of.
    """
    return PLACE.sub(lambda place: f"{place['name']}{place[2]}\n{MADE[place['name']]()}\n\n", text)


if __name__ == "__main__":
    for page, text in pages().items():
        if text != page.read_text(encoding="utf-8"):
            page.write_text(text, encoding="utf-8")
            print(page.relative_to(ROOT))
