"""An exported classifier computes once what equal tokens at equal places of a batch have in common.

Texts that an attack or an explanation asks about differ in a word or two. Until attention mixes tokens, a token's
state depends on nothing but its id, its place, its type and whether it is padding, so the first layer's projections,
a twentieth of the work of six layers, are computed for the distinct tokens of a batch and handed out to all.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

from models.batching import FIRST, INVERSE

_POINTWISE = frozenset({"Add", "Sub", "Mul", "Div", "Pow", "Sqrt", "Erf", "Tanh", "Cast", "Identity", "Where"})
_LOGIC = frozenset({"Equal", "Not", "And", "Or", "Less", "Greater", "Unsqueeze", "Expand"})


def share_equal_tokens(model: ModelProto) -> int:
    """Let every projection that comes before tokens are mixed work on the distinct tokens, in place.

    Args:
        model: a graph of inputs `input_ids`, `attention_mask` and perhaps `token_type_ids`, each (batch, tokens).

    Returns:
        How many matrix products do so now; with none the graph is as it was.
    """
    work = _Sharing(model.graph, onnx.shape_inference.infer_shapes(model).graph)
    found = [node for node in model.graph.node if work.unmixed(node)]
    for node in found:
        work.share(node)
    if found:
        inputs = ((FIRST, ["distinct"]), (INVERSE, ["batch", "tokens"]))
        model.graph.input.extend(helper.make_tensor_value_info(n, TensorProto.INT64, shape) for n, shape in inputs)
    return len(found)


class _Sharing:
    def __init__(self, graph: GraphProto, inferred: GraphProto) -> None:
        self.graph = graph
        self._producer = {name: node for node in graph.node for name in node.output}
        self._readers: dict[str, list[NodeProto]] = {}
        for node in graph.node:
            for name in node.input:
                self._readers.setdefault(name, []).append(node)
        self._constants: dict[str, Any] = {one.name: one for one in graph.initializer}
        for node in graph.node:
            if node.op_type == "Constant":
                self._constants[node.output[0]] = node.attribute[0].t
            elif node.op_type == "Identity" and node.input[0] in self._constants:  # weights of equal values
                self._constants[node.output[0]] = self._constants[node.input[0]]
        shaped = [*inferred.value_info, *inferred.input, *inferred.output]
        self._types = {one.name: one.type.tensor_type for one in shaped}
        self._known: dict[str, bool] = {}

    def unmixed(self, node: NodeProto) -> bool:
        """Whether a node is a projection of tokens that nothing has mixed yet."""
        if not self._projects(node):
            return False
        entry = node.input[0]
        return self._rank(entry) == 3 and self._alone(entry) and self._of_tokens(entry)

    def share(self, node: NodeProto) -> None:
        """Put a gathering of distinct tokens before a projection, and the handing out behind it and its bias."""
        entry, weight = node.input
        made = [helper.make_node("MatMul", [self._distinct(entry), weight], [f"{node.output[0]}/distinct"])]
        last, readers = node, self._readers.get(node.output[0], [])
        if len(readers) == 1 and readers[0].op_type == "Add":
            bias = next((name for name in readers[0].input if len(self._shape(name)) == 1), None)
            if bias is not None:
                last = readers[0]
                made.append(helper.make_node("Add", [made[0].output[0], bias], [f"{last.output[0]}/distinct"]))
        self._producer[made[-1].output[0]] = made[-1]  # what is projected next takes the distinct rows from here
        made.append(helper.make_node("Gather", [made[-1].output[0], INVERSE], list(last.output), axis=0))
        if last is not node:
            self._replace(node, [])
        self._replace(last, made)

    def _distinct(self, name: str) -> str:
        """The distinct rows (u, h) of a tensor (batch, tokens, h)."""
        wanted = f"{name}/distinct"
        if wanted not in self._producer:
            width = int(self._types[name].shape.dim[2].dim_value)
            shape = numpy_helper.from_array(np.array([-1, width], dtype=np.int64), f"{name}/flat_shape")
            self.graph.initializer.append(shape)
            flat = helper.make_node("Reshape", [name, shape.name], [f"{name}/flat"])
            self._producer[wanted] = helper.make_node("Gather", [flat.output[0], FIRST], [wanted], axis=0)
            source = next(i for i, node in enumerate(self.graph.node) if name in node.output)
            self.graph.node.insert(source + 1, self._producer[wanted])
            self.graph.node.insert(source + 1, flat)
        return wanted

    def _replace(self, old: NodeProto, new: list[NodeProto]) -> None:
        for i, node in enumerate(self.graph.node):
            if list(node.output) == list(old.output):
                del self.graph.node[i]
                for one in reversed(new):
                    self.graph.node.insert(i, one)
                return

    def _alone(self, name: str) -> bool:
        """Whether a token's state in a tensor depends on that token's inputs and place alone."""
        if name not in self._known:
            self._known[name] = False  # graphs have no cycles; a repeated question within one would be a fault of ours
            self._known[name] = self._computed_alone(name)
        return self._known[name]

    def _computed_alone(self, name: str) -> bool:
        node = self._producer.get(name)
        if node is None or name in self._constants or self._fixed(name):
            return True  # inputs, weights, places counted from the left
        if not self._is_float(name):
            # RoBERTa counts its places with a sum over the tokens before: those are not the token's own
            return node.op_type in _POINTWISE | _LOGIC and all(self._alone(one) for one in node.input)
        if node.op_type == "Gather":
            table = node.input[0]
            return table in self._constants and len(self._shape(table)) == 2 and self._alone(node.input[1])
        if node.op_type == "LayerNormalization":
            return self._alone(node.input[0])
        return (node.op_type in _POINTWISE or self._projects(node)) and all(self._alone(one) for one in node.input)

    def _fixed(self, name: str) -> bool:
        """Whether a tensor depends on the shape of the inputs alone, not on what they hold."""
        node = self._producer.get(name)
        if node is None:
            return name in self._constants
        return node.op_type in {"Shape", "Constant"} or all(self._fixed(one) for one in node.input if one)

    def _of_tokens(self, name: str) -> bool:
        """Whether a tensor is made of the tokens' embeddings, not of a table of places alone (DeBERTa projects one)."""
        node = self._producer.get(name)
        if node is None or not self._is_float(name):
            return False
        return "input_ids" in node.input or any(self._of_tokens(one) for one in node.input)

    def _projects(self, node: NodeProto) -> bool:
        return node.op_type == "MatMul" and node.input[1] in self._constants and len(self._shape(node.input[1])) == 2

    def _is_float(self, name: str) -> bool:
        found = self._types.get(name)
        return found is None or found.elem_type in {TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE}

    def _rank(self, name: str) -> int:
        return len(self._types[name].shape.dim) if name in self._types else 0

    def _shape(self, name: str) -> list[int]:
        return list(self._constants[name].dims) if name in self._constants else [0] * 9
