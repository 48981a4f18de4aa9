"""What the templates are told: which of them, with which context, and the words of the README."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from nb2prod.capture.model import Answers
from nb2prod.notebook.model import SECTIONS
from nb2prod.plan.compiling import compiling
from nb2prod.plan.decided import Decided, Trees
from nb2prod.plan.defined import defined
from nb2prod.plan.naming import notebook_name
from nb2prod.plan.partition import ORDER
from nb2prod.plan.report import by_the_clock, unmeasured
from nb2prod.plan.request import Request
from nb2prod.plan.requirements import asked_for, imported_roots
from nb2prod.plan.sending import sending
from nb2prod.plan.write.settings import prefix
from nb2prod.plan.write.text import plain

SERVICE = (
    "fastapi>=0.110",
    "uvicorn>=0.54",
    "httptools>=0.6",
    "uvloop>=0.21; sys_platform != 'win32'",
    "msgspec>=0.19",
    "pydantic-settings>=2.7",
)
"""uvicorn takes half of the time with httptools and uvloop, its own choice where they are there (named, and not as its
extra `standard`, which brings four more that nothing uses). msgspec reads JSON against the schema's types and writes it
at a tenth of the standard library's time."""
CONTAINERS = {"tuple": "tuple", "numpy.ndarray": "numpy", "torch.Tensor": "torch", "pandas.Series": "series"}
LIBRARIES = {"table": "pandas", "numpy.ndarray": "numpy", "torch.Tensor": "torch", "pandas.Series": "pandas"}
"""What the service needs to put a request together."""


def trees(decided: Decided, modules: list[str], texts: Mapping[str, str]) -> Trees:
    """Return the templates with their context; ``modules`` are files in the package whose code is the notebook's."""
    kinds = sorted({plan.kind for plan in decided.artifacts.plans})
    schema = decided.request_schema
    kind, container = str(schema["kind"]), str(schema.get("container", ""))
    shape = "arguments" if container == "arguments" else kind
    templates = ["project", *(["data_folder"] if decided.files.in_data_folder else []), f"request_{shape}"]
    if shape in {"array", "text", "value", "record"}:
        templates.append(f"container_{CONTAINERS.get(container, 'plain')}")
    concerns = decided.request.concerns
    templates += ["service", *(concern.template for concern in concerns), "pipeline", "ci"]
    templates += [f"artifacts/{kind}" for kind in kinds]
    training = [text for path, text in texts.items() if path.endswith(".py") and "/artifacts/" not in path]
    compiled = compiling(decided.request.templates, decided.artifacts.plans, schema, training)
    templates += compiled.templates
    wanted = {r for k in kinds for r in decided.kinds[k].requirements(decided.evidence.distributions)}
    wanted |= {requirement for concern in concerns for requirement in concern.requires}
    wanted |= {LIBRARIES[name] for name in (kind, container) if name in LIBRARIES}
    service = (*SERVICE, *sorted(wanted))
    notebook = decided.request.notebook
    notes = (*notebook.aside, *notebook.hints, *decided.evidence.problems)
    return Trees(tuple(templates), _context(decided, modules, texts), service, notes, compiled)


def title(request: Request) -> str:
    """Return what the repository is called in words."""
    return plain(request.notebook.title).rstrip(".") or request.project


def _context(decided: Decided, modules: list[str], texts: Mapping[str, str]) -> dict[str, Any]:
    request, answers = decided.request, decided.answers
    notebook = request.notebook
    version = decided.evidence.python["version"]
    major, minor = (int(part) for part in version.split(".")[:2])
    return {
        "project": request.project,
        "package": request.package,
        "title": title(request),
        "description": _description(decided),
        "python": version,
        "requires_python": f">={major}.{minor},<{major}.{minor + 1}",
        "dependencies": [],
        "dev_dependencies": [],
        "notebook": f"notebooks/{notebook_name(notebook.path, request.project)}",
        "notebook_sha256": request.sha256 or sha256(notebook.path.read_bytes()).hexdigest(),
        "notebook_modules": modules,
        "trusted_modules": _trusted(request, texts),
        "cells": _cell_rows(decided, texts),
        "parameters": [
            {
                "name": p.name,
                "env": f"{prefix(request.package)}{p.name.upper()}",
                "type": p.annotation,
                "default": repr(decided.file_settings.get(p.name, p.default)),
                "help": p.help,
            }
            for p in decided.settings
        ],
        "readme_request": json.dumps({"records": [answers.requests[0]]}, ensure_ascii=False),
        "readme_response": json.dumps(
            {"predictions": [answers.responses[0]], "model_version": "..."}, ensure_ascii=False
        ),
        **sending(decided.request_schema, request.input, request.package),
        "notes": [
            *request.warnings,
            *unmeasured(request, decided.parts),
            *decided.measured,
            *by_the_clock(texts[f"src/{request.package}/inference.py"]),
        ],
        "concerns": [concern.context for concern in request.concerns],
        "evaluates": "evaluation" in decided.interfaces,
        "readme_tree": "",  # known once everything is written
        "readme_proof": _proof_text(answers, request.verify),
    }


