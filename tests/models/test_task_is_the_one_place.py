"""Nobody but `models.task` takes the largest probability, compares answers or joins labels: the sources are searched."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OWN = {"models/answer.py", "models/task.py", "models/label_sets.py"}
ANSWERS = frozenset({
    "label", "predicted", "predicted_label", "prediction", "truth", "true", "true_label", "gold", "gold_first", "gold_second",
    "answer", "decision", "flipped_to", "target", "head",
})  # fmt: skip
"""What variables, fields and columns are called that hold an answer, a label, or the kind of a head."""

ALLOWED = {
    (
        "models/states.py",
        "inputs['attention_mask'].to(torch.int64).argmax(dim=1)",
    ): "where a row begins that is padded on the left",
    ("audit/score/collecting.py", "labels[nearest] == true"): "labels of two tables, each as its table has it",
    ("audit/score/collecting.py", "name != label"): "labels of one table, of which all others are counted",
    ("audit/table/personal.py", "'|'"): "alternatives of a pattern",
    # largest of what are no outputs of a model
    ("audit/explain/integrated_gradients.py", "found.missed.argmax()"): "the interval with the largest gap",
    ("audit/explain/shapley.py", "(added[:, 1:] ^ added[:, :-1]).argmax(axis=2)"): "the word that a permutation adds",
    ("audit/resources/vectors.py", "np.abs(axes).argmax(axis=0)"): "the sign of an axis of word vectors",
    (
        "audit/score/bootstrap.py",
        "np.argmax(mass >= q * mass[:, -1:] - 1e-09, axis=1)",
    ): "the first value beyond a quantile",
    ("models/trial_capabilities.py", "np.abs(after - before).argmax()"): "the output that a step of a trial moves most",
    ("audit/behave/identity/lists.py", "'|'"): "alternatives of a pattern",
    ("audit/behave/negation.py", "'|'"): "alternatives of a pattern",
    ("audit/figures/attacks.py", "few.idxmax()"): "a point of a curve that is named",
    ("audit/figures/explanations.py", "best.idxmax()"): "a method that is named",
    # which heads there are
    ("models/heads.py", "head != 'multi_label'"): "thresholds that no other head has",
    ("models/loading.py", "head == 'multi_label'"): "thresholds that no other head has",
    (
        "audit/behave/triggers/first_order.py",
        "inputs['attention_mask'].to(torch.int64).argmax(dim=1)",
    ): "where a row begins",
    ("audit/score/triggers.py", "target == effect.line['target']"): "phrases of one class",
    # one label against one label: parts of answers, not answers
    (
        "audit/figures/predictions.py",
        "table['true'] != table['predicted']",
    ): "confusion is of models of one label alone",
    ("audit/figures/predictions.py", "line['true'] != line['predicted']"): "confusion is of models of one label alone",
    ("audit/figures/predictions.py", "line['true'] == line['predicted']"): "confusion is of models of one label alone",
    ("audit/report/predicted.py", "table['true'] != table['predicted']"): "confusion is of models of one label alone",
    ("audit/report/chapters/classes.py", "c.true != c.predicted"): "confusion is of models of one label alone",
    ("audit/score/performance.py", "table['true'] != table['predicted']"): "confusion is of models of one label alone",
    ("audit/score/performance.py", "rows['label'] == true"): "confusion is of models of one label alone",
    ("audit/score/performance.py", "of_class['predicted'] == other"): "confusion is of models of one label alone",
    ("audit/score/data.py", "named[column] == label"): "the shares of labels are of models of one label alone",
    ("audit/report/chapters/explanations.py", "word.target == target"): "words of one explained label",
    ("audit/figures/word_importance.py", "drawn['target'] == target"): "words of one explained label",
    ("audit/figures/word_importance.py", "table['target'] == top['target']"): "words of one explained label",
    ("audit/score/importance.py", "lines.target[of_word] == word['target']"): "words of one explained label",
    ("audit/score/shortcuts.py", "lines.target[own] == word['target']"): "words of one explained label",
    ("audit/score/shortcuts.py", "self._target == target"): "words of one explained label",
    ("dashboard/draw/chart_tables.py", "table['target'] == target"): "words of one explained label",
    (
        "audit/table_choices.py",
        "found.setdefault(typed, label) != label",
    ): "--map says two things of one label of a table",
    ("audit/table/labels.py", "typed != label"): "a label of a table that is spelled otherwise than the model's",
    ("models/training_data.py", "other != label"): "one text twice with other labels in data to train on",
    ("models/card.py", "true == predicted"): "places of labels of what was trained, which has one each",
    ("audit/score/conformal.py", "truth[~fit] == number"): "rows of a class, to tell how often its sets hold it",
    ("audit/score/weak/candidates.py", "rows['label'] == label"): "rows of a true class, as a part of the table",
    ("audit/score/label_sets.py", "truth != predicted"): "label by label, of rows taken apart",
    ("audit/explain/rows.py", "found == row.target"): "what is explained, not an answer",
    ("dashboard/draw/answers.py", "label == NONE"): "a choice of a filter",
    ("models/label_file.py", "label == f'LABEL_{i}'"): "a label that is no name",
    ("models/scripts.py", "max(sorted(weights), key=weights.__getitem__, default='')"): "the script of most letters",
    (
        "audit/actions/label_reviews.py",
        "label == example.label",
    ): "what a person would label a row, against the table's label",
    (
        "audit/report/chapters/labels.py",
        "one.relabelled != one.answer",
    ): "what a person would label a row, to say it once",
    ("audit/report/labelled.py", "found['label'] != found['other_label']"): "labels of a table that stand by one text",
    ("audit/score/labels/listing.py", "label[one] != label[other]"): "labels of a table that stand by one text",
    ("audit/score/labels/scores.py", "label[twins.first] != label[twins.second]"): "labels of a table by like texts",
    (
        "audit/score/labels/learning.py",
        "np.where(reached, probs, -1.0).argmax(axis=1)",
    ): "the class a row belongs to beyond its threshold",
    ("audit/score/labels/floor.py", "coarse.argmax(axis=0)"): "a point of a grid",
    ("audit/score/labels/floor.py", "profile.argmax()"): "a point of a grid",
    (
        "audit/score/places/plane.py",
        "np.abs(axes).argmax(axis=0)",
    ): "the largest part of an axis, by which its sign is told",
    ("audit/score/shift/distributions.py", "np.argmax(np.abs(second - first))"): "the value whose share differs most",
    # the sign as itself
    ("audit/several_values.py", "'|'"): "between the values of a cell of a table",
    ("audit/where.py", "'|'"): "alternatives of a condition that people type",
    ("audit/report/csv_files.py", "'|'"): "parts of cells that hold lists of parameters and row ids",
    ("audit/report/chapters/appendix.py", "'|'"): "terms and meanings of the glossary",
    ("audit/attack/validity.py", "'|'"): "alternatives of a regular expression",
    ("models/adapters.py", "'|'"): "alternatives of a regular expression",
    ("audit/table/options.py", "'|'"): "a delimiter of columns",
    ("models/table_options.py", "'|'"): "a delimiter of columns",
    ("audit/table_choices.py", "'|'"): "a delimiter of columns",
    ("audit/figures/explanations.py", "'|'"): "parts of the name of a point of a chart",
    ("audit/figures/predictions.py", "'|'"): "parts of the name of a point of a chart",
    ("audit/figures/contents.py", "'|'"): "parts of the name of a point of a chart",
    ("audit/score/definitions.py", "'|'"): "cells of a Markdown table",
    ("dashboard/page/paging.py", "'|'"): "row ids as one text to hash",
    ("dashboard/views/report_performance.py", "'|'"): "kind and label of a point of a chart",
}


def sources() -> Iterator[tuple[str, ast.AST]]:
    for room in ("models", "audit", "dashboard"):
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name not in OWN:
                yield name, ast.parse(path.read_text(encoding="utf-8"))


def strays(name: str, tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if _largest(node) or _compared(node) or _joined(node):
            yield name, ast.unparse(node)


def _largest(node: ast.AST) -> bool:
    """`argmax` of anything, and `max` of places by what stands there."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    key = next((word.value for word in node.keywords if word.arg == "key"), None)
    by_place = called == "max" and isinstance(key, ast.Attribute) and key.attr == "__getitem__"
    return called in ("argmax", "nanargmax", "idxmax") or by_place


