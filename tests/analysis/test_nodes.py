"""Calls go by the full names of what libraries offer, whichever way it was imported."""

from __future__ import annotations

import ast

import pytest

from nb2prod.analysis.model import Facts, Kind, Statement
from nb2prod.analysis.nodes import calls_of, nodes_of
from nb2prod.analysis.statements import split_statements


def paths(code: str) -> list[str]:
    statements = [
        Statement(index, 0, piece.line, piece.source, piece.node, Kind.OTHER, Facts())
        for index, piece in enumerate(split_statements(code))
    ]
    return [call.path for call in calls_of(nodes_of(statements))]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import numpy as np\nnp.random.seed(0)", ["numpy.random.seed"]),
        ("from numpy import random as r\nr.seed(0)", ["numpy.random.seed"]),
        ("import numpy.random\nnumpy.random.seed(0)", ["numpy.random.seed"]),
        ("import torch.nn as nn\nmodel = nn.Sequential(nn.Linear(1, 1))", ["torch.nn.Sequential", "torch.nn.Linear"]),
        ("model.fit(X)", [".model.fit"]),
        ("make(1)(2).fit(X)", [".fit", "", ".make"]),
        ("print(1)\nimport math\nmath.sqrt(2)", [".print", "math.sqrt"]),
        (
            "import random\nrandom.random()\nfrom numpy import random\nrandom.rand()",
            ["random.random", "numpy.random.rand"],
        ),
        ("def f():\n    return np.ones(3)\nimport numpy as np\nf()", ["numpy.ones", ".f"]),
        ("def f():\n    import os\n    os.getcwd()", ["os.getcwd"]),
    ],
)
def test_paths(code: str, expected: list[str]) -> None:
    assert paths(code) == expected


def test_it_is_said_what_stands_in_functions_and_loops() -> None:
    code = "for i in range(2):\n    f(i)\nlambda: g()\nh()"
    statements = [
        Statement(index, 0, piece.line, piece.source, piece.node, Kind.OTHER, Facts())
        for index, piece in enumerate(split_statements(code))
    ]
    nodes = nodes_of(statements)
    said = {call.path: (call.deferred, call.repeated) for call in calls_of(nodes)}
    assert said == {".range": (False, True), ".f": (False, True), ".g": (True, False), ".h": (False, False)}
    assert len(nodes[ast.For]) == 1
