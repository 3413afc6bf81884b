"""An exported classifier computes of its last layer only the token that its head reads.

A head that reads the first token ("CLS" pooling) ignores what the last layer makes of all others, a tenth of the work
and more. The graph says so: a `Gather` of position 0 along the tokens. It is moved up through everything that treats
each token by itself, until attention, which mixes tokens, stops it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import GraphProto, ModelProto, NodeProto, helper, numpy_helper

_TOKENS = 1  # the axis of tokens in (batch, tokens, features)
_ALIKE = frozenset({"Add", "Sub", "Mul", "Div", "Pow", "Erf", "Tanh", "Gelu", "Relu", "Sigmoid", "Sqrt", "Cast"})


def prune_unread_tokens(model: ModelProto) -> int:
    """Move every selection of the first token up as far as it goes, in place.

    Args:
        model: a graph whose hidden states have the shape (batch, tokens, features).

    Returns:
        How many matrix products work on one token a row now.
    """
    work = _Pruning(model.graph, onnx.shape_inference.infer_shapes(model).graph)
    for node in work.heads:
        node.input[0] = work.first_token(node.input[0])
    work.keep_what_is_read()
    return work.products


class _Pruning:
    def __init__(self, graph: GraphProto, inferred: GraphProto) -> None:
        self.graph = graph
        self.products = 0
        self._made: dict[str, str] = {}
        self._producer = {name: node for node in graph.node for name in node.output}
        self._constants: dict[str, Any] = {one.name: one for one in graph.initializer}
        for node in graph.node:
            if node.op_type == "Constant":
                self._constants[node.output[0]] = node.attribute[0].t
        shaped = [*inferred.value_info, *inferred.input, *inferred.output]
        self._ranks = {one.name: len(one.type.tensor_type.shape.dim) for one in shaped}
        self._ranks |= {name: len(one.dims) for name, one in self._constants.items()}
        self.heads = [
            node
            for node in graph.node
            if node.op_type == "Gather" and _axis(node, 0) == _TOKENS and self._is_zero(node.input[1])
        ]
        self._unread = self._unread_elsewhere()

    def _is_zero(self, name: str) -> bool:
        found = self._constants.get(name)
        return found is not None and len(found.dims) == 0 and int(numpy_helper.to_array(found)) == 0

    def _unread_elsewhere(self) -> set[str]:
        """The tensors whose other tokens nobody reads, so that they need not be computed."""
        above: set[str] = set()
        waiting = [node.input[0] for node in self.heads]
        while waiting:
            name = waiting.pop()
            if name not in above and (inputs := self._per_token(name)) is not None:
                above.add(name)
                waiting.extend(node_input for i, node_input in enumerate(self._producer[name].input) if i in inputs)
        readers: dict[str, list[str]] = {}
        for node in self.graph.node:
            for name in _reads(node):
                readers.setdefault(name, []).append("" if node in self.heads else node.output[0])
        final = {one.name for one in self.graph.output}
        while read := {
            name for name in above if name in final or any(one and one not in above for one in readers.get(name, []))
        }:
            above -= read
        return above

    def _per_token(self, name: str) -> list[int] | None:
        """Which inputs of a tensor's node hold tokens, if it treats each token by itself; None if it does not."""
        node = self._producer.get(name)
        if node is None or self._ranks.get(name) != 3:
            return None
        inputs = [i for i, one in enumerate(node.input) if self._ranks.get(one) == 3]
        plain = all(self._ranks.get(one, 9) <= 1 for i, one in enumerate(node.input) if i not in inputs)
        if node.op_type == "MatMul":
            weights = self._constants.get(node.input[1])
            alone = inputs == [0] and weights is not None and len(weights.dims) == 2
        elif node.op_type == "LayerNormalization":
            alone = inputs == [0] and plain and _axis(node, -1) in {-1, 2}
        else:
            alone = node.op_type in _ALIKE and bool(inputs) and plain
        return inputs if alone else None

    def first_token(self, name: str) -> str:
        """The name of a tensor that holds the first token of tensor `name`, with all its axes."""
        if name not in self._made:
            self._made[name] = self._moved(name) if name in self._unread else self._sliced(name)
        return self._made[name]

    def _moved(self, name: str) -> str:
        node, tokens = self._producer[name], self._per_token(name) or []
        self.products += node.op_type == "MatMul"
        inputs = [self.first_token(one) if i in tokens else one for i, one in enumerate(node.input)]
        return self._add(node.op_type, inputs, name, node)

    def _sliced(self, name: str) -> str:
        bounds = []
        for part, value in (("start", 0), ("end", 1), ("axis", _TOKENS)):
            constant = f"first_token/{part}"
            if constant not in self._constants:
                self._constants[constant] = numpy_helper.from_array(np.array([value], dtype=np.int64), constant)
                self.graph.initializer.append(self._constants[constant])
            bounds.append(constant)
        return self._add("Slice", [name, *bounds], name)

    def _add(self, kind: str, inputs: list[str], name: str, like: NodeProto | None = None) -> str:
        made = helper.make_node(kind, inputs, [f"first_token/{name}"], name=f"first_token/{name}/{kind}")
        if like is not None:
            made.attribute.extend(like.attribute)
        self.graph.node.append(made)
        return str(made.output[0])

    def keep_what_is_read(self) -> None:
        """Drop the nodes nothing depends on any more, and put the rest in order of computation."""
        producer = {name: node for node in self.graph.node for name in node.output}
        ordered: list[NodeProto] = []
        state: dict[str, bool] = {}  # by first output; True: in `ordered` already
        waiting = [one.name for one in self.graph.output]
        while waiting:
            node = producer.get(waiting[-1])
            if node is None or state.get(node.output[0]):
                waiting.pop()
            elif node.output[0] in state:
                state[node.output[0]] = True
                ordered.append(node)
                waiting.pop()
            else:
                state[node.output[0]] = False
                waiting.extend(_reads(node))
        del self.graph.node[:]
        self.graph.node.extend(ordered)


def _reads(node: NodeProto) -> list[str]:
    """The tensors a node reads, those of its branches included."""
    inner = [name for one in node.attribute if one.HasField("g") for part in one.g.node for name in _reads(part)]
    return [name for name in [*node.input, *inner] if name]


def _axis(node: NodeProto, default: int) -> int:
    return next((int(one.i) for one in node.attribute if one.name == "axis"), default)
