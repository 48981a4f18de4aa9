"""An exported repository to what is known of it: which of its tests are repeated, and how they went at the export."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nb2prod.errors import Nb2ProdError, Problem, UnusableInput
from nb2prod.notebook.read import read_document
from nb2prod.score.attestations import attestations
from nb2prod.score.model import Attestation, Known
from nb2prod.score.rubric import TESTS

RECORD = "ml_test_score.json"
"""In a repository: the 28 as they were at its export, and how the tests that establish them went."""
WORKFLOWS = ".github/workflows"
VERIFY_FULL = "export again with `--verify full`"
"""What has the tests run that an export with less has not."""
TAKES_LONG = "run `make check`, which runs it: an export does not where a training takes long"
ALL_TESTS = "make check"
"""What a workflow has to run so that every test of the repository is repeated."""


def is_repository(folder: Path) -> bool:
    """Say whether the folder is an exported repository, or looks like one."""
    return (folder / RECORD).is_file() or (folder / "tests" / "parity").is_dir()


def known_of(repository: Path) -> tuple[Known, tuple[Problem, ...]]:
    """Return what is known of a repository, and what is wrong with its notebook's attestations.

    Raises ``UnusableInput`` where its record cannot be read.
    """
    return known_from(repository, outcomes_of(repository))


def known_from(repository: Path, outcomes: Mapping[str, str]) -> tuple[Known, tuple[Problem, ...]]:
    """Return what is known of a repository whose tests went as ``outcomes`` says; see ``TestRun.outcomes``."""
    there = _tests(repository)
    by_itself = "" if _is_repeated(repository) else f"no workflow in {WORKFLOWS} runs `{ALL_TESTS}`"
    wanted = sorted({name for test in TESTS for name in test.repeated_by})
    repeats = {name: _gap(name, there, outcomes) or by_itself for name in wanted}
    not_run = dict.fromkeys((there & set(wanted)) - outcomes.keys(), TAKES_LONG if outcomes else VERIFY_FULL)
    said, problems = _attested(repository)
    return Known(repeats, said, not_run, "the repository has no such test"), problems


def _gap(name: str, there: set[str], outcomes: Mapping[str, str]) -> str:
    """Return why one of the repository's tests establishes nothing."""
    if name not in there:
        return f"the repository has no test {name}"
    if name not in outcomes:
        return f"{name} was not run at the export"
    return f"{name} {outcomes[name]}" if outcomes[name] != "passed" else ""


def outcomes_of(repository: Path) -> dict[str, str]:
    """Return how the tests that establish the 28 went at the export, see ``TestRun.outcomes``; none if none were run.

    Raises ``UnusableInput`` where its record cannot be read.
    """
    path = repository / RECORD
    if not path.is_file():
        return {}
    try:
        record: Any = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): str(said) for name, said in record["outcomes"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        what = "is not what an export writes"
        raise UnusableInput(Problem(what, str(path), "bring it back with git, or export again")) from None


def _tests(repository: Path) -> set[str]:
    """Return the test functions of the repository, as pytest names them."""
    found = set()
    for path in sorted((repository / "tests").rglob("test_*.py")):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, SyntaxError):
            continue
        place = path.relative_to(repository).as_posix()
        found |= {f"{place}::{node.name}" for node in tree.body if isinstance(node, ast.FunctionDef)}
    return found


def _is_repeated(repository: Path) -> bool:
    workflows = sorted((repository / WORKFLOWS).glob("*.y*ml"))
    return any(ALL_TESTS in path.read_text(encoding="utf-8", errors="replace") for path in workflows)


def _attested(repository: Path) -> tuple[tuple[Attestation, ...], tuple[Problem, ...]]:
    """Return what the repository's notebooks say; one that cannot be read says nothing."""
    good: list[Attestation] = []
    bad: list[Problem] = []
    for path in sorted((repository / "notebooks").glob("*.ipynb")):
        try:
            metadata = read_document(path).get("metadata", {})
        except Nb2ProdError:
            continue
        said, problems = attestations(metadata if isinstance(metadata, Mapping) else {})
        good.extend(said)
        bad.extend(problems)
    return tuple(good), tuple(bad)
