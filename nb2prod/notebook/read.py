"""An ``.ipynb`` file to a :class:`Notebook`, or every reason why it cannot be one."""

from __future__ import annotations

import json
import re
import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nb2prod.errors import OtherLanguage, Problem, UnusableInput
from nb2prod.notebook.language import not_python
from nb2prod.notebook.load_nbformat import load_nbformat
from nb2prod.notebook.magics import to_python
from nb2prod.notebook.model import SKIP, Cell, Notebook, Refusal
from nb2prod.notebook.options import wrong_options
from nb2prod.notebook.syntax import awaiting_problem, syntax_problems
from nb2prod.notebook.tags import misspelt_tags, section_of
from nb2prod.notebook.texts import joined

MOST_OUTPUT = 20_000
"""Characters of a cell's outputs that are kept."""
_CONFLICT = re.compile(r"^<{7} ", re.MULTILINE)
"""In JSON no line begins so: the text of a cell stands within quotes."""
NO_NOTEBOOK = "give the path of an .ipynb file; `jupytext --to ipynb` makes one of a script or of Markdown"
RESAVE = "open it in JupyterLab and save it again"
RESTORE = "restore it from a checkpoint or from version control"


def read_notebook(path: Path) -> Notebook:
    """Return the notebook at ``path``, of nbformat 3 or 4.

    Raises :class:`UnusableInput` with everything that stands in the way: not a file, not JSON, not a notebook, not
    Python, no code, contradictory tags, metadata of another shape, magics that cannot move, syntax errors.
    """
    path = Path(path)
    return notebook_of(_parsed(text_of(path), path), path)


def notebook_of(document: dict[str, Any], path: Path) -> Notebook:
    """Return the notebook that ``document``, of nbformat 3 or 4, is; ``path`` is where it is saved, or will be.

    Nothing of the file at ``path`` is read. Raises as :func:`read_notebook` does.
    """
    document = upgraded(document)
    draft = draft_of(document, path)
    problems = [*(each.problem for each in draft.refused), *(each for _, each in wrong_options(document))]
    if problems:
        raise UnusableInput(problems)
    return draft


def read_document(path: Path) -> dict[str, Any]:
    """Return the file at ``path`` as it is, but of nbformat 4. Raises ``UnusableInput`` where it is no notebook."""
    return document_of(text_of(Path(path)), Path(path))


def document_of(text: str, path: Path) -> dict[str, Any]:
    """Return what the ``text`` of the file at ``path`` holds, in nbformat 4. Raises ``UnusableInput`` if it is none."""
    return upgraded(_parsed(text, path))


def draft_of(document: dict[str, Any], path: Path) -> Notebook:
    """Return the notebook that ``document``, of nbformat 4, is, with what keeps it from being exported in ``refused``.

    A cell whose code cannot be parsed has empty lines for code. Raises ``UnusableInput`` only where its cells cannot be
    told, or are of another language.
    """
    metadata = _mapping(document.get("metadata"))
    _refuse_other_languages(metadata, document, path)
    reading = _Reading(path.parent, newer=_newer_python(metadata))
    for position, raw in enumerate(_raw_cells(document)):
        reading.add(position, raw)
    if not any(cell.code.strip() or cell.source.strip() for cell in reading.cells):
        empty = Problem("the notebook has no code", str(path), "name a notebook with code cells")
        reading.refused.append(Refusal("empty", empty))
    kernel = _mapping(metadata.get("kernelspec")).get("name")
    return Notebook(
        path=path,
        cells=tuple(reading.cells),
        title=reading.title,
        kernel=kernel if isinstance(kernel, str) else None,
        requirements=tuple(dict.fromkeys(reading.requirements)),
        modules=reading.modules,
        metadata=metadata,
        aside=tuple(reading.aside),
        hints=tuple(reading.hints),
        refused=tuple(reading.refused),
    )


