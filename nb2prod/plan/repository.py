"""The files of the repository that come from the notebook, and what its templates are told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from nb2prod.capture.model import Answers, Evidence
from nb2prod.notebook.model import SECTIONS
from nb2prod.plan.arguments import pass_arguments
from nb2prod.plan.artifacts import Artifacts, Kind
from nb2prod.plan.data_files import DataFiles
from nb2prod.plan.graph import Graph
from nb2prod.plan.interface import Interface
from nb2prod.plan.partition import ORDER, Partition
from nb2prod.plan.request import Request
from nb2prod.plan.requirements import imported_roots
from nb2prod.plan.write.answer import predict_text
from nb2prod.plan.write.functions import Writer
from nb2prod.plan.write.modules import Assembler
from nb2prod.plan.write.origins import Module, Origins
from nb2prod.plan.write.pipeline import pipeline_text
from nb2prod.plan.write.settings import Parameter, prefix, settings_text
from nb2prod.plan.write.text import global_to_nonlocal, plain, without_live_plots
from nb2prod.plan.write.types import Types

SERVICE = ("fastapi>=0.110", "uvicorn>=0.27", "pydantic-settings>=2.7")
CONTAINERS = {"tuple": "tuple", "numpy.ndarray": "numpy", "torch.Tensor": "torch", "pandas.Series": "series"}
LIBRARIES = {"table": "pandas", "numpy.ndarray": "numpy", "torch.Tensor": "torch", "pandas.Series": "pandas"}
"""What the service needs to put a request together."""
DOCS = {
    "data": "Where the data comes from.",
    "training": "How the model is trained.",
    "evaluation": "How good the model is.",
    "inference": "How a request is answered.",
}


@dataclass(frozen=True)
class Decided:
    """All that was decided before the first line is written."""

    request: Request
    evidence: Evidence
    graph: Graph
    parts: Partition
    interfaces: Mapping[str, Interface]
    artifacts: Artifacts
    settings: tuple[Parameter, ...]
    files: DataFiles
    kinds: Mapping[str, Kind]

    @property
    def answers(self) -> Answers:
        """The notebook's answers; planning has refused before if there are none."""
        assert self.evidence.answers is not None
        return self.evidence.answers

    @property
    def file_settings(self) -> dict[str, str]:
        """Parameters that name a data file, to its name below the data folder."""
        if self.files.in_data_folder:
            return {}
        named = {p.name: self.files.file_of(p.default) for p in self.settings if isinstance(p.default, str)}
        return {name: file for name, file in named.items() if file}


@dataclass(frozen=True)
class Trees:
    """What the templates are told."""

    templates: tuple[str, ...]
    context: Mapping[str, Any]
    service_requirements: tuple[str, ...]
    warnings: tuple[str, ...]


def repository_files(decided: Decided) -> tuple[dict[str, str], Trees]:
    """Return path to text of the files made here, and the templates with their context."""
    request, package = decided.request, decided.request.package
    modules = _modules(decided)
    folder = f"src/{package}"
    texts = {f"{folder}/{name}": text for name, text in modules.items()}
    texts[f"{folder}/parameters.py"] = settings_text(package, decided.settings, decided.file_settings)
    extra = {n: f"parameters.{n}" for n in (*decided.parts.settings, *decided.artifacts.settings)}
    texts[f"{folder}/pipeline.py"] = pipeline_text(
        package, decided.parts, decided.interfaces, extra, in_data_folder=decided.files.in_data_folder
    )
    texts[f"{folder}/artifacts/catalog.py"] = _catalog(decided)
    own = request.own_modules.needed(modules.values())
    texts.update({f"{folder}/{name}": text for name, text in own.items()})
    answers = decided.answers
    first = {"request": answers.requests[0], "response": answers.responses[0]}
    schema = {"request": answers.request_schema, "response": answers.response_schema, "example": first}
    texts[f"{folder}/schema.json"] = _json(schema)
    texts["tests/parity/requests.json"] = _rows(answers.requests)
    texts["tests/parity/responses.json"] = _rows(answers.responses)
    if decided.files.files:
        texts["data/manifest.json"] = _json(decided.files.manifest())
    texts[f"notebooks/{request.notebook.path.name}"] = request.notebook.path.read_text(encoding="utf-8")
    return texts, _trees(decided, [*sorted(modules), *own], texts)


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, sort_keys=False) + "\n"


def _rows(rows: Sequence[Any]) -> str:
    """Return a JSON list with a row a line, so that a diff shows rows."""
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


