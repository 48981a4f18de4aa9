"""Broken notebooks, as everybody reads them who only reads: the server's routes, the inline view, the score."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from nb2prod.errors import Nb2ProdError
from nb2prod.inline.as_html import as_html
from nb2prod.inline.as_text import as_text
from nb2prod.inline.model import View
from nb2prod.inline.shown import shown
from nb2prod.workflows.asked import Asked
from nb2prod.workflows.edited import fix_in, found_in
from nb2prod.workflows.looking import looked_at
from nb2prod.workflows.outline import outline
from nb2prod.workflows.scoring import score
from tests.making import as_notebook
from tests.rules.mutating import documents, mutated

EACH = 120


def drawn(path: Path) -> str:
    looked = looked_at(Asked(path))
    said = shown(
        View(path.name, looked.found, looked.cells, score=looked.score, problems=tuple(map(str, looked.problems)))
    )
    return as_html(said) + as_text(said)


def scored(path: Path) -> dict[str, Any]:
    with suppress(Nb2ProdError):
        return score(path)
    return {}


def mended(content: dict[str, Any], path: str) -> list[Any]:
    found = found_in(content, path).get("findings", ())
    asked = [{key: each[at] for key, at in (("code", "code"), ("cell", "id"), ("line", "line"), ("what", "what"))}
             for each in found if each["fix"]][:2]  # fmt: skip
    return [fix_in(content, path, each) for each in (None, *({**each, "line": each["line"] or 0} for each in asked))]


OF_FILES: dict[str, Callable[[Path], Any]] = {"readiness": drawn, "score": scored}
OF_DOCUMENTS: dict[str, Callable[[dict[str, Any], str], Any]] = {
    "outline": outline,
    "outline with suggestions": lambda content, path: outline(content, path, suggesting=True),
    "findings and fixes": mended,
}


@pytest.mark.parametrize("way", [*OF_FILES, *OF_DOCUMENTS])
@pytest.mark.filterwarnings("ignore")  # what Python warns of in code that is broken is the notebook's
def test_none_is_an_exception(way: str, tmp_path: Path) -> None:
    draw, known = random.Random(way), documents()
    path = tmp_path / "n.ipynb"
    for _ in range(EACH):
        raw = mutated(draw, known)
        path.write_bytes(raw)
        if way in OF_FILES:
            said = OF_FILES[way](path)
        else:
            content = None
            with suppress(ValueError, RecursionError):
                content = json.loads(raw)
            if not isinstance(content, dict):  # which the server refuses before
                continue
            said = OF_DOCUMENTS[way](content, str(path))
        json.dumps(said)


@pytest.mark.parametrize("odd", [1.5, [1], {"a": 1}, "x", True, float("nan"), None], ids=repr)
@pytest.mark.parametrize("key", ["execution_count", "metadata", "id", "outputs", "source"])
def test_any_value_of_a_cell_is_read(key: str, odd: Any, tmp_path: Path) -> None:
    """Fixes change the cells with it as well as those without."""
    document = as_notebook([(None, "from math import *\nprint(sqrt(2))"), (None, "import random\nx = random.random()")])
    for cell in document["cells"]:
        cell[key] = odd
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(document))
    for way in OF_FILES.values():
        assert way(path)
    for each in OF_DOCUMENTS.values():
        assert each(document, str(path))
    fix = fix_in(document, str(path), None)
    assert ("problems" in fix) == (key == "source"), fix
