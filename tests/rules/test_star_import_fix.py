"""A star import is mended where all names can be told, and computes what it did."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

from nb2prod.notebook.read import draft_of
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from nb2prod.workflows.fixing import mend
from tests.making import as_notebook

PATH = Path("n.ipynb")
RULES = [each for each in known_rules() if each.rule.code == "NB107"]


def mended(*cells: str) -> list[str]:
    document = as_notebook([(None, cell) for cell in cells])
    return ["".join(cell["source"]) for cell in mend(document, PATH, RULES).after.document["cells"]]


def printed(cells: list[str]) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec("\n".join(cells), {})
    return out.getvalue()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["from math import *  # all", "print(sqrt(2), pi)"], "from math import pi, sqrt  # all"),
        (
            ["x = 1\nfrom math import *\n", "def f(a):\n    return floor(a)\nprint(f(x))"],
            "x = 1\nfrom math import floor\n",
        ),
        (["from math import *", "e = max\nprint(e(1, 2), sin(1))"], "from math import sin"),
        (
            ["from math import *", "print([pow(a, 2) for a in range(3)])", "def never(): return sqrt(2)"],
            "from math import pow, sqrt",
        ),
        (
            ["from collections import *\nfrom math import *", "print(Counter('aab'), e)"],
            "from collections import Counter\nfrom math import e",
        ),
    ],
)
def test_the_names_that_are_used_are_imported(before: list[str], after: str) -> None:
    found = mended(*before)
    assert found[0] == after
    assert printed(found) == printed(before)


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ("!echo {basename('a/b')} $sep", "basename, join, sep"),
        ("!echo a \\\n  {basename('a/b')}", "basename, join"),
        ("%%bash -s {sep}\nls", "join, sep"),
        ("import timeit\ntimeit.repeat('basename(1)', 'from __main__ import basename')", "basename, join"),
        ("get_ipython().system('echo $sep')", "join, sep"),
        (
            "def f(a: 'sep', *c: list['normpath']) -> 'pardir | None':\n    b: 'pathsep' = a",
            "join, normpath, pardir, pathsep, sep",
        ),
    ],
)
def test_names_that_only_a_text_or_a_magic_uses_are_imported(cell: str, named: str) -> None:
    assert mended("from os.path import *", "print(join('a', 'b'))", cell)[0] == f"from os.path import {named}"


def test_many_names_stand_on_lines_of_their_own() -> None:
    names = [
        "acos",
        "asin",
        "atan",
        "ceil",
        "comb",
        "copysign",
        "degrees",
        "erf",
        "exp",
        "expm1",
        "fabs",
        "factorial",
        "floor",
    ]
    source = mended("from math import *", f"print({', '.join(names)})")[0]
    assert source.splitlines()[0] == "from math import ("
    assert source.splitlines()[1:-1] == [f"    {name}," for name in names]


@pytest.mark.parametrize(
    "cells",
    [
        ("from nowhere_to_be_found import *", "print(a)"),
        ("from math import *", "print(sqrt(2), unknown)"),
        ("from math import *; x = sqrt(4)",),
        ("if True:\n    from math import *", "print(pi)"),
        ("from math import *", "print(pi)", "this is no Python"),
        ("from math import *",),
    ],
)
def test_it_stays_where_names_cannot_be_told(cells: tuple[str, ...]) -> None:
    assert mended(*cells) == list(cells)


@pytest.mark.parametrize(
    "reads",
    [
        "print(sqrt(4), eval('floor(2.5)'))",
        "x = df.query('a > @pi')\nprint(sqrt(4))",
        "df.eval('b = a * @pi')\nsqrt(4)",
    ],
)
def test_names_that_a_text_reads_cannot_be_told(reads: str) -> None:
    cells = ["from math import *\ndf = len('a')", reads]
    assert mended(*cells) == cells


def test_a_magic_that_imports_everything_stays() -> None:
    done = mend(as_notebook([(None, "%pylab inline"), (None, "print(pi)")]), PATH, RULES)
    assert (done.fixed, done.broken) == ((), ())


def test_of_a_magic_only_what_is_written_is_told() -> None:
    document = as_notebook([(None, "# plots\n%pylab inline"), (None, "print(pi)")])
    found = findings(Facts(draft_of(document, PATH), document), known_rules())
    (said,) = [each.finding for each in found]
    assert said.line == 2
    assert said.what.startswith("`%pylab inline` imports all of NumPy and Matplotlib")
