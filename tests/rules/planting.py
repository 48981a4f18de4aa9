"""Plants: small changes by which a clean notebook is broken in one way, as plain files in ``planted``.

A sentence says what is broken; then come changes, done in order, each beginning with ``@``. A notebook that one of them
cannot be done in does not admit the plant.

    @ cell after data [training] 7      a new cell: `first`, `last`, `before` or `after` a section; tags; number
    x = 1
    # >> 1                              what it has printed, as in the annotated examples
    @ replace in training               in the first cell (of a section) in which it is found
    - regular expression
    + what stands there then
    @ tags training -> data, training   other tags for the first cell of a section; `all` for every cell
    @ delete inference                  the cells of a section; `all` for every cell
    @ numbers                           every cell has its number, as after a run from the top
    @ outputs evaluation                the first cell of a section has printed what the next lines say
    # >> 0.9
    @ everywhere in evaluation          the same as ``replace``, at every place
    @ metadata {"nb2prod": {}}          some of the notebook's metadata are others
    @ only churn, wine                  no other notebook
    @ or                                what follows is for notebooks that do not admit what stands above
"""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2prod.notebook.read import draft_of
from nb2prod.rules.facts import Facts
from tests.rules.examples import PRINTED, outputs_of

FOLDER = Path(__file__).parent / "planted"
NOTEBOOKS = Path(__file__).parents[2] / "example_notebooks"
CELL = re.compile(
    r"(?P<where>first|last|before|after)\s*(?P<section>[a-z]+)?\s*(?:\[(?P<tags>[\w, -]*)\])?\s*(?P<count>\d+)?"
)
Document = dict[str, Any]
Step = tuple[str, str, list[str]]
"""What is done, where, and the lines that belong to it."""


class NotAdmittedError(Exception):
    """The notebook has no place for the change."""


@dataclass(frozen=True)
class Plant:
    """The changes that one file says: one way or another."""

    ways: tuple[tuple[Step, ...], ...]

    def in_notebook(self, path: Path) -> Facts | None:
        """Return the facts of the broken notebook; ``None`` where it does not admit the plant."""
        document = self.in_document(json.loads(path.read_text(encoding="utf-8")), path)
        return facts_of(document, path) if document is not None else None

    def in_document(self, document: Document, path: Path) -> Document | None:
        """Return the document of a notebook, broken; ``None`` where it does not admit the plant."""
        for steps in self.ways:
            broken = copy.deepcopy(document)
            try:
                for kind, where, lines in steps:
                    if kind == "only":
                        if path.stem not in where.split(", "):
                            raise NotAdmittedError(where)
                    else:
                        STEPS[kind](broken, where, lines)
            except NotAdmittedError:
                continue
            return broken
        return None


def facts_of(document: Document, path: Path) -> Facts:
    """Return the facts of a notebook's document."""
    return Facts(draft_of(document, path), document)


def plant(path: Path) -> Plant:
    """Read a plant."""
    ways: list[list[Step]] = [[]]
    for line in path.read_text(encoding="utf-8").splitlines():
        if line == "@ or":
            ways.append([])
        elif line.startswith("@ "):
            kind, _, where = line[2:].partition(" ")
            ways[-1].append((kind, where.strip(), []))
        elif ways[-1]:
            ways[-1][-1][2].append(line)
    return Plant(tuple(tuple(steps) for steps in ways))


def _code(document: Document) -> list[dict[str, Any]]:
    return [cell for cell in document["cells"] if cell["cell_type"] == "code"]


def _of(document: Document, section: str) -> list[dict[str, Any]]:
    found = [each for each in _code(document) if section == "all" or section in each["metadata"].get("tags", ())]
    if not found:
        raise NotAdmittedError(section)
    return found


def _cell(document: Document, where: str, lines: list[str]) -> None:
    said = CELL.fullmatch(where)
    assert said is not None, where
    cells = document["cells"]
    place = {"first": 0, "last": len(cells)}.get(said["where"], -1)
    if place < 0:
        own = _of(document, said["section"])
        place = cells.index(own[0]) if said["where"] == "before" else cells.index(own[-1]) + 1
    printed = [found.group(1) for line in lines if (found := PRINTED.match(line))]
    new = {
        "cell_type": "code",
        "id": f"planted{len(cells)}",
        "metadata": {"tags": said["tags"].split(", ")} if said["tags"] else {},
        "execution_count": int(said["count"]) if said["count"] else None,
        "source": "\n".join(line for line in lines if not PRINTED.match(line)).strip("\n"),
        "outputs": outputs_of(printed),
    }
    cells.insert(place, new)


def _replace(document: Document, where: str, lines: list[str], *, everywhere: bool = False) -> None:
    found = False
    old = "\n".join(line[2:] for line in lines if line.startswith("- "))
    new = "\n".join(line[2:] for line in lines if line.startswith("+"))
    for cell in _of(document, where.removeprefix("in ") or "all"):
        source = "".join(cell["source"])
        changed, count = re.subn(old, new, source, count=0 if everywhere else 1, flags=re.MULTILINE)
        if count:
            cell["source"], found = changed, True
            if not everywhere:
                break
    if not found:
        raise NotAdmittedError(old)


def _everywhere(document: Document, where: str, lines: list[str]) -> None:
    _replace(document, where, lines, everywhere=True)


def _tags(document: Document, where: str, lines: list[str]) -> None:
    section, _, tags = where.partition("->")
    for cell in _of(document, section.strip())[: None if section.strip() == "all" else 1]:
        cell["metadata"]["tags"] = [each for each in tags.strip().split(", ") if each]


def _delete(document: Document, where: str, lines: list[str]) -> None:
    gone = _of(document, where)
    document["cells"] = [cell for cell in document["cells"] if cell not in gone]


def _numbers(document: Document, where: str, lines: list[str]) -> None:
    for number, cell in enumerate(_code(document), 1):
        cell["execution_count"] = number


def _outputs(document: Document, where: str, lines: list[str]) -> None:
    printed = [found.group(1) for line in lines if (found := PRINTED.match(line))]
    _of(document, where)[0]["outputs"] = outputs_of(printed)


def _metadata(document: Document, where: str, lines: list[str]) -> None:
    document["metadata"].update(json.loads(where))


STEPS = {
    "cell": _cell,
    "replace": _replace,
    "everywhere": _everywhere,
    "tags": _tags,
    "delete": _delete,
    "numbers": _numbers,
    "outputs": _outputs,
    "metadata": _metadata,
}
