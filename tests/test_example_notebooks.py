"""The example notebooks are fit to be copied: tagged, clean, named in their README. Exports are tested elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "example_notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
TAGS = {"parameters", "data", "training", "evaluation", "inference"}


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(request.param.read_text())
    return content


def code(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_there_are_seven() -> None:
    assert len(NOTEBOOKS) == 7


def test_every_section_is_there_and_no_cell_has_two(notebook: dict[str, Any]) -> None:
    tags = [cell["metadata"].get("tags", []) for cell in code(notebook)]
    assert all(len(tag) <= 1 for tag in tags)
    assert {tag for cell in tags for tag in cell} == TAGS


def test_some_exploration_is_left_untagged(notebook: dict[str, Any]) -> None:
    assert sum(not cell["metadata"].get("tags") for cell in code(notebook)) >= 3


def test_outputs_are_cleared(notebook: dict[str, Any]) -> None:
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code(notebook))


def test_cells_have_ids_of_their_own(notebook: dict[str, Any]) -> None:
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[\w-]{1,64}", name) for name in ids)


def test_the_kernel_is_the_one_everybody_has(notebook: dict[str, Any]) -> None:
    assert (notebook["nbformat"], notebook["metadata"]["kernelspec"]["name"]) == (4, "python3")


def test_the_data_that_a_notebook_reads_is_small_and_there(notebook: dict[str, Any]) -> None:
    source = "".join(line for cell in code(notebook) for line in cell["source"])
    for name in re.findall(r'"(data/[^"]+)"', source):
        assert 0 < (FOLDER / name).stat().st_size < 1_000_000


def test_the_readme_names_them_all() -> None:
    text = (FOLDER / "README.md").read_text()
    assert [path.name for path in NOTEBOOKS if f"({path.name})" not in text] == []
