"""What is found in a notebook that is edited is what somebody finds who has never seen it before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nb2prod.analysis.statements import kept_statements
from nb2prod.notebook.language import is_python_2
from nb2prod.notebook.read import draft_of
from nb2prod.notebook.syntax import _wrong_with, kept_tree
from nb2prod.rules import understood
from nb2prod.rules.data.personal_data import _in_short, in_source
from nb2prod.rules.secret_texts import _short_secrets, secrets_in_cell
from nb2prod.workflows.edited import found_in

REMEMBERED = (
    _wrong_with, kept_tree, kept_statements, is_python_2, secrets_in_cell, _short_secrets, in_source, _in_short,
    understood._kept,
)  # fmt: skip
NOTEBOOKS = sorted((Path(__file__).parents[2] / "example_notebooks").glob("*.ipynb"))
TEXTS = (
    "", "df = df.dropna()\n", "import pandas as pd\n", "for i in range(3):\n    total = i\n", "del df\n",
    "def f(x):\n    return x + y\n", "model.fit(X_test, y_test)\n", "from os.path import *\n", "x = (\n", "y = 1\n",
    "password = 'hunter2hunter2A'\n", "%pip install a==1\n", "X = scaler.fit_transform(X)\n",
)  # fmt: skip
TAGS = ("skip", "parameters", "data", "training", "evaluation", "inference")
EDITS = st.tuples(
    st.sampled_from(("insert", "delete", "move", "retag", "before", "behind", "mark", "show")),
    st.integers(0, 200), st.integers(0, 200), st.sampled_from(TEXTS), st.sampled_from(TAGS),
)  # fmt: skip


def edited(content: dict[str, Any], edit: tuple[str, int, int, str, str]) -> dict[str, Any]:
    """Return a notebook with one edit."""
    what, at, to, text, tag = edit
    content = json.loads(json.dumps(content))
    cells = content["cells"]
    place, other = at % (len(cells) or 1), to % (len(cells) or 1)
    if what == "insert" or not cells:
        new = {"cell_type": "code", "id": f"new-{len(cells)}", "metadata": {}, "execution_count": None, "outputs": []}
        cells.insert(place, {**new, "source": text})
    elif what == "delete":
        del cells[place]
    elif what == "move":
        cells.insert(other, cells.pop(place))
    elif what == "retag":
        cells[place].setdefault("metadata", {})["tags"] = [tag]
    elif what == "mark":
        cells.insert(place, {"cell_type": "markdown", "id": f"words-{len(cells)}", "metadata": {}, "source": text})
    elif cells[place]["cell_type"] == "code":
        source = "".join(cells[place]["source"])
        if what == "show":
            cells[place]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
        else:
            cells[place]["source"] = text + source if what == "before" else f"{source}\n{text}"
    return content


@settings(max_examples=12, deadline=None)
@given(notebook=st.sampled_from(NOTEBOOKS), edits=st.lists(EDITS, min_size=1, max_size=4))
def test_it_is_what_a_fresh_look_finds(notebook: Path, edits: list[tuple[str, int, int, str, str]]) -> None:
    looks = [json.loads(notebook.read_text(encoding="utf-8"))]
    for edit in edits:
        looks.append(edited(looks[-1], edit))
    path = str(notebook)
    again = [found_in(look, path) for look in looks]
    for look, found in zip(looks, again, strict=True):
        for kept in REMEMBERED:
            kept.cache_clear()
        assert found_in(look, path) == found


def test_tagging_is_no_reason_to_follow_the_values_again() -> None:
    look = json.loads(NOTEBOOKS[0].read_text(encoding="utf-8"))
    understood._kept.cache_clear()
    found_in(look, str(NOTEBOOKS[0]))
    found_in(edited(look, ("mark", 0, 0, "words", "")), str(NOTEBOOKS[0]))
    assert understood._kept.cache_info().misses == 1
    found_in(edited(look, ("insert", 0, 0, "new = 1", "")), str(NOTEBOOKS[0]))
    assert understood._kept.cache_info().misses == 2


def test_what_is_forgotten_is_worked_out_anew() -> None:
    document = json.loads(NOTEBOOKS[0].read_text())
    notebook = draft_of(document, NOTEBOOKS[0])
    before, tree = understood.understood(notebook), kept_tree(notebook.cells[0].code, 0)
    assert understood.understood(notebook) is before
    understood.forget()
    assert understood.understood(notebook) is not before
    assert kept_tree(notebook.cells[0].code, 0) is not tree
