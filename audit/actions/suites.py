"""Verbs of behavioural suites: kept by name with every version, and made ready to be asked within an audit."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from audit.actions.doing import doing
from audit.actions.reading import Reader
from audit.actor import Actor
from audit.behave.suites import bundled as own
from audit.behave.suites.drafting import Draft, Drawn, drawn, suite_text, with_labels, with_test, without_test
from audit.behave.suites.fitting import fits_labels, fitting, speaks
from audit.behave.suites.labels import named as labels_named
from audit.behave.suites.layouts import Columns, layout_of, read_table
from audit.behave.suites.model import WANTED, Suite, SuiteTest
from audit.behave.suites.probe import MOST_BYTES, require_small
from audit.behave.suites.toml_file import parse_toml, read_toml, suite_toml
from audit.behave.suites.wording import expected
from audit.errors import InputError, UnknownName
from audit.language.translating import tr_later
from audit.spec import ProbeSpec
from audit.spec import Suite as AuditSuite
from audit.stored import StoredSuite
from audit.table import preview

_NAME = re.compile(r"[\w][\w .,-]{0,58}[\w.-]|\w")
_NO_KEY = re.compile(r"[^\w.:+-]+")
_NO_FILE = re.compile(r"[^\w .,()\[\]+-]")
LONGEST_NAME = 60
EXPECTATIONS = "tests.csv"
"""What CheckList calls the file beside the cases."""
KIND, PROBE = "behaviour", "suite"


@dataclass(frozen=True, slots=True)
class NamedSuite:
    """A suite that can be chosen by its name.

    Attributes:
        name: its name; digest: of its content, which is its version.
        language: code, "" where it is not said; labels: that it is about.
        tests, cases: how many.
        kept: how it is kept; None for one that comes with Assay.
    """

    name: str
    digest: str
    language: str
    labels: tuple[str, ...]
    tests: int
    cases: int
    kept: StoredSuite | None = None

    def fits(self, labels: Sequence[str], languages: Sequence[str] = (), *, several: bool = False) -> bool:
        """Whether a model with these labels, on a table in these languages, can be asked most of it."""
        return speaks(self.language, languages) and fits_labels(self.labels, labels, several=several)


def bundled() -> tuple[NamedSuite, ...]:
    """The suites that come with Assay."""
    return tuple(_bundled(name, own.place(name).stat().st_mtime_ns) for name in own.names())


@lru_cache(maxsize=32)
def _bundled(name: str, written: int) -> NamedSuite:  # noqa: ARG001 - a file written since is another one
    suite = own.bundled(name)
    return NamedSuite(name, suite.digest, suite.language, suite.labels, len(suite.tests), suite.cases)


def listed(store: Reader) -> tuple[NamedSuite, ...]:
    """Every suite that can be chosen: those that come with Assay, then this installation's own."""
    return (*bundled(), *map(_kept, store.suites()))


def _kept(kept: StoredSuite) -> NamedSuite:
    facts = kept.facts
    labels = tuple(map(str, facts.get("labels", ())))
    return NamedSuite(
        kept.name, kept.digest, str(facts.get("language", "")), labels, int(facts.get("tests", 0)), int(facts.get("cases", 0)), kept
    )  # fmt: skip


def named(store: Reader, name: str) -> NamedSuite:
    """The suite of that name.

    Raises:
        UnknownName: there is none.
    """
    suites = listed(store)
    for suite in suites:
        if suite.name == name:
            return suite
    raise UnknownName("suite", name[:80], [suite.name for suite in suites])


def text_of(store: Reader, suite: NamedSuite) -> str:
    """Its file, as it was written.

    Raises:
        FilesError: it is not there.
    """
    if suite.kept is None:
        return own.place(suite.name).read_text(encoding="utf-8")
    return store.files.read(suite.kept.sha256).decode("utf-8")


def read(store: Reader, suite: NamedSuite) -> Suite:
    """What it says."""
    return own.bundled(suite.name) if suite.kept is None else parse_toml(text_of(store, suite), suite.name)


