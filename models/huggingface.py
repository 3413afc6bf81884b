"""A Hugging Face sequence classifier: batches by length, any head, word embeddings that can be replaced.

How it is run (which texts share a batch, whether its state is put back, where its ids are looked up) is what trying it
has shown (`models.trials`), not what kind of model it says it is.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.attention import NO_ATTENTION, eager, last_attention
from models.batching import CPU_BUDGET, GPU_BUDGET, GPU_PRICE, PRICE, length_batches
from models.classifier import (
    Capabilities,
    Encoding,
    GradientClassifier,
    SpecialIds,
    TextInput,
    TokenRow,
)
from models.collating import padded
from models.engine import LONGEST_EXPORTED, Engine, TorchEngine
from models.errors import ROW_TOO_LARGE, DeviceError
from models.features import FeatureEngine, LastLayer, last_layer
from models.limits import longest_input
from models.scaling import Scaling
from models.state import State
from models.states import NO_STATES, states
from models.substitution import is_table, look_up, substituted
from models.task import Head
from models.tokenizing import Tokenizing
from models.translating import tr_later
from models.trial_results import Findings
from models.typed_tokens import typed_tokens

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@dataclass(frozen=True, slots=True)
class AdapterBase:
    """What an adapter was merged into: the name it goes by, its folder, and the sha256 of its weights under the adapter."""

    name: str
    folder: str
    sha256: str


class HuggingFaceClassifier(GradientClassifier):
    """A plain, merged PreTrainedModel (`module`) and its fast tokenizer (`tokenizer`) behind `Classifier`.

    Built by `models.load`, on the CPU in float32 until it is moved; never executes anything of the checkpoint.
    """

    def __init__(
        self,
        *,
        name: str,
        module: Any,
        tokenizer: Any,
        labels: tuple[str, ...],
        head: Head,
        thresholds: tuple[float, ...] = (),
        scaling: Scaling | None = None,
        fingerprint: str,
        findings: Findings,
        card: Mapping[str, Any] | None = None,
        base: AdapterBase | None = None,
    ) -> None:
        self.name, self.module, self.tokenizer = name, module, tokenizer
        self.labels, self.head, self.fingerprint = labels, head, fingerprint
        self.thresholds, self.scaling = thresholds, scaling
        self.card, self.base = dict(card or {}), base
        self.device, self.dtype = "cpu", "float32"
        self.threads = torch.get_num_threads()
        self._lock = threading.Lock()
        self._stated = longest_input(module, tokenizer), module.config.pad_token_id
        taken = inspect.signature(module.forward).parameters
        self._inputs = frozenset(taken)
        self._takes_more = any(one.kind is one.VAR_KEYWORD for one in taken.values())
        # only where the tokenizer makes them: GPT-2 takes token_type_ids, and adds the word of that number to each token
        made = "token_type_ids" in tokenizer.model_input_names
        self._has_types = made and "token_type_ids" in self._inputs and getattr(module.config, "type_vocab_size", 2) > 1
        self._engine: Engine = TorchEngine(self)
        self._watchers: list[Callable[[int], None]] = []
        self._pauses: list[Callable[[], None]] = []
        self.special = SpecialIds(
            tokenizer.mask_token_id,
            tokenizer.unk_token_id,
            tokenizer.pad_token_id,
            _without_content(tokenizer),
        )
        self.adopt(findings)

    def adopt(self, findings: Findings) -> None:
        """Run the model from now on as trying it has shown to be right; its state must be that of a model just loaded."""
        limit, pad = self._stated
        self.findings, self.absent = findings, findings.absent
        self.max_tokens = min(limit, findings.max_tokens or limit)
        for config in (self.module.config, self.module.config.get_text_config()):
            # an id that never occurs: the last token is always the last real one
            config.pad_token_id = -1 if findings.hide_pad else pad
        self._state = State(self.module) if findings.fresh else None
        self._matrix: torch.Tensor | None = None
        self._last: LastLayer | None = None
        able = {
            name: name not in findings.absent for name in ("gradients", "attention", "tokens", "mask_token", "pairs")
        }
        able["gradients"] &= findings.embedding is not None
        able["mask_token"] &= self.special.mask is not None
        self.capabilities = Capabilities(**able, multi_label=self.task.several)

    def move(self, device: str, dtype: str) -> None:
        """Run on another device, in another precision, from now on."""
        self.device, self.dtype = device, dtype
        self.module = self.module.to(device=device, dtype=DTYPES[dtype])
        self.adopt(self.findings)

    @property
    def engine(self) -> str:  # type: ignore[override]
        """ "torch" or "onnx"."""
        return self._engine.name

    def use_engine(self, engine: Engine) -> Engine:
        """Let `logits` and `predict_proba` run on another engine and return the one before; gradients stay with torch."""
        before, self._engine = self._engine, engine
        return before

    @contextmanager
    def on_forward(self, call: Callable[[int], None]) -> Iterator[None]:
        """Call `call(n)` before every batch of n rows, whichever engine runs it; it may raise to stop the work."""

        def before(_module: Any, _inputs: Any, options: Mapping[str, Any]) -> None:
            ids = options.get("input_ids")
            call(len(ids) if ids is not None else 1)

        hook = self.module.register_forward_pre_hook(before, with_kwargs=True)
        self._watchers.append(call)
        try:
            yield
        finally:
            self._watchers.remove(call)
            hook.remove()

    @contextmanager
    def between_batches(self, call: Callable[[], None]) -> Iterator[None]:
        """Call `call()` before every batch while nothing is locked or replaced in the module: others may use it meanwhile."""
        self._pauses.append(call)
        try:
            yield
        finally:
            self._pauses.remove(call)

    def _pause(self) -> None:
        for call in tuple(self._pauses):
            call()

    def predict_proba(self, texts: Sequence[TextInput]) -> NDArray[np.float32]:
        """Probabilities of each text, shape (n, n_labels)."""
        if not texts:
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        rows, _ = self.encode_rows(texts)
        return self.probabilities(self.logits(rows))

    def encode_rows(self, texts: Sequence[TextInput]) -> tuple[list[TokenRow], list[int]]:
        """Token rows cut to the limit, and each text's full length: `encode` without offsets, for bulk work."""
        return self._tokenizing.rows(texts)

    def encode(self, texts: Sequence[TextInput]) -> list[Encoding]:
        """Tokens with offsets into the text as typed, cut to `max_tokens` and saying so."""
        return self._tokenizing.encodings(texts)

    def vocabulary(self) -> Mapping[str, int]:
        """What a reader could type to have each token of the vocabulary -> its id."""
        return typed_tokens(self.tokenizer, self.special.all) if self.capabilities.tokens else {}

    @property
    def _tokenizing(self) -> Tokenizing:
        return Tokenizing(self.tokenizer, self.max_tokens, self._has_types, self.absent.get("pairs"))

    def logits(self, rows: Sequence[TokenRow]) -> NDArray[np.float32]:
        """Class logits (n, n_labels), batched by length under the token budget."""
        return self._batched(rows, len(self.labels))

    def features(self, rows: Sequence[TokenRow]) -> NDArray[np.float32]:
        """What the last layer is given of each row (n, h); by torch, whichever engine answers.

        Raises:
            NotImplementedError: no linear layer at the model's end gives its answers.
        """
        if self._last is None:
            self._last = last_layer(self)
        return self._batched(rows, self._last.width, FeatureEngine(self, self._last))

    def _batched(self, rows: Sequence[TokenRow], width: int, engine: Engine | None = None) -> NDArray[np.float32]:
        out = np.zeros((len(rows), width), dtype=np.float32)
        lengths, price = [len(row) for row in rows], PRICE if self.device == "cpu" else GPU_PRICE
        for batch in length_batches(lengths, self.token_budget(), equal=self.equal_lengths, price=price):
            out[batch] = self.run_batch([rows[i] for i in batch], engine)
        return out

    def token_budget(self) -> int:
        """How many padded tokens one forward batch may hold; 1, so a single row, where rows must run alone."""
        if self.findings.batching == "alone":
            return 1
        return CPU_BUDGET if self.device == "cpu" else GPU_BUDGET

    @property
    def equal_lengths(self) -> bool:
        """Whether rows of one batch must have equal lengths (models whose answers padding changes)."""
        return self.findings.batching != "padded"

    def collate(self, rows: Sequence[TokenRow]) -> Mapping[str, torch.Tensor]:
        """Pad rows to the longest: input_ids, attention_mask and, where taken, token_type_ids, each (b, t)."""
        lengths = [len(row) for row in rows]
        if self.equal_lengths and len(set(lengths)) > 1:
            raise ValueError(
                f"Padding changes this model's answers: batch rows of equal length, not {sorted(set(lengths))}."
            )
        batch = padded(rows, pad=self.special.pad or 0, types=self._has_types)
        return {name: torch.from_numpy(array).to(self.device) for name, array in batch.items()}

    @property
    def inputs(self) -> frozenset[str]:
        """Names of what the module's forward takes."""
        return self._inputs

    def embed(self, input_ids: torch.Tensor) -> torch.Tensor:
        """Word embeddings (b, t, h) of ids (b, t), detached."""
        return look_up(self._layer, input_ids.to(self.device))

    @property
    def embedding_matrix(self) -> torch.Tensor:
        """The vector of every token id (vocabulary, h), as the model's look-up gives them, detached."""
        weight: torch.Tensor = self._layer.weight  # type: ignore[assignment]
        if is_table(self._layer):
            return weight.detach()
        if self._matrix is None:
            self._matrix = look_up(self._layer, torch.arange(len(weight), device=weight.device)[None])[0]
        return self._matrix

    @property
    def _layer(self) -> torch.nn.Module:
        if self.findings.embedding is None:
            raise NotImplementedError(
                self.absent.get("gradients", tr_later("no layer looks this model's token ids up"))
            )
        layer: torch.nn.Module = self.module.get_submodule(self.findings.embedding)
        return layer

    def forward_embeddings(
        self, batch: Mapping[str, torch.Tensor], embeddings: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Class logits (b, n_labels), differentiable in `embeddings` (b, t, h).

        The ids stay in the batch, so positions and pooling are the model's own; only what its embedding layer
        returns is replaced.
        """
        self._pause()
        if embeddings is None:
            return self.class_logits(self.raw_outputs(batch))
        with substituted(self._layer, batch["input_ids"], embeddings, transposed=self.findings.transposed):
            return self.class_logits(self._forward(batch).logits)

    def raw_outputs(self, batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """What the module's head gives for a batch, as it is."""
        raw: torch.Tensor = self._forward(batch).logits
        return raw

    def _forward(self, batch: Mapping[str, torch.Tensor], **more: Any) -> Any:
        """One forward pass on what of a batch the module takes (FNet has no attention mask)."""
        taken = {name: tensor for name, tensor in batch.items() if name in self._inputs}
        if self._state is None:
            return self.module(**taken, **more)
        with self._lock, torch.random.fork_rng(devices=[]):  # a part the model makes anew draws weights it never uses
            self._state.restore()
            return self.module(**taken, **more)

    def class_logits(self, raw: torch.Tensor) -> torch.Tensor:
        """Head outputs to one logit per label, see `models.task`; scaled where the model is a calibrated one."""
        logits: torch.Tensor = self.task.class_logits(raw)
        return logits if self.scaling is None else self.scaling.of_logits(logits)

    def attention(self, rows: Sequence[TokenRow]) -> list[NDArray[np.float32]]:
        """Last layer's attention of each row, (heads, t, t), computed eagerly."""
        if "output_attentions" not in self._inputs and not self._takes_more:
            raise NotImplementedError(NO_ATTENTION)
        with eager(self.module):
            return last_attention(self, rows, lambda batch: self._forward(batch, output_attentions=True))

    def states(self, rows: Sequence[TokenRow], places: Sequence[int], depths: Sequence[float]) -> NDArray[np.float32]:
        """Hidden states (n, depths, width) at one place of each row, see `models.states`."""
        if "output_hidden_states" not in self._inputs and not self._takes_more:
            raise NotImplementedError(NO_STATES)
        return states(self, rows, places, depths, lambda batch: self._forward(batch, output_hidden_states=True))

    def run_batch(self, rows: list[TokenRow], engine: Engine | None = None) -> NDArray[np.float32]:
        """Class logits (n, n_labels) of rows padded together, or what another engine gives.

        Where they cannot be run together, it is of their halves. That is so when memory runs out, and for models
        that take rows together only if they are alike (BART: as many end signs in each).
        """
        self._pause()
        chosen, engine = (
            engine,
            engine or (self._engine if max(map(len, rows)) <= LONGEST_EXPORTED else TorchEngine(self)),
        )
        if engine.name != "torch":  # torch's own hook sees the others
            for call in tuple(self._watchers):
                call(len(rows))
        try:
            return engine.run(rows)
        except torch.OutOfMemoryError as error:
            if len(rows) == 1:
                raise DeviceError(ROW_TOO_LARGE) from error
            torch.cuda.empty_cache()
        except (ValueError, RuntimeError, IndexError):
            if len(rows) == 1:
                raise
        middle = len(rows) // 2
        return np.concatenate([self.run_batch(rows[:middle], chosen), self.run_batch(rows[middle:], chosen)])


def _without_content(tokenizer: Any) -> frozenset[int]:
    """Special ids other than the unknown word's, unless that has another office too (GPT-2: the end of text)."""
    offices = {tokenizer.pad_token_id, tokenizer.bos_token_id, tokenizer.eos_token_id}
    offices |= {tokenizer.cls_token_id, tokenizer.sep_token_id}
    return frozenset(set(tokenizer.all_special_ids) - ({tokenizer.unk_token_id} - offices))