def _writer(decided: Decided, rewritten: Mapping[int, str]) -> Writer:
    """Return what writes functions, ``rewritten`` statements in place of the notebook's."""
    graph = decided.graph
    file_settings = decided.file_settings

    def source(index: int) -> str:
        statement = graph.flow.statements[index]
        text = rewritten.get(index, statement.source)
        if graph.is_floating(index):
            text = global_to_nonlocal(text)
        return pass_arguments(decided.files.rewrite(without_live_plots(text)), graph.freed_names)

    def setting(name: str) -> str:
        return f"data_file(parameters.{name})" if name in file_settings else f"parameters.{name}"

    return Writer(graph, Types(graph, decided.evidence.values), source, setting=setting)


def _modules(decided: Decided) -> Mapping[str, str]:
    graph, package = decided.graph, decided.request.package
    writer = _writer(decided, {})
    origins = Origins(graph, decided.request.own_modules)
    modules = []
    for section in ORDER:
        if section in decided.interfaces:
            statements = decided.parts.sections[section]
            interface = decided.interfaces[section]
            text, imports = writer.section(section, statements, interface, _metrics(decided))
            if "parameters" in text:
                imports.add(f"from {package}.parameters import Parameters")
            module = Module(section, DOCS[section])
            module.add(text, origins.of(statements), imports)
            modules.append(module)
    answering = _writer(decided, decided.request.inference.rewritten)
    modules.append(_inference_module(decided, answering, origins))
    return Assembler(graph, origins, writer).assemble(modules)


def _inference_module(decided: Decided, writer: Writer, origins: Origins) -> Module:
    parts, inference = decided.parts, decided.request.inference
    module = Module("inference", DOCS["inference"])
    for name, (statements, needs) in decided.artifacts.builds.items():
        text, imports = writer.build(name, statements, dict.fromkeys(needs, ""))
        module.add(text, origins.of(statements), imports)
    needed = set(_predict_names(decided))
    values = {p.name: writer.types.annotation(p.name) for p in decided.artifacts.plans if p.name in needed}
    schema = decided.answers.request_schema
    inputs = {name: str(schema.get("container", "")) for name in inference.inputs}
    if schema.get("container") == "arguments":
        fields = {f["name"]: f.get("type", "") for f in schema["fields"]}
        python = {"number": "float", "integer": "int", "string": "str", "boolean": "bool"}
        inputs = {name: python.get(fields.get(name, ""), "") for name in inference.inputs}
    text, imports = predict_text(writer, inference, parts.body, values, inputs, shared=_is_shared(decided))
    own = [*parts.body, *inference.body]
    if inference.function:
        own += list(decided.graph.definers.get(inference.function, ()))
    module.add(text, origins.of(own), imports)
    return module


def _is_shared(decided: Decided) -> bool:
    """Return whether a section calls the function that answers, and it stands at module level for that."""
    name, graph = decided.request.inference.function, decided.graph
    if not name or name not in graph.freed_names:
        return False
    return any(name in graph.needs(i) for section in ORDER for i in decided.parts.sections[section])


def _predict_names(decided: Decided) -> list[str]:
    """Return the values that ``predict`` takes besides the request; builders' values are not among them."""
    return sorted({*decided.parts.artifacts, *decided.parts.settings} - set(decided.artifacts.values))


def _metrics(decided: Decided) -> str:
    """Return the expression that gives the metrics, spelled out as the run saw them."""
    entries = []
    for name in decided.evidence.metrics:
        root, _, key = name.partition(".")
        if root in decided.parts.metrics:
            text = f"{root}[{key!r}]" if key else root
            shown = key if key and key not in decided.evidence.metrics else name
            entries.append(f"{shown!r}: float({text})")
    return "{" + ", ".join(entries) + "}"


def _catalog(decided: Decided) -> str:
    kinds = {plan.kind: decided.kinds[plan.kind] for plan in decided.artifacts.plans}
    builds = any(plan.build for plan in decided.artifacts.plans)
    package = decided.request.package
    lines = ['"""Which artifact is saved how."""', ""]
    lines += [f"from {package} import inference"] if builds else []
    lines += [f"from {package}.artifacts import {kind.module}" for _, kind in sorted(kinds.items())]
    lines += [f"from {package}.artifacts.entry import Entry", "", "CATALOG: dict[str, Entry] = {"]
    for plan in decided.artifacts.plans:
        arguments = [repr(plan.file), decided.kinds[plan.kind].module]
        if plan.build:
            needs = decided.artifacts.builds[plan.name][1]
            arguments += [f"build=inference.{plan.build}"] + ([f"needs={needs!r}"] if needs else [])
        lines.append(f"    {plan.name!r}: Entry({', '.join(arguments)}),")
    return "\n".join([*lines, "}", ""])


