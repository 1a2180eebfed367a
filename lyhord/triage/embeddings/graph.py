"""The layers of the model as an ONNX graph that takes sums of embeddings, in eight bits."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from lyhord.triage.embeddings.weights import Floats, Weights

OPSET = 20
LAYERS = 12  # of the model that are kept
MIDDLE = 6  # layers; on our training posts the kinds were told apart better by it than by the last one


class Graph:
    """Nodes and constants as they are added; each method gives the name of its result."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.count = 0

    def constant(self, name: str, values: "Floats | np.ndarray[tuple[int, ...], np.dtype[np.int64]]") -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: list[str], out: str | None = None, **attributes: Any) -> str:
        self.count += 1
        name = out or f"{kind.lower()}{self.count}"
        self.nodes.append(helper.make_node(kind, inputs, [name], name=f"n{self.count}", **attributes))
        return name

    def linear(self, x: str, name: str, width: int) -> str:
        matrix = self.constant(f"{name}.w", self.weights.matrix(f"{name}.w", width).T)
        bias = self.constant(f"{name}.b", self.weights.floats(f"{name}.b"))
        return self.node("Add", [self.node("MatMul", [x, matrix]), bias])

    def normed(self, x: str, name: str) -> str:
        scale = self.constant(f"{name}.w", self.weights.floats(f"{name}.w"))
        bias = self.constant(f"{name}.b", self.weights.floats(f"{name}.b"))
        return self.node("LayerNormalization", [x, scale, bias], epsilon=self.weights.shape.epsilon, axis=-1)

    def split(self, x: str, order: list[int]) -> str:
        """Tokens by heads."""
        return self.node("Transpose", [self.node("Reshape", [x, "heads"])], perm=order)

    def mean(self, x: str, name: str) -> None:
        """The mean over a text's tokens, of length 1."""
        mean = self.node("Squeeze", [self.node("MatMul", ["share", x]), "one"])
        self.node("LpNormalization", [mean], name, axis=-1, p=2)

    def layer(self, x: str, number: int) -> str:
        shape = self.weights.shape
        query, key, value = (self.linear(x, f"l{number}.{part}", shape.width) for part in "qkv")
        points = self.node("MatMul", [self.split(query, [0, 2, 1, 3]), self.split(key, [0, 2, 3, 1])])
        points = self.node("Add", [self.node("Mul", [points, "scale"]), "bias"])
        seen = self.node("MatMul", [self.node("Softmax", [points], axis=-1), self.split(value, [0, 2, 1, 3])])
        seen = self.node("Reshape", [self.node("Transpose", [seen], perm=[0, 2, 1, 3]), "whole"])
        x = self.normed(
            self.node("Add", [x, self.linear(seen, f"l{number}.ao", shape.width)]), f"l{number}.aln"
        )
        inner = self.node("Gelu", [self.linear(x, f"l{number}.fi", shape.width)])
        return self.normed(
            self.node("Add", [x, self.linear(inner, f"l{number}.fo", shape.inner)]), f"l{number}.oln"
        )


def build(weights: Weights) -> onnx.ModelProto:
    """Inputs: `x` (texts, tokens, width), `bias` (texts, 1, 1, tokens) added to the points of attention, and `share` (texts, 1,
    tokens), each token's part in the mean. Outputs `mean` and `middle` (texts, width): the last layer's, and one half-way, which
    holds more of tone and manner; each of length 1."""
    shape = weights.shape
    graph = Graph(weights)
    per_head = shape.width // shape.heads
    graph.constant("heads", np.array([0, 0, shape.heads, per_head], np.int64))
    graph.constant("whole", np.array([0, 0, shape.width], np.int64))
    graph.constant("scale", np.array(per_head**-0.5, np.float32))
    x = graph.normed("x", "emb.ln")
    graph.constant("one", np.array([1], np.int64))
    for number in range(min(LAYERS, shape.layers)):
        x = graph.layer(x, number)
        if number + 1 == MIDDLE:
            graph.mean(x, "middle")
    graph.mean(x, "mean")

    def value(name: str, *sizes: str | int) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, sizes)

    inputs = [
        value("x", "texts", "tokens", shape.width),
        value("bias", "texts", 1, 1, "tokens"),
        value("share", "texts", 1, "tokens"),
    ]
    outputs = [value("mean", "texts", shape.width), value("middle", "texts", shape.width)]
    made = helper.make_graph(graph.nodes, "e5", inputs, outputs, graph.constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    onnx.checker.check_model(model)
    return model


def write(weights: Weights, path: Path) -> None:
    """The graph with its matrices in eight bits, a scale for each column."""
    whole = path.with_suffix(".whole")
    onnx.save(build(weights), whole)
    logging.getLogger().setLevel(
        max(logging.ERROR, logging.getLogger().level)
    )  # it advises to preprocess; nothing is to be
    try:
        quantize_dynamic(whole, path, per_channel=True, weight_type=QuantType.QInt8)
    finally:
        whole.unlink()
