"""The files of the repository that come from the notebook, and what its templates are told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from nb2prod.analysis.shown_metrics import texts_of
from nb2prod.plan.arguments import pass_arguments
from nb2prod.plan.context import title, trees
from nb2prod.plan.decided import Decided, Trees
from nb2prod.plan.naming import metric_names, notebook_name
from nb2prod.plan.partition import ORDER
from nb2prod.plan.policy import policy
from nb2prod.plan.usual import usual
from nb2prod.plan.write.answer import INPUT_TYPES, predict_text
from nb2prod.plan.write.environment import environment_variables, package_text
from nb2prod.plan.write.functions import Writer
from nb2prod.plan.write.modules import Assembler
from nb2prod.plan.write.origins import Module, Origins
from nb2prod.plan.write.pipeline import pipeline_text
from nb2prod.plan.write.settings import settings_text
from nb2prod.plan.write.text import global_to_nonlocal, without_live_plots
from nb2prod.plan.write.types import Types

DOCS = {
    "data": "Where the data comes from.",
    "training": "How the model is trained.",
    "evaluation": "How good the model is.",
    "inference": "How a request is answered.",
}


def repository_files(decided: Decided) -> tuple[dict[str, str], Trees]:
    """Return path to text of the files made here, and the templates with their context.

    Raises ``ValueError`` where nobody has said how the notebook's file travels: an empty one would be no notebook.
    """
    request, package = decided.request, decided.request.package
    if request.copy is None:
        raise ValueError("a repository carries the notebook along, and the request has no copy of it")
    modules = _modules(decided)
    folder = f"src/{package}"
    texts = {f"{folder}/{name}": text for name, text in modules.items()}
    texts[f"{folder}/parameters.py"] = settings_text(package, decided.settings, decided.file_settings)
    extra = {n: f"parameters.{n}" for n in (*decided.parts.settings, *decided.artifacts.settings)}
    texts[f"{folder}/pipeline.py"] = pipeline_text(
        package, decided.parts, decided.interfaces, extra, in_data_folder=decided.files.in_data_folder
    )
    texts[f"{folder}/artifacts/catalog.py"] = _catalog(decided)
    variables = environment_variables(decided.graph)
    if variables:
        texts[f"{folder}/__init__.py"] = package_text(title(request), variables)
    own = request.own_modules.needed(modules.values())
    texts.update({f"{folder}/{name}": text for name, text in own.items()})
    answers = decided.answers
    first = {"request": answers.requests[0], "response": answers.responses[0]}
    schema = {"request": decided.request_schema, "response": answers.response_schema, "example": first}
    schema["usual"] = usual(decided.request_schema, answers.requests)
    texts[f"{folder}/schema.json"] = _json(schema)
    measured = decided.interfaces["evaluation"].inputs if "evaluation" in decided.interfaces else ()
    texts["policy.json"] = _json(
        policy(decided.request_schema, request.notebook.metadata, measured, _measured(decided))
    )
    texts["tests/parity/requests.json"] = _rows(answers.requests)
    texts["tests/parity/responses.json"] = _rows(answers.responses)
    if decided.files.files:
        texts["data/manifest.json"] = _json(decided.files.manifest())
    texts[f"notebooks/{notebook_name(request.notebook.path, request.project)}"] = request.copy
    return texts, trees(decided, [*sorted(modules), *own], texts)


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

    request = decided.request
    records = INPUT_TYPES.get(str(decided.request_schema.get("container", "")), ("Any", "from typing import Any"))
    types = Types(graph, decided.evidence.values)
    return Writer(
        graph,
        types,
        source,
        setting=setting,
        prepare=request.prepare,
        prepared=request.prepared,
        notes={"evaluation": decided.measured},
        records=records,
    )


def _modules(decided: Decided) -> Mapping[str, str]:
    request, graph, package = decided.request, decided.graph, decided.request.package
    writer = _writer(decided, texts_of(request.shown_metrics, decided.evidence.metrics))
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
    values = {p.name: writer.types.kept(p.name) for p in decided.artifacts.plans if p.name in needed}
    schema = decided.request_schema
    inputs = {name: str(schema.get("container", "")) for name in inference.inputs}
    if schema.get("container") == "arguments":
        fields = {f["name"]: f.get("type", "") for f in schema["fields"]}
        python = {"number": "float", "integer": "int", "string": "str", "boolean": "bool"}
        inputs = {name: python.get(fields.get(name, ""), "") for name in inference.inputs}
    returns = writer.types.of_answer(decided.answers)
    text, imports = predict_text(writer, inference, parts.body, values, inputs, returns, shared=_is_shared(decided))
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
    entries = [f"{shown!r}: float({text})" for shown, text in _measured(decided).items()]
    return "{" + ", ".join(entries) + "}"


def _measured(decided: Decided) -> dict[str, str]:
    """Return what each metric of the repository is called, to the expression that gives it."""
    return {
        shown: decided.evidence.metric_texts.get(name, name)
        for name, shown in metric_names(decided.evidence.metrics).items()
        if name.partition(".")[0] in decided.parts.metrics
    }


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
