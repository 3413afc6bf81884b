"""A model is tried once, after it is loaded: does its answer to a text depend on that text alone, and what can it do?

The same texts are run alone, again, after others, after a much longer one, among rows of equal length and among rows of
other lengths that are padded. What does not hold is mended where it can be (`Findings`), taken from the capabilities
with its reason, or refused, before any row is audited. All of it by trying: no architecture is known by its name here.

Trials run on the CPU in float32, whatever the model will run on: rounding is least there, so that it cannot be taken
for a fault, and a fault of a model of random weights not for rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from models.classifier import TokenRow
from models.errors import ModelError, TextError
from models.names import first_line
from models.state import State
from models.translating import tr_later
from models.trial_answers import Logits, Rows, Tolerance
from models.trial_capabilities import FAILURES, try_capabilities
from models.trial_results import Batching, Findings, keep_findings, load_findings
from models.trial_texts import TrialTexts, content, masked, trial_texts, twins

if TYPE_CHECKING:
    from models.huggingface import HuggingFaceClassifier

RANDOM = 5
"""A model is called random when its answers to the same text differ by so many times as much."""
LONGEST = ((300_000_000, 1_024), (2_000_000_000, 256))
"""Up to so many parameters, texts of up to so many tokens are tried."""
SHORT = 64
BATCHINGS: tuple[Batching, ...] = ("padded", "equal", "alone")


def findings_of(classifier: HuggingFaceClassifier) -> Findings:
    """What is known of a model that has just been loaded, on the CPU in float32; tried now unless that was done before."""
    known = load_findings(classifier.fingerprint)
    if known is not None and known.embedding in {None, *(name for name, _ in classifier.module.named_modules())}:
        return known
    with torch.random.fork_rng(devices=[]):
        found = try_model(classifier)
    if not found.refused:  # what failed may have failed for want of memory: it is tried again
        keep_findings(classifier.fingerprint, found)
    return found


def try_model(classifier: HuggingFaceClassifier) -> Findings:
    """Try a model; it is left as it was loaded, and runs by what was found."""
    start = State(classifier.module)
    try:
        found = _Trial(classifier, start).run()
    except ModelError as error:
        found = Findings(refused=str(error))
    except FAILURES as error:
        found = Findings(refused=failing(tr_later("when it is tried"), error))
    start.restore()
    classifier.adopt(found)
    return found


class _Trial:
    def __init__(self, classifier: HuggingFaceClassifier, start: State) -> None:
        self.classifier, self._start = classifier, start
        self.found = Findings()
        self._adopt()

    def run(self) -> Findings:
        texts = trial_texts(self.classifier)
        self._find_padding_seekers(texts)
        self._find_limit(texts)
        rows = trial_rows(self.classifier, texts)
        rows, right = self._alone(rows)
        same = Tolerance(right)
        self._find_memory(rows, right, same)
        self._find_batching(rows, right, same)
        self._start.restore()
        self.found = try_capabilities(self.classifier, self.found, texts, rows, same)
        return self.found

    def _adopt(self, **found: Any) -> None:
        self._start.restore()
        self.found = replace(self.found, **found)
        self.classifier.adopt(self.found)
        # what the classifier sets on purpose is no change of the model's own
        self._start = State(self.classifier.module)

    def _run(self, rows: Sequence[TokenRow]) -> Logits:
        return self.classifier.run_batch(list(rows))

    def _fresh(self, row: TokenRow) -> Logits:
        """A row alone, by the model as it was loaded."""
        self._start.restore()
        logits: Logits = self._run([row])[0]
        return logits

    def _find_padding_seekers(self, texts: TrialTexts) -> None:
        """Decoders find the end of a text by looking for the padding id, which may well be part of the text."""
        pad = self.classifier.module.config.get_text_config().pad_token_id
        row = self.classifier.encode_rows([texts.plain[5]])[0][0]
        places = {len(row) - 1, *content(self.classifier, row)[-1:]}
        rows = [replace(row, ids=(*row.ids[:i], pad, *row.ids[i + 1 :])) for i in places] if pad else [row]
        before = [_tried(self._fresh, one) for one in (row, *rows)]
        self._adopt(hide_pad=True)
        after = [_tried(self._fresh, one) for one in (row, *rows)]
        sound = [one for one in after if one is not None]
        same = Tolerance(np.stack(sound)) if sound else None
        changed = any(
            old is None or (same is not None and not same(old, new))
            for old, new in zip(before, after, strict=True)
            if new is not None
        )
        self._adopt(hide_pad=changed or pad is None)

    def _find_limit(self, texts: TrialTexts) -> None:
        """The longest row that the model can be run on: a position table may end before its files say."""
        limit = self.classifier.max_tokens
        if limit > longest_tried(self.classifier):
            return
        [row], _ = self.classifier.encode_rows([texts.long(limit)])
        if _tried(self._fresh, row) is not None:
            return
        works, fails = 1, len(row)
        while fails - works > 1:
            middle = (works + fails) // 2
            [cut], _ = self.classifier.encode_rows([texts.long(middle)])
            cut = replace(cut, ids=cut.ids[:middle], type_ids=cut.type_ids and cut.type_ids[:middle])
            works, fails = (middle, fails) if _tried(self._fresh, cut) is not None else (works, middle)
        if works > 8:  # fewer are no limit: the model fails for another reason, which is told later
            self._adopt(max_tokens=works)

    def _alone(self, rows: Rows) -> tuple[Rows, Logits]:
        """The right answers: each row alone, by the model as it was loaded. Rows that fail are left out.

        Raises:
            TextError: it fails on all.
        """
        kept, right, error = [], [], None
        for row in rows.all:
            try:
                right.append(self._fresh(row))
                kept.append(row)
            except FAILURES as reason:
                error = reason
        if len(kept) < 2:
            raise TextError(failing("on every text it was tried on", error))
        return Rows(tuple(kept[:-1]), kept[-1]), np.stack(right)

    def _find_memory(self, rows: Rows, right: Logits, same: Tolerance) -> None:
        """Does an answer depend on chance, or on what was asked before?"""
        changes = self._start.parts_replaced() or self._switches(rows)
        for i in range(len(rows.short)):
            if not same(right[i], self._fresh(rows.short[i]), times=RANDOM):
                raise TextError(
                    "the model draws at random and answers the same text differently each time, so nothing that is said of "
                    "it would hold; switch off the randomness in its configuration."
                )
        if not changes and self._in_order(rows, right, same):
            return
        self._adopt(fresh=True)
        if not self._in_order(rows, right, same):
            raise TextError(
                "the model's answer to a text depends on the texts before it, so nothing that is said of a single text "
                "would hold; use another architecture."
            )

    def _switches(self, rows: Rows) -> bool:
        """Whether it throws a switch at a short text after a long one, even if the texts tried do not show it."""
        after_long = State(self.classifier.module)  # the long row was the last one run
        self._run([rows.short[1]])
        return after_long.switched()

    def _in_order(self, rows: Rows, right: Logits, same: Tolerance) -> bool:
        """Whether rows in another order, a long one after short ones and short ones after it, get the right answers."""
        self._start.restore()
        last = len(right) - 1
        order = [*range(last - 1, -1, -1), last, *range(min(3, last))]
        return all(same(right[i], self._run([rows.all[i]])[0]) for i in order)

    def _find_batching(self, rows: Rows, right: Logits, same: Tolerance) -> None:
        """Which rows may share a batch."""
        for way in BATCHINGS[:2]:
            self._adopt(batching="padded")
            if all(self._agree(rows, right, same, group) for group in groups(rows.all, way)):
                self._adopt(batching=way)
                return
        self._adopt(batching="alone")

    def _agree(self, rows: Rows, right: Logits, same: Tolerance, group: list[int]) -> bool:
        found = _tried(self._run, [rows.all[i] for i in group])
        return found is not None and all(same(right[i], one) for i, one in zip(group, found, strict=True))


def groups(rows: Sequence[TokenRow], batching: Batching) -> list[list[int]]:
    """Places of rows that are run together to see whether they may: the last is the longest, padding others most."""
    every = list(range(len(rows)))
    if batching == "padded":
        return [every[:-1], [every[-2], every[-1]]]
    if batching == "equal":
        lengths = [len(row) for row in rows]
        return [[i for i in every if lengths[i] == length] for length in sorted(set(lengths))]
    return [[i] for i in every]


def trial_rows(classifier: HuggingFaceClassifier, texts: TrialTexts) -> Rows:
    """Rows of the trial texts, with words masked, other words in equal places, and a text cut at the model's limit."""
    plain = classifier.encode_rows(texts.plain)[0]
    special = _encoded(classifier, texts.special)
    pairs = _encoded(classifier, texts.pairs)
    further = [*masked(classifier, [plain[4], plain[7]]), *twins(classifier, plain[5]), *twins(classifier, plain[1])]
    return Rows((*plain, *special, *pairs, *further), long_row(classifier, texts))


