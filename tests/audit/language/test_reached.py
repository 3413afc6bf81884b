"""Whatever pages, reports and commands show can be in a catalog: every literal of the sources that reads like words is accounted for.

Pages are held by tests/dashboard/test_words.py too, which follows what they are given; here it is every literal, wherever
it stands. What no catalog needs is listed below with its reason; anything new fails.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from unreached import unreached

from audit.language.gathering import errors_of, everything

ROOT = Path(__file__).resolve().parent.parent.parent.parent
MARKUP = "what a typesetter, browser, terminal or chart reads: fonts, colours, tags, places"
LOG = "written for a log, or a name of a step in one"
DATA = "data: texts that probes put in, try or look up, signs of a language"
PROGRAM = "what another program reads: statements, formats, commands, schemas"
NAMES = "names of licences, papers and resources"
DOCS = "tables for the pages of docs/, which are in English"
WHOLE: dict[str, str] = {
    "audit/behave/additions.py": DATA,
    "audit/behave/negation.py": DATA,
    "audit/behave/rewording.py": DATA,
    "audit/behave/shortcuts/padding.py": DATA,
    "audit/behave/spelling.py": DATA,
    "audit/behave/suites/checklist_sentences.py": DATA,
    "audit/resources/tagger.py": DATA,
    "audit/report/html.py": MARKUP,
    "audit/figures/shapes.py": MARKUP,
    "audit/store/migrations.py": PROGRAM,
    "audit/spec/model.py": PROGRAM,
    "audit/explain/metric_cards.py": DOCS,
    "models/settings.py": DOCS,
}
"""Files of which nothing is looked at."""
BITS: dict[str, dict[str, set[str]]] = {
    "audit/attack/population_recipes.py": {NAMES: {"sememes: wordnet"}},
    "audit/attack/side_by_side.py": {LOG: {"ask() was called outside a row"}},
    "audit/attack/validity.py": {DATA: {"will not", "shall not"}},
    "audit/actions/bundles.py": {PROGRAM: {"Assay run …, result …", ", without texts"}},
    "audit/behave/suites/layouts.py": {
        DATA: {"Hate speech", "changed texts", "all cases", "terms make no difference", "terms in templates"}
    },
    "audit/cli/suite_files.py": {DATA: {"new test"}},
    "audit/cli/show.py": {MARKUP: {"bold red"}},
    "audit/figures/attacks.py": {MARKUP: {"bottom left"}},
    "audit/live/actions.py": {DATA: {"A short sentence."}, LOG: {"… cannot be tried"}},
    "audit/report/facts.py": {PROGRAM: {"python -m audit verify … --replay 20"}},
    "audit/report/json_file.py": {PROGRAM: {"Assay report, schema …"}},
    "audit/resources/chinese.py": {NAMES: {"BSD, MIT"}},
    "audit/resources/vectors.py": {NAMES: {"Apache-2.0 and WordNet 3.0 License"}},
    "audit/run/bundle_shape.py": {PROGRAM: {"Value error,"}},
    "audit/behave/suites/toml_file.py": {PROGRAM: {"Value error,"}},
    "audit/run/finish.py": {LOG: {"the scores of run … could not be computed"}},
    "audit/run/jobs.py": {LOG: {"job … failed"}},
    "audit/run/shard.py": {LOG: {"shard … of run … failed"}},
    "audit/run/worker.py": {LOG: {"the worker", "a tick of the worker failed"}},
    "audit/run/workflows.py": {LOG: {"preparing run …", "scoring run …", "step … of …", "run … could not be prepared"}},
    "audit/said.py": {PROGRAM: {"A sentence: its key, and the values in it by name."}},
    "audit/score/calibration.py": {LOG: {"accuracy of the bins"}},
    "audit/score/definitions.py": {
        NAMES: {"…; Carton et al. 2020 (normalisation)"},
        DOCS: {"| score | better | unit | what it means | source |", "Also between floor and ceiling, as `"},
    },
    "audit/store/database.py": {PROGRAM: {"BEGIN IMMEDIATE"}},
    "audit/store/presence.py": {PROGRAM: {"waiting since"}},
    "audit/table/csv_rows.py": {PROGRAM: {"field limit", "end of data"}},
    "audit/table/label_likeness.py": {DATA: {"hate speech"}},
    "audit/xlsx_cells.py": {DATA: {"… [cut: too long for a cell of Excel]"}},
    "models/catalog_command.py": {DATA: {"A short sentence to try the model on.", "A short sentence."}},
    "models/onnx_engine.py": {DATA: {"A rather longer sentence, with a comma and 3 numbers: 1, 2, 3.", "A short one."}},
}
"""Single texts, by the reason why."""
STARTS: dict[str, dict[str, tuple[str, ...]]] = {
    "audit/explain/heatmap_page.py": {MARKUP: ("<", ":root{")},
    "audit/figures/theme.py": {MARKUP: ("'Source Sans'",)},
    "audit/report/signing.py": {PROGRAM: ("untrusted comment:", "trusted comment:")},
    "models/tokenizer_trial.py": {DATA: ("The film was a quiet delight",)},
}
"""Texts by how they begin."""
MODULES = sorted(
    path.relative_to(ROOT).as_posix() for folder in ("audit", "models") for path in (ROOT / folder).rglob("*.py")
)


def _accounted(path: str, text: str) -> bool:
    bits = {bit for bits in BITS.get(path, {}).values() for bit in bits}
    starts = tuple(start for starts in STARTS.get(path, {}).values() for start in starts)
    return text in bits or text.startswith(starts)


@pytest.mark.parametrize("folder", sorted({path.rsplit("/", 1)[0] for path in MODULES}))
def test_every_text_can_be_in_a_catalog(folder):
    errors = errors_of(ROOT)
    found = [
        f"{path}:{line}: {text}"
        for path in MODULES
        if path.rsplit("/", 1)[0] == folder and path not in WHOLE
        for line, text in unreached(ROOT / path, errors)
        if not _accounted(path, text)
    ]
    assert found == [], "say it by tr(), mark it by tr_later(), or give the reason why no catalog needs it here"


def test_every_exception_is_needed():
    errors, left = errors_of(ROOT), []
    for path, by_reason in BITS.items():
        there = {text for _, text in unreached(ROOT / path, errors)}
        left += [f"{path}: {bit}" for bits in by_reason.values() for bit in bits - there]
    assert left == []
    assert all((ROOT / path).exists() for path in WHOLE)


SEEN = """
print("two words")
x = f"the row {n} failed"
raise RuntimeError("x") from OSError(1)
def f(): return "nothing to do" if x else ""
"""
NOT_SEEN = '''
"""A module with words."""
tr("two words"); tr_n("{n} row", "{n} rows", 2); tr_later(f"the row {n} failed")
raise InputError(f"the row {n} failed")
typer.Option("--x", help="What it is for.")
log.warning("it went on all the same")
words = {"two words": 1}["two words"]
'''


def test_the_search_sees_what_is_not_said(tmp_path):
    for text, lines in ((SEEN, [2, 3, 5]), (NOT_SEEN, [])):
        (tmp_path / "module.py").write_text(text, encoding="utf-8")
        assert sorted(line for line, _ in unreached(tmp_path / "module.py", errors_of(ROOT))) == lines


def test_errors_and_helps_and_docstrings_of_commands_are_gathered():
    texts = {sentence.one for sentence in everything(ROOT)}
    assert {
        "There is no {kind} named '{name}'.", "--out {path} is a folder; name a file.", "Print one JSON object on stdout.",
        "List the runs, or show how far one is.", "Forget a registered model and the copy of its files; the folder it came from stays.",
        "{path}: the weights are damaged ({error}); copy the file again from its source.", "names of people and places",
    } <= texts  # fmt: skip
