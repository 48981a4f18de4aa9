"""Trees of any library, as arrays, become one model that ONNX Runtime computes in float64; it takes and gives (n, k) arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

LEQ, LT, MEMBER = 0, 1, 6
"""How a node compares: x <= threshold, x < threshold, x is one of a set (modes of ONNX's TreeEnsemble)."""
OUTPUT = ["y"]
OPSET = 5
"""Of ai.onnx.ml: the first whose trees compute and answer in float64."""


@dataclass(frozen=True)
class Tree:
    """One tree: for each node its children's positions (-1 in leaves) and, unless it is a leaf, what it asks.

    ``missing_left`` says where nan goes, ``modes`` how is compared, ``members`` which numbers go left where the mode is
    MEMBER. Leaves add ``values`` to the output in ``targets``.
    """

    left: np.ndarray
    right: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    values: np.ndarray
    targets: np.ndarray
    missing_left: np.ndarray | None = None
    modes: np.ndarray | None = None
    members: dict[int, list[float]] | None = None


@dataclass(frozen=True, eq=False)
class Forest:
    """Trees as the bytes of an ONNX model: (n, width) of float64 in, sums of leaves (n, targets) of float64 out."""

    width: int
    targets: int
    onnx: bytes

    @cached_property
    def session(self) -> Any:
        """What computes it, in the calling thread and no other."""
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        return InferenceSession(self.onnx, options, providers=["CPUExecutionProvider"])

    @cached_property
    def compute(self) -> Any:
        """The session's method."""
        return self.session.run

    def __call__(self, X: np.ndarray) -> np.ndarray:
        """Return the sums for rows (n, width) of float64."""
        return self.compute(OUTPUT, {"x": X})[0]


def forest(trees: list[Tree], width: int, targets: int, base: np.ndarray | None = None) -> Forest:
    """Return the model of some trees; ``base`` (targets,) is what the sums start with.

    Raises:
        ImportError: if onnx or onnxruntime is not installed, or an old one.
    """
    if base is not None:
        trees = [*(constant(value, target) for target, value in enumerate(base)), *trees]
    model = Forest(width, targets, encode(trees, width, targets))
    try:
        model.session  # noqa: B018
    except RuntimeError as error:
        raise ImportError("This onnxruntime does not know trees in float64.") from error
    return model


def constant(value: float, target: int) -> Tree:
    """Return a tree that always answers the same."""
    nowhere, nothing = np.array([-1]), np.zeros(1)
    return Tree(nowhere, nowhere, nowhere, nothing, np.array([value]), np.array([target]))


def encode(trees: list[Tree], width: int, targets: int) -> bytes:
    """Return the bytes of the ONNX model."""
    from onnx import TensorProto, helper

    shape = [None, width]
    graph = helper.make_graph(
        [
            helper.make_node(
                "TreeEnsemble", ["x"], ["y"], domain="ai.onnx.ml", **attributes(trees, targets)
            )
        ],
        "trees",
        [helper.make_tensor_value_info("x", TensorProto.DOUBLE, shape)],
        [helper.make_tensor_value_info("y", TensorProto.DOUBLE, [None, targets])],
    )
    opsets = [helper.make_opsetid("ai.onnx.ml", OPSET), helper.make_opsetid("", 20)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString()


def attributes(trees: list[Tree], targets: int) -> dict[str, Any]:
    """Return what an ONNX TreeEnsemble is told of some trees."""
    from onnx import numpy_helper

    nodes: dict[str, list[np.ndarray]] = {name: [] for name in NODE_PARTS}
    roots, members, start, leaf_start = [], [], 0, 0
    values, leaf_targets = [], []
    for tree in trees:
        part, leaves = tree_attributes(
            tree if tree.left[0] >= 0 else with_root(tree), start, leaf_start
        )
        roots.append(start)
        start += len(part["nodes_featureids"])
        leaf_start += len(leaves[0])
        for name, numbers in part.items():
            nodes[name].append(numbers)
        values.append(leaves[0])
        leaf_targets.append(leaves[1])
        members += tree_members(tree)
    joined = {name: np.concatenate(parts) for name, parts in nodes.items()}
    told: dict[str, Any] = {
        name: joined[name].tolist() for name in NODE_PARTS if name not in TENSORS
    }
    told |= {
        name: numpy_helper.from_array(joined[name].astype(kind)) for name, kind in TENSORS.items()
    }
    if members:
        told["membership_values"] = numpy_helper.from_array(np.array(members, dtype=np.float64))
    told["leaf_weights"] = numpy_helper.from_array(np.concatenate(values).astype(np.float64))
    return told | {
        "n_targets": targets,
        "aggregate_function": 1,
        "post_transform": 0,
        "tree_roots": roots,
        "leaf_targetids": np.concatenate(leaf_targets).tolist(),
    }


TENSORS = {"nodes_splits": np.float64, "nodes_modes": np.uint8}
NODE_PARTS = (
    *TENSORS,
    "nodes_featureids",
    "nodes_truenodeids",
    "nodes_falsenodeids",
    "nodes_trueleafs",
    "nodes_falseleafs",
    "nodes_missing_value_tracks_true",
)


def with_root(tree: Tree) -> Tree:
    """Return a tree that is one leaf with a node above it, whose children are both that leaf."""
    leaf = np.array([1, -1])
    nothing = np.zeros(2)
    values, targets = np.repeat(tree.values, 2), np.repeat(tree.targets, 2)
    return Tree(leaf, leaf, np.zeros(2, dtype=int), nothing, values, targets)


def tree_attributes(
    tree: Tree, start: int, leaf_start: int
) -> tuple[dict[str, np.ndarray], tuple[np.ndarray, ...]]:
    """Return what is told of one tree's nodes, and its leaves' values and targets."""
    is_leaf = tree.left < 0
    inner, leaves = np.flatnonzero(~is_leaf), np.flatnonzero(is_leaf)
    place = np.empty(len(is_leaf), dtype=np.int64)
    place[inner] = start + np.arange(len(inner))
    place[leaves] = leaf_start + np.arange(len(leaves))
    left, right = tree.left[inner], tree.right[inner]
    nothing = np.zeros(len(inner), dtype=np.int64)
    part = {
        "nodes_splits": tree.threshold[inner],
        "nodes_modes": nothing if tree.modes is None else tree.modes[inner],
        "nodes_featureids": tree.feature[inner].astype(np.int64),
        "nodes_truenodeids": place[left],
        "nodes_falsenodeids": place[right],
        "nodes_trueleafs": is_leaf[left].astype(np.int64),
        "nodes_falseleafs": is_leaf[right].astype(np.int64),
        "nodes_missing_value_tracks_true": nothing
        if tree.missing_left is None
        else tree.missing_left[inner].astype(int),
    }
    return part, (tree.values[leaves], tree.targets[leaves])


def tree_members(tree: Tree) -> list[float]:
    """Return the sets of a tree's nodes one after the other, each ended by nan."""
    found: list[float] = []
    for node in sorted(tree.members or {}):
        found += [*tree.members[node], np.nan]
    return found