def _compared(node: ast.AST) -> bool:
    """`==` and `!=` of what is called an answer, with what is neither nothing nor a literal."""
    if not (isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq)):
        return False
    sides = (node.left, node.comparators[0])
    literal = any(isinstance(side, ast.Constant) for side in sides)
    head = any(_called(side) == "head" for side in sides)
    return any(_called(side) in ANSWERS for side in sides) and (head or not literal)


def _joined(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == "|"


def _called(node: ast.AST) -> str:
    """What a variable, field or column is called; a part of one, or what was made of it, as the whole."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        inner = node.slice
        return str(inner.value) if isinstance(inner, ast.Constant) else _called(node.value)
    if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name) and node.func.id in ("str", "set"):
        return _called(node.args[0])
    return ""


def test_answers_are_read_and_compared_in_one_place() -> None:
    found = {stray for name, tree in sources() for stray in strays(name, tree)}
    assert sorted(found - ALLOWED.keys()) == [], "ask models.task, or say here why this is no answer"


def test_what_is_allowed_is_still_there() -> None:
    found = {stray for name, tree in sources() for stray in strays(name, tree)}
    assert sorted(ALLOWED.keys() - found) == []


def test_the_search_finds_each_way_of_going_round() -> None:
    lines = {
        "probs.argmax()": 1, "np.argmax(probs)": 1, "max(range(3), key=probs.__getitem__)": 1, "record.predicted == example.label": 1,
        "row['label'] != row['predicted']": 1, "'|'.join(labels)": 1, "typed.split('|')": 1, "classifier.head == 'multi_label'": 1,
        "rows['label'] != ''": 0, "max(probs)": 0, "task.same(predicted, label)": 0, "before != after": 0,
    }  # fmt: skip
    for line, count in lines.items():
        assert len(list(strays("x.py", ast.parse(line)))) == count, line
