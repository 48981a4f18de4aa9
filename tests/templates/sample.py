"""Complete small projects, made as an export makes them: planner's files by hand, templates by render."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from nb2prod.plan.concerns import known_concerns
from nb2prod.plan.model import ProjectPlan
from nb2prod.plan.policy import policy
from nb2prod.plan.usual import usual

SAMPLES = Path(__file__).parent / "samples"
CONCERNS = known_concerns(Path(__file__).parents[2] / "templates")
TEMPLATES: dict[str, tuple[str, ...]] = {
    "churn": ("request_table", "artifacts/sklearn", "artifacts/json"),
    "spam": ("request_text", "container_plain", "artifacts/sklearn", "artifacts/json"),
    "digits": ("request_array", "container_torch", "artifacts/torch", "artifacts/json"),
    "tariff": ("request_arguments", "artifacts/numpy", "artifacts/json"),
}


def context(name: str, **changes: Any) -> dict[str, Any]:
    """Return what the templates see."""
    return {
        "project": name,
        "package": name,
        "title": name.capitalize(),
        "description": f"The sample {name}.",
        "python": "3.11.7",
        "requires_python": ">=3.11,<3.12",
        "dependencies": ["fastapi==0.165.0"],
        "dev_dependencies": ["pytest==9.2.0", "ruff==0.17.5"],
        "notebook": f"notebooks/{name}.ipynb",
        "notebook_sha256": "0" * 64,
        "notebook_modules": ["data.py", "training.py", "evaluation.py", "inference.py", "definitions.py"],
        "trusted_modules": [],
        "notes": [],
        "evaluates": True,
        "concerns": [concern.context for concern in CONCERNS],
        "cells": [{"cell": 3, "section": "training", "file": f"src/{name}/training.py", "note": ""}],
        "parameters": [{"name": "seed", "env": "SEED", "type": "int", "default": "0", "help": "Random state"}],
        "readme_request": '{"records": [1]}',
        "readme_response": '{"predictions": [1]}',
        "readme_input": "A record is an object with these fields.",
        "fields": [{"name": "age", "type": "integer", "null": "no"}],
        "preparation": [],
        "readme_proof": "All rows were answered as in the notebook.",
        **changes,
    }


def plan_of(name: str, **changes: Any) -> ProjectPlan:
    """Return the plan of a sample, as the planner would make it."""
    folder, given = SAMPLES / name, context(name, **changes)
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    sources = {path.relative_to(folder).as_posix(): path for path in paths if path.name != "make_parity.py"}
    concerns = [f"service_{concern['name']}" for concern in given["concerns"]]
    files = {path: source.read_text(encoding="utf-8") for path, source in sources.items() if source.suffix == ".py"}
    files["tests/parity/tolerance.json"] = '{"relative": 1e-6}\n'
    return ProjectPlan(
        project=name,
        package=name,
        slice="tidy",
        templates=("project", "service", *concerns, "pipeline", "ci", *TEMPLATES[name]),
        context=given,
        files=files,
        copies={path: str(source) for path, source in sources.items() if source.suffix != ".py"},
    )


def run_in(
    repository: Path, *arguments: str, python: Path | str = sys.executable, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run an interpreter, this one unless told otherwise, in the repository, with nothing but its own code on the path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))}
    environment = {**kept, "PYTHONPATH": "src", "OMP_NUM_THREADS": "1", **variables}
    return subprocess.run(
        [python, *arguments], cwd=repository, env=environment, capture_output=True, text=True, check=False
    )


def finish(repository: Path) -> Path:
    """Do what follows rendering: the notebook's rows, and artifacts by the repository's own pipeline."""
    name = repository.name
    for arguments in ([str(SAMPLES / name / "make_parity.py")], ["-m", f"{name}.pipeline"]):
        done = run_in(repository, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
    contract = repository / f"src/{name}/schema.json"
    schema = json.loads(contract.read_text())
    rows = json.loads((repository / "tests/parity/requests.json").read_text())
    contract.write_text(json.dumps({**schema, "usual": usual(schema["request"], rows)}, indent=1))
    record = json.loads((repository / "artifacts/record.json").read_text())
    (repository / "policy.json").write_text(json.dumps(policy(schema["request"], metrics=record["metrics"])))
    return repository