def runnable(classifier: HuggingFaceClassifier, rows: Rows) -> list[TokenRow]:
    """The rows that the model can be run on, the longest one last."""
    return [row for row in rows.all if _tried(classifier.run_batch, [row]) is not None]


def long_row(classifier: HuggingFaceClassifier, texts: TrialTexts) -> TokenRow:
    """A text cut where the model stops reading, or sooner where that would take too long to try."""
    most = longest_tried(classifier)
    row = classifier.encode_rows([texts.long(min(most, classifier.max_tokens))])[0][0]
    if len(row) <= most:
        return row
    return replace(row, ids=row.ids[:most], type_ids=row.type_ids and row.type_ids[:most])


def longest_tried(classifier: HuggingFaceClassifier) -> int:
    """How long a row may be in a trial, in tokens: less for large models."""
    size = sum(one.numel() for one in classifier.module.parameters())
    return next((longest for most, longest in LONGEST if size <= most), SHORT)


def failing(when: str, error: BaseException | None) -> str:
    """The sentence of a model that cannot be run."""
    reason = tr_later("it does not say why") if error is None else first_line(error)
    return tr_later(f"the model fails {when} ({reason}), so it cannot be audited; check it against its source.")


def _encoded(classifier: HuggingFaceClassifier, texts: Sequence[Any]) -> list[TokenRow]:
    """Rows of texts, those left out that the tokenizer cannot cut."""
    rows: list[TokenRow] = []
    for text in texts:
        found = _tried(classifier.encode_rows, [text])
        rows += found[0] if found is not None else []
    return rows


def _tried(call: Callable[[Any], Any], given: Any) -> Any:
    """What a call gives, or None where it fails."""
    try:
        return call(given)
    except (*FAILURES, ModelError):
        return None
