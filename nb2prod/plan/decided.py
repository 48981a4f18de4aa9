"""All that was decided before the first line is written."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nb2prod.capture.model import Answers, Evidence
from nb2prod.plan.artifacts import Artifacts, Kind
from nb2prod.plan.compiling import Compiling
from nb2prod.plan.data_files import DataFiles
from nb2prod.plan.graph import Graph
from nb2prod.plan.interface import Interface
from nb2prod.plan.partition import Partition
from nb2prod.plan.request import Request
from nb2prod.plan.write.settings import Parameter


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
    measured: tuple[str, ...] = ()
    """What people should know of the metrics."""

    @property
    def answers(self) -> Answers:
        """The notebook's answers; planning has refused before if there are none."""
        assert self.evidence.answers is not None
        return self.evidence.answers

    @property
    def request_schema(self) -> Mapping[str, Any]:
        """The schema that the run showed, whole numbers widened where the notebook's function says ``float``, and with
        the columns that a client may send though nothing needs them."""
        schema = self.answers.request_schema
        ignored = self._ignored()
        if ignored:
            schema = {**schema, "ignored": ignored}
        function = self._function()
        if schema.get("container") != "arguments" or function is None:
            return schema
        arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
        floats = {a.arg for a in arguments if isinstance(a.annotation, ast.Name) and a.annotation.id == "float"}
        fields = [
            {**field, "type": "number", "dtype": "float"}
            if field["name"] in floats and field["type"] == "integer"
            else field
            for field in schema["fields"]
        ]
        return {**schema, "fields": fields}

    def _ignored(self) -> list[str]:
        """Return the other columns of the notebook's tables: a whole row of its data is welcome."""
        known = {field["name"] for field in self.answers.request_schema.get("fields", ())}
        if not known:
            return []
        plan = self.request.input
        if plan is not None and plan.rows == "raw":
            tables: list[tuple[str, ...]] = [plan.unused]
        else:
            tables = [info.columns for info in self.evidence.values.values() if known <= set(info.columns)]
        return [name for name in dict.fromkeys(name for columns in tables for name in columns) if name not in known]

    def _function(self) -> ast.FunctionDef | None:
        name = self.request.inference.function
        nodes = [self.graph.flow.statements[i].node for i in self.graph.definers.get(name, ())]
        return next((node for node in nodes if isinstance(node, ast.FunctionDef)), None)

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
    compiling: Compiling
