"""What the rules on structure mend computes what it did, and is found no more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nb2prod.notebook.read import draft_of
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from nb2prod.workflows.fixing import mend
from tests.making import SKLEARN, as_notebook

RULES = {each.rule.name: each for each in known_rules()}
Cells = list[tuple[str | None, str]]
HERE = Path("n.ipynb")

IMPORTED = "from math import (\n    floor,\n)"
CASES: dict[str, tuple[str, Cells, Cells]] = {
    "a debugger in a function, alone in its block": (
        "debugging-leftover",
        [(None, "def f(x):\n    if x > 3:\n        breakpoint()  # why?\n    return x\ny = f(1)")],
        [(None, "def f(x):\n    if x > 3:\n        pass\n    return x\ny = f(1)")],
    ),
    "debuggers beside other code of their block, and a magic": (
        "debugging-leftover",
        [(None, "x = 1\nimport pdb\nif x > 2:\n    pdb.set_trace()\n    x = 2"), (None, "%debug\nz = 3")],
        [(None, "x = 1\nimport pdb\nif x > 2:\n    x = 2"), (None, "z = 3")],
    ),
    "an import that nothing reads, and a part of one": (
        "unused-import",
        [(None, "import json\nfrom math import (\n    ceil,  # up\n    floor,\n)\nx = floor(1.5)")],
        [(None, "from math import floor\nx = floor(1.5)")],
    ),
    "imports below other code go above it, and above its comment": (
        "imports-amid",
        [
            (
                None,
                f"import math\n# half of it\nx = math.pi / 2\nimport json\ny = json.dumps(x)\n{IMPORTED}",
            )
        ],
        [
            (
                None,
                f"import math\nimport json\n{IMPORTED}\n# half of it\nx = math.pi / 2\ny = json.dumps(x)",
            )
        ],
    ),
    "a repeated setting becomes a parameter": (
        "hard-coded-setting",
        [
            ("data", "def draw(n, **given):\n    return n * 7 % given['random_state']\n\na = draw(1, random_state=42)"),
            (None, "b = draw(2, random_state=42) + draw(\n    3,\n    random_state=42,\n)  # ä"),
        ],
        [],
    ),
    "a setting's line moves to the parameters": (
        "hard-coded-setting",
        [
            ("parameters", "rate = 2"),
            ("training", "# how often\nepochs = 3  # turns\ntotal = sum(rate for _ in range(epochs))"),
        ],
        [
            ("parameters", "rate = 2\nepochs = 3  # turns"),
            ("training", "# how often\ntotal = sum(rate for _ in range(epochs))"),
        ],
    ),
    "a misspelt tag": ("contradictory-tags", [("trainning", "x = 1")], [("training", "x = 1")]),
}
IMPORTS = "import math\nimport os\nfrom os import environ\n"
BELOW = {
    "a file that it reads": "with open('helperq.py', 'w') as f:\n    f.write('A=1')\nimport helperq\nx = helperq.A",
    "a call that may write it": "n = write('helperq', 'A=1')\nimport helperq\nx = helperq.A",
    "a call": "print(data)\nimport json\nx = json.dumps(1)",
    "another folder": "where = os.chdir('.')\nimport json\nx = json.dumps(1)",
    "the environment": "os.environ['CUDA_VISIBLE_DEVICES'] = ''\nimport json\nx = json.dumps(1)",
    "its short name": "environ['A'] = ''\nimport json\nx = json.dumps(1)",
    "a function that sets it": ("def f():\n    os.environ['A'] = ''\nx = f()\nimport json\ny = json.dumps(1)"),
    "a setting of a module": "math.mine = 3\nimport json\nx = json.dumps(1)",
    "one that stays": "import time; a = 2\nimport json\nx = json.dumps(time.time())",
    "an end of a text": "t = '''\n'''; a = abs(2)\nimport json\nx = json.dumps(1)",
}
"""What an import may have to wait for, below an assignment."""
REFUSED: dict[str, tuple[str, str]] = {
    "a debugger on a line with other code": ("debugging-leftover", "import pdb; pdb.set_trace()"),
    "an import whose name is set above it": ("imports-amid", "json = [int]\nimport json\nx = json.dumps(1)"),
    "an import below a change of where modules are found": (
        "imports-amid",
        "import sys\ndef where():\n    return '.'\nsys.path.append(where())\nimport json\nx = json.dumps(1)",
    ),
    "an import whose name has another value above, which a text may read": (
        "imports-amid",
        "json = 1\nx = eval('json')\nimport json\ny = json.dumps(x)",
    ),
    "an import that replaces a function of Python's, which a text may read": (
        "imports-amid",
        "x = eval('pow(2, 3)')\nfrom math import pow",
    ),
    "two imports on a line": (
        "imports-amid",
        "def f():\n    return 1\nimport json; import math\nx = json.dumps(math.pi)",
    ),
    **{f"an import below {what}": ("imports-amid", f"{IMPORTS}data = 3\n{code}") for what, code in BELOW.items()},
    "a name that is a variable already": (
        "hard-coded-setting",
        "def draw(n, **more):\n    return n\nseed = [draw(1, seed=1), draw(2, seed=1), draw(3, seed=1)]",
    ),
}


def sources(document: dict[str, Any]) -> Cells:
    found: Cells = []
    for cell in document["cells"]:
        tags = cell["metadata"].get("tags") or [None]
        found.append((tags[-1], "".join(cell["source"])))
    return found


def values(document: dict[str, Any]) -> dict[str, object]:
    """Run the cells, and return what can be compared of what they have made."""
    names: dict[str, object] = {}
    for cell in draft_of(document, HERE).cells:
        exec(compile(cell.code, "cell", "exec"), names)
    return {name: value for name, value in names.items() if isinstance(value, int | float | str | list)}


def found_by(name: str, document: dict[str, Any]) -> int:
    return len(findings(Facts(draft_of(document, HERE), document), [RULES[name]]))


@pytest.mark.parametrize("case", CASES)
def test_it_is_mended_and_computes_what_it_did(case: str) -> None:
    name, before, after = CASES[case]
    document = as_notebook(before)
    assert found_by(name, document)
    mended = mend(document, HERE, [RULES[name]], unsafe=True).after.document
    assert found_by(name, mended) == 0
    if after:
        assert sources(mended) == after
    assert {each: value for each, value in values(mended).items() if each in values(document)} == values(document)


def test_the_value_of_calls_gets_a_name_at_the_top() -> None:
    name, before, _ = CASES["a repeated setting becomes a parameter"]
    cells = sources(mend(as_notebook(before), HERE, [RULES[name]]).after.document)
    assert cells[0] == ("parameters", "random_state = 42")
    assert sum(source.count("42") for _, source in cells) == 1


def test_a_call_that_is_ignored_keeps_its_value() -> None:
    name, before, _ = CASES["a repeated setting becomes a parameter"]
    kept = "kept = sorted([3], random_state=42)  # nb2prod: ignore[NB713] on purpose"
    cells = sources(mend(as_notebook([*before, ("training", kept)]), HERE, [RULES[name]]).after.document)
    assert cells[0] == ("parameters", "random_state = 42")
    assert cells[-1] == ("training", kept)


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_left_where_it_cannot_be_told(case: str) -> None:
    name, source = REFUSED[case]
    document = as_notebook([("data", source)])
    assert sources(mend(document, HERE, [RULES[name]], unsafe=True).after.document) == [("data", source)]


def test_a_notebook_without_sections_gets_those_that_are_suggested() -> None:
    document = as_notebook([(None, source) for _, source in SKLEARN])
    mended = mend(document, HERE, [RULES["untagged-notebook"]]).after.document
    assert [tag for tag, _ in sources(mended)] == [tag for tag, _ in SKLEARN]
    assert [source for _, source in sources(mended)] == [source for _, source in SKLEARN]


def test_a_large_output_is_taken_off() -> None:
    document = as_notebook([("data", "print('x' * 2_000_000)"), ("data", "print('y')")])
    for cell, text in zip(document["cells"], ("x" * 2_000_000, "y"), strict=True):
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
    small = json.loads(json.dumps(document["cells"][1]))
    mended = mend(document, HERE, [RULES["large-output"]]).after.document
    assert mended["cells"][0]["outputs"] == []
    assert mended["cells"][1] == small