def _trees(decided: Decided, modules: list[str], texts: Mapping[str, str]) -> Trees:
    answers = decided.answers
    kinds = sorted({plan.kind for plan in decided.artifacts.plans})
    schema = answers.request_schema
    kind, container = str(schema["kind"]), str(schema.get("container", ""))
    shape = "arguments" if container == "arguments" else kind
    templates = ["project", f"request_{shape}"]
    if shape in {"array", "text", "value", "record"}:
        templates.append(f"container_{CONTAINERS.get(container, 'plain')}")
    templates += ["service", "pipeline", *(f"artifacts/{kind}" for kind in kinds)]
    wanted = {r for k in kinds for r in decided.kinds[k].requirements(decided.evidence.distributions)}
    wanted |= {LIBRARIES[name] for name in (kind, container) if name in LIBRARIES}
    service = (*SERVICE, *sorted(wanted))
    return Trees(tuple(templates), _context(decided, modules, texts), service, tuple(decided.evidence.problems))


def _context(decided: Decided, modules: list[str], texts: Mapping[str, str]) -> dict[str, Any]:
    request, answers = decided.request, decided.answers
    notebook = request.notebook
    title = plain(notebook.title).rstrip(".") or request.project
    version = decided.evidence.python["version"]
    major, minor = (int(part) for part in version.split(".")[:2])
    return {
        "project": request.project,
        "package": request.package,
        "title": title,
        "description": _description(decided),
        "python": version,
        "requires_python": f">={major}.{minor},<{major}.{minor + 1}",
        "dependencies": [],
        "dev_dependencies": [],
        "notebook": f"notebooks/{notebook.path.name}",
        "notebook_sha256": sha256(notebook.path.read_bytes()).hexdigest(),
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
        "readme_response": json.dumps({"predictions": [answers.responses[0]]}, ensure_ascii=False),
        "readme_tree": "",  # known once everything is written
        "readme_proof": _proof_text(answers),
    }


def _description(decided: Decided) -> str:
    """Return what the notebook says of itself below its title, else where the service comes from."""
    notebook = decided.request.notebook
    title = plain(notebook.title).rstrip(".")
    for cell in notebook.cells[:1]:
        text = plain(cell.heading).removeprefix(f"{title}.").strip()
        if len(text.split()) > 3:
            return text
    return f"A service made from the notebook {notebook.path.name}."


def _trusted(request: Request, texts: Mapping[str, str]) -> list[str]:
    """Return the libraries of the notebook whose types may be in its artifacts: their code runs in any case."""
    roots = imported_roots(t for p, t in texts.items() if p.endswith(".py") and not p.endswith(("parameters.py",)))
    return sorted(roots - {request.package, "pydantic", "pydantic_settings", "matplotlib", "seaborn"})


def _proof_text(answers: Answers) -> str:
    rows = len(answers.requests)
    drawn = f", {rows - answers.own} of them drawn from `{answers.drawn_from}`" if answers.drawn_from else ""
    return (
        f"At the export, {rows} records{drawn} were answered by the notebook's own code in its own kernel, and the "
        "same records by this repository in an environment of its own: one by one, as one batch where a batch is "
        "allowed, over HTTP, and after training from scratch."
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
            if path.endswith(".py") and any(defines(text, name) for name in names):
                homes.setdefault(graph.flow.statements[index].cell, {})[path] = None
    rows = []
    for cell in graph.notebook.cells:
        statements = [s for s in graph.flow.statements if s.cell == cell.index]
        only_imports = bool(statements) and all(graph.is_import(s.index) for s in statements)
        note = (
            "imports, where they are needed"
            if only_imports
            else ("" if cell.index in homes else "stays in the notebook")
        )
        section = cell.section if cell.section in SECTIONS else ""
        rows.append(
            {"cell": cell.index + 1, "section": section, "file": ", ".join(homes.get(cell.index, {})), "note": note}
        )
    return rows


def defines(text: str, name: str) -> bool:
    """Return whether a module's text defines ``name`` at its top level."""
    return any(
        line.startswith((f"def {name}(", f"class {name}(", f"class {name}:", f"{name} = ")) for line in text.split("\n")
    )