@dataclass
class _Reading:
    """What has been read so far."""

    folder: Path
    newer: str = ""
    """The Python that the notebook says it ran with, where that is a newer one than this."""
    cells: list[Cell] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    requirements: list[str] = field(default_factory=list)
    modules: dict[str, str] = field(default_factory=dict)
    markdown: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    title: str = ""
    ids: set[str] = field(default_factory=set)

    def add(self, position: int, raw: Mapping[str, Any]) -> None:
        """Take in the next cell of any kind."""
        source = _joined(raw.get("source"))
        if raw.get("cell_type") == "markdown":
            self.markdown.append(source)
            if not self.title:
                self.title = _first_heading(source)
        elif raw.get("cell_type") == "code":
            self._add_code(position, raw, source)
            self.markdown = []

    def _add_code(self, position: int, raw: Mapping[str, Any], source: str) -> None:
        index = len(self.cells)
        where = f"cell [{index + 1}]"
        metadata = _mapping(raw.get("metadata"))
        section, problems = section_of(metadata, source, where)
        self.refused.extend(Refusal("tags", each, index) for each in problems)
        aside = len(self.aside)
        code, refused = self._plain(source, index)
        if section == SKIP:
            del self.aside[aside:]
            code = "\n" * source.count("\n") if refused else code
        else:
            self.refused.extend(refused)
        self.hints.extend(misspelt_tags(metadata, where))
        self.cells.append(
            Cell(
                index=index,
                position=position,
                id=self._id(raw.get("id"), index),
                source=source,
                code=code,
                section=section,
                options=_mapping(metadata.get("nb2prod")),
                output=_said(raw.get("outputs")),
                execution_count=_count(raw.get("execution_count")),
                raised=_raised(raw.get("outputs")) and not _may_raise(metadata),
                may_raise=_may_raise(metadata),
                heading="\n\n".join(text for text in self.markdown if text.strip()),
            )
        )

    def _plain(self, source: str, index: int) -> tuple[str, list[Refusal]]:
        """Return the cell's plain Python, and what is wrong with it."""
        where = f"cell [{index + 1}]"
        found = to_python(source, self._run_file)
        self.requirements.extend(found.requirements)
        for name, text in found.modules.items():
            appended = re.search(r"^%%(?:writefile|file)\s.*(?:-a|--append)\b", source.lstrip())
            self.modules[name] = self.modules.get(name, "") + text if appended else text
        self.aside.extend(f"{where}, line {line}: {what} stays in the notebook" for line, what in found.aside)
        refused = [
            Refusal("magics", Problem(what, f"{where}, line {line}", remedy), index, line)
            for line, what, remedy in found.refused
        ]
        wrong = [self._of_its_python(each) for each in syntax_problems(found.code, where)]
        refused.extend(Refusal("syntax", each, index, _line(each)) for each in wrong)
        awaiting = None if wrong else awaiting_problem(found.code, where)
        if awaiting is not None:
            refused.append(Refusal("await", awaiting, index, _line(awaiting)))
        return "\n" * source.count("\n") if wrong else found.code, refused

    def _of_its_python(self, problem: Problem) -> Problem:
        """Return what is wrong with a cell, which may be right in a Python that this one is too old for."""
        if not self.newer:
            return problem
        here = f"{sys.version_info.major}.{sys.version_info.minor}"
        what = f"{problem.what}; this is Python {here}, and the notebook says that it ran with {self.newer}"
        remedy = f"install nb2prod with Python {self.newer}, or write what {here} knows too; else {problem.remedy}"
        return Problem(what, problem.where, remedy)

    def _run_file(self, name: str) -> str | None:
        path = (self.folder / name).resolve()
        inside = path.is_relative_to(self.folder.resolve())
        if not inside or path.suffix != ".py" or not path.is_file():
            return None
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def _id(self, given: object, index: int) -> str:
        name = given if isinstance(given, str) and given and given not in self.ids else f"cell-{index}"
        self.ids.add(name)
        return name


def _newer_python(metadata: Mapping[str, Any]) -> str:
    """Return the Python that the notebook was saved with, as ``3.13``; empty where this one is no older."""
    said = re.match(r"(3)\.(\d{1,3})\b", str(_mapping(metadata.get("language_info")).get("version", "")))
    newer = said is not None and (3, int(said[2])) > sys.version_info[:2]
    return said[0] if said is not None and newer else ""


def _line(problem: Problem) -> int:
    """Return the line that a problem's place ends with, 0 if with none."""
    said = re.search(r", line (\d+)$", problem.where)
    return int(said.group(1)) if said else 0


def text_of(path: Path) -> str:
    """Return the text of the file at ``path``. Raises ``UnusableInput`` where it has none.

    Only of a file: a named pipe may never have anything to read, and a device may have no end.
    """
    try:
        if not path.is_file():
            raise UnusableInput(Problem(_no_file(path), str(path), "give the path of an .ipynb file"))
        text = path.read_bytes().decode("utf-8-sig")  # as ``read_text`` has it, in a fraction of its time
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    except UnicodeDecodeError:
        raise UnusableInput(Problem("is not UTF-8 text, so not a notebook", str(path), RESTORE)) from None
    except OSError as error:
        raise UnusableInput(Problem(f"cannot be read: {error.strerror}", str(path), "check its permissions")) from None


def _no_file(path: Path) -> str:
    """Return what a path is that is no file. Raises ``OSError`` where that cannot be told."""
    if path.is_dir():
        return "is a folder, not a notebook"
    if path.is_fifo() or path.is_socket():
        return "is a named pipe or a socket, not a file"
    return "is a device, not a file" if path.exists() else "no such file"