def text_of_file(path: Path, columns: Columns | None = None, name: str | None = None) -> tuple[str, Suite]:
    """A file as a suite of Assay's own: the text of its TOML, and what it says.

    Args:
        path: a TOML file, whose text stays as it is, or a table.
        columns: of a plain table; None: its layout is known by their names.
        name: of the suite of a table; None: the file's.

    Raises:
        InputError, TableError: it is none.
    """
    if path.suffix.casefold() == ".toml":
        suite = read_toml(path)
        return path.read_text(encoding="utf-8"), suite
    suite = read_table(path, name, columns)
    text = suite_toml(suite)
    return text, parse_toml(text, suite.name)


def text_of_upload(files: Mapping[str, bytes], columns: Columns | None = None) -> tuple[str, Suite]:
    """As `text_of_file` of files that were brought in: one, or CheckList's two.

    Args:
        files: name -> content; one that is called tests.csv says what is expected of the tests of the other.
        columns: of a plain table.

    Raises:
        InputError, TableError: they are no suite.
    """
    with _placed(files) as path:
        return text_of_file(path, columns, path.stem)


def columns_of_upload(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The columns of a table that was brought in; none of a TOML file.

    Raises:
        InputError, TableError: it is no table.
    """
    with _placed(files) as path:
        if path.suffix.casefold() == ".toml":
            return ()
        return tuple(cell.strip() for cell in preview(path, rows=1).header)


@contextmanager
def _placed(files: Mapping[str, bytes]) -> Iterator[Path]:
    """The file that holds the cases, with the other beside it, for as long as it is read."""
    called = {name: _file_name(name) for name in files}
    main = [name for name in files if called[name] != EXPECTATIONS] or list(files)
    if len(main) != 1:
        raise InputError("Bring in one file at a time, or CheckList's cases.csv together with its tests.csv.")
    name = called[main[0]]
    if name.casefold().endswith(".toml") and len(files[main[0]]) > MOST_BYTES:
        raise InputError(
            f"{name} has {len(files[main[0]]):,} bytes; a suite that is kept has at most {MOST_BYTES:,} as TOML: part it "
            "into several."
        )
    with TemporaryDirectory(prefix="assay-suite-") as folder:
        for said, content in files.items():
            (Path(folder) / called[said]).write_bytes(content)
        yield Path(folder) / name


def _file_name(said: str) -> str:
    """What a file is called here that a browser called so, which may be anything: its last part, of plain signs."""
    name = _NO_FILE.sub("_", said.replace("\\", "/").rpartition("/")[2]).strip(" .")[-LONGEST_NAME:]
    return EXPECTATIONS if name.casefold() == EXPECTATIONS else name or "suite"


def save(actor: Actor, text: str, name: str | None = None, *, new: bool = False) -> StoredSuite:
    """Keep a suite under a name: a new one, or the next version of the one that is there.

    Args:
        actor: who keeps it.
        text: its TOML, kept as it is.
        name: up to 60 letters, digits, spaces, and any of `.`, `,`, `-`, `_`; None: its own.
        new: there must not be one of that name yet.

    Raises:
        Forbidden: they may not.
        InputError: it is no suite, too large, or the name cannot be used.
    """
    require_small(text, name or tr_later("the suite"))
    suite = parse_toml(text, name or tr_later("the suite"))
    called = suite.name if name is None else name
    with doing(actor, "save_suite", called) as store:
        check_name(called)
        if new and any(called.casefold() == kept.name.casefold() for kept in store.suites()):
            raise InputError(f"There is a suite named '{called}' already; choose another name.")
        facts = {
            "language": suite.language, "labels": list(suite.labels), "tests": len(suite.tests), "cases": suite.cases,
        }  # fmt: skip
        return store.save_suite(called, text.encode(), suite.digest, facts, who=actor.subject)


def check_name(name: str) -> None:
    """Nothing where a suite can be kept under this name.

    Raises:
        InputError: it is none, is one of Assay's own, or would be taken for a file.
    """
    if not _NAME.fullmatch(name) or Path(name).suffix.casefold() in {
        ".toml",
        ".csv",
        ".tsv",
        ".xlsx",
        ".jsonl",
        ".parquet",
    }:
        raise InputError(
            f"'{name[:80]}' is no name for a suite: give 1 to 60 letters, digits, spaces, dots, commas, hyphens or underscores, "
            "beginning with a letter or digit, and no ending of a file."
        )
    if name.casefold() in {one.casefold() for one in own.names()}:
        raise InputError(f"'{name}' is the name of a suite that comes with Assay; choose another.")


def delete(actor: Actor, name: str) -> None:
    """Forget a suite with all its versions; runs hold what they asked.

    Raises:
        Forbidden: they may not.
        InputError: it comes with Assay.
        UnknownName: there is none.
    """
    with doing(actor, "delete_suite", name) as store:
        if name in own.names():
            raise InputError(f"The suite {name} comes with Assay and stays.")
        if not store.delete_suite(name):
            raise UnknownName("suite", name[:80], [kept.name for kept in store.suites()])


def fitting_probes(
    labels: Sequence[str], languages: Sequence[str] = (), *, several: bool = False, cases: int | None = None
) -> tuple[ProbeSpec, ...]:
    """The suites that come with Assay and fit, as an audit asks them.

    Args:
        labels: the model's, none where they are not known: then none fits.
        languages: of the table, as codes; none: not known, any.
        several: whether answers hold several labels.
        cases: of each test, at most.
    """
    names = fitting(labels, languages, several=several) if labels else ()
    return tuple(probe_of(name, "", cases=cases) for name in names)


def same_label(label: str, model: Sequence[str], *, several: bool = False) -> str | None:
    """What a model calls a label of a suite, by its name alone; None where it has none of it."""
    return labels_named([label], model, {}, several=several).get(label)


def of_audit(
    base: AuditSuite, languages: Collection[str], labels: Sequence[str] | None, *, several: bool = False
) -> tuple[ProbeSpec, ...]:
    """The probes of a suite of audits for one table and model: its own, and the behavioural suites with Assay that fit.

    Args:
        base: quick, standard or deep.
        languages: of the table, see `audit.spec.suites.Suite.suited`.
        labels: of the model; None or empty where they are not known: then no behavioural suite is taken.
        several: whether an answer holds several of them.
    """
    own = base.suited(languages)
    return (*own, *fitting_probes(labels or (), tuple(languages), several=several)) if base.behaviour else own


def as_probe(
    store: Reader, suite: NamedSuite, *, labels: Mapping[str, str] | None = None, cases: int | None = None
) -> ProbeSpec:
    """A suite as it stands in the spec of an audit; one of this installation goes along with its content.

    Args:
        store: where it is kept; suite: it.
        labels: of the suite, and what the model calls them.
        cases: of each test, at most.
    """
    content = "" if suite.kept is None else text_of(store, suite)
    return probe_of(suite.name, content, labels=labels, cases=cases)


def probe_of(
    name: str, content: str, *, labels: Mapping[str, str] | None = None, cases: int | None = None
) -> ProbeSpec:
    """The same of a suite that is not kept; `content` is its TOML, "" for one that comes with Assay.

    Raises:
        InputError: it is too large.
    """
    require_small(content, name)
    params: dict[str, Any] = {"suite": name}
    params |= {
        key: value for key, value in (("content", content), ("labels", dict(labels or {})), ("cases", cases)) if value
    }
    key = _NO_KEY.sub("-", name).strip("-")[:70] or "own"
    return ProbeSpec(kind=KIND, name=PROBE, id=f"{PROBE}:{key}", params=params)


def must_hold(test: SuiteTest) -> str:
    """What is expected of the cases of a test, as a clause in the language spoken."""
    return expected(test.expectation)


__all__ = [
    "KIND", "MOST_BYTES", "PROBE", "WANTED", "Columns", "Draft", "Drawn", "NamedSuite", "as_probe", "bundled", "check_name",
    "columns_of_upload", "delete", "drawn", "fitting_probes", "layout_of", "listed", "must_hold", "named", "probe_of", "read",
    "same_label", "save", "suite_text", "text_of", "text_of_file", "text_of_upload", "with_labels", "with_test", "without_test",
]  # fmt: skip