def _description(decided: Decided) -> str:
    """Return what the notebook says of itself below its title, else where the service comes from."""
    notebook = decided.request.notebook
    title = plain(notebook.title).rstrip(".!?:")
    for cell in notebook.cells[:1]:
        text = plain(cell.heading).removeprefix(title).lstrip(".!?: ")
        if len(text.split()) > 3:
            return text
    return f"A service made from the notebook {notebook.path.name}."


def _trusted(request: Request, texts: Mapping[str, str]) -> list[str]:
    """Return the libraries of the notebook whose types may be in its artifacts: their code runs in any case."""
    code = [text for path, text in texts.items() if path.endswith(".py") and not path.endswith("parameters.py")]
    roots = imported_roots(code) | (asked_for(code) & {"pandas"})
    return sorted(roots - {request.package, "pydantic", "pydantic_settings", "matplotlib", "seaborn"})


def _proof_text(answers: Answers, verify: str) -> str:
    rows = len(answers.requests)
    drawn = f", {rows - answers.own} of them drawn from `{answers.drawn_from}`," if answers.drawn_from else ""
    asked = f"At the export, {rows} records{drawn} were answered by the notebook's own code in its own kernel"
    if verify == "none":
        return f"{asked}. Nothing was compared with them then: `make test` does it."
    where = "and the same records by this repository in an environment of its own, with the same answers: one by one"
    if verify == "fast":
        return f"{asked}, {where}, and as one batch where a batch is allowed. HTTP and training were left out then."
    return (
        f"{asked}, {where}, as one batch where a batch is allowed, and over HTTP; training from scratch was tried too."
    )


def _cell_rows(decided: Decided, texts: Mapping[str, str]) -> list[dict[str, Any]]:
    graph, package = decided.graph, decided.request.package
    homes: dict[int, dict[str, None]] = {}
    for section in ORDER:
        for index in decided.parts.sections[section]:
            homes.setdefault(graph.flow.statements[index].cell, {})[f"src/{package}/{section}.py"] = None
    body = (*decided.parts.body, *decided.request.inference.body)
    if decided.request.inference.function:
        body = (*decided.parts.body, *graph.definers.get(decided.request.inference.function, ()))
    for index in body:
        homes.setdefault(graph.flow.statements[index].cell, {})[f"src/{package}/inference.py"] = None
    for index in graph.parameters.values():
        homes.setdefault(graph.flow.statements[index].cell, {})[f"src/{package}/parameters.py"] = None
    for index in (*graph.lifted, *graph.freed):
        names = graph.flow.statements[index].facts.definitions
        for path, text in texts.items():
            if path.endswith(".py") and not names.isdisjoint(defined(text)):
                homes.setdefault(graph.flow.statements[index].cell, {})[path] = None
    rows: list[dict[str, Any]] = []
    for cell in graph.notebook.cells:
        statements = [s for s in graph.flow.statements if s.cell == cell.index]
        imports = "its imports go where they are used" if any(graph.is_import(s.index) for s in statements) else ""
        note = "" if cell.index in homes else imports or "stays in the notebook"
        section = cell.section if cell.section in SECTIONS else ""
        row = {"section": section, "file": ", ".join(homes.get(cell.index, {})), "note": note}
        if rows and all(rows[-1][key] == value for key, value in row.items()):
            first = rows[-1]["cell"].partition(" ")[0]
            rows[-1]["cell"] = f"{first} to [{cell.index + 1}]"
        else:
            rows.append({"cell": f"[{cell.index + 1}]", **row})
    return rows