def _parsed(text: str, path: Path) -> dict[str, Any]:
    if not text.strip():
        raise UnusableInput(Problem("the file is empty", remedy=RESTORE))
    conflict = _CONFLICT.search(text) if "<<<<<<< " in text else None
    if conflict:
        where = f"line {text.count(chr(10), 0, conflict.start()) + 1}"
        remedy = "resolve the merge conflict: `git checkout --ours` or `--theirs` with its name, or nbdime's `nbmerge`"
        raise UnusableInput(Problem("holds git's marks of a merge conflict", where, remedy))
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated string")
        what = "the file is cut off in the middle" if cut and text.lstrip().startswith("{") else "is not JSON"
        where = f"line {error.lineno}, column {error.colno}"
        remedy = RESTORE if path.suffix == ".ipynb" else NO_NOTEBOOK
        raise UnusableInput(Problem(f"{what}: {error.msg}", where, remedy)) from None
    except (RecursionError, ValueError):
        raise UnusableInput(
            Problem("its JSON is nested too deeply or holds unreadable numbers", remedy=RESTORE)
        ) from None
    if not isinstance(document, dict):
        raise UnusableInput(Problem("is JSON but not a notebook", remedy="give the path of an .ipynb file"))
    return document


def upgraded(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document in nbformat 4. Raises ``UnusableInput`` where it is no notebook, or of another format."""
    major = document.get("nbformat")
    if isinstance(major, bool) or not isinstance(major, int) or ("cells" not in document and major == 4):
        raise UnusableInput(Problem("is JSON but not a notebook", remedy="give the path of an .ipynb file"))
    if major == 4:
        return document
    if major != 3:
        what = f"has nbformat {major}; nb2prod reads 3 and 4"
        raise UnusableInput(Problem(what, remedy=RESAVE))
    nbformat = load_nbformat()  # Late: only the few old notebooks need it, and it is slow to load.
    from nbformat.reader import reads

    try:
        document.setdefault("metadata", {})
        for sheet in document.get("worksheets", ()):
            sheet.setdefault("cells", [])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # reads joins the lines of each source, which the conversion takes for granted
            upgraded = nbformat.convert(reads(json.dumps(document)), 4)  # type: ignore[no-untyped-call]
        return dict(json.loads(json.dumps(upgraded)))
    except Exception:
        # nbformat's converters raise whatever a malformed notebook makes them stumble on.
        raise UnusableInput(Problem("its nbformat 3 is malformed and cannot be upgraded", remedy=RESTORE)) from None


def _refuse_other_languages(metadata: Mapping[str, Any], document: Mapping[str, Any], path: Path) -> None:
    language = not_python(metadata, [_joined(raw.get("source")) for raw in _raw_cells(document, code_only=True)])
    if language:
        remedy = "nb2prod reads Python 3 notebooks only"
        if language == "Python 2":
            remedy = "run 2to3 over its code and save it with a kernel of Python 3"
        what = f"the notebook is written in {language}, not in Python 3"
        raise OtherLanguage(language, Problem(what, str(path), remedy))


def _raw_cells(document: Mapping[str, Any], *, code_only: bool = False) -> list[Mapping[str, Any]]:
    cells = document.get("cells")
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise UnusableInput(Problem("its `cells` are not a list of cells", remedy=RESTORE))
    return [cell for cell in cells if not code_only or cell.get("cell_type") == "code"]


def _joined(text: object) -> str:
    whole = joined(text)
    return whole.replace("\r\n", "\n").replace("\r", "\n") if "\r" in whole else whole


def _said(outputs: object) -> str:
    """Return the text of a cell's stored outputs: what it printed, and its last value."""
    found = []
    for output in outputs if isinstance(outputs, list) else []:
        each = _mapping(output)
        text = _joined(each.get("text")) if each.get("name") != "stderr" else ""
        found.append(text or _joined(_mapping(each.get("data")).get("text/plain")))
    return "\n".join(text for text in found if text)[:MOST_OUTPUT]


def _count(number: object) -> int | None:
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else None


def _raised(outputs: object) -> bool:
    """Return whether an error is among a cell's stored outputs."""
    listed = outputs if isinstance(outputs, list) else []
    return any(_mapping(each).get("output_type") in ("error", "pyerr") for each in listed)


def _may_raise(metadata: Mapping[str, Any]) -> bool:
    tags = metadata.get("tags")
    return isinstance(tags, list) and "raises-exception" in tags


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _first_heading(markdown: str) -> str:
    found = re.search(r"^#+\s+(.+?)\s*#*$", markdown, re.MULTILINE)
    return found.group(1).strip() if found else ""
