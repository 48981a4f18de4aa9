"""Annotations: from what the run saw of a value to the text of its type and the import that it wants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nb2prod.capture.model import Answers, ValueInfo
from nb2prod.plan.graph import Graph
from nb2prod.plan.write.settings import type_text

_ANY = ("Any", "from typing import Any")
_BUILTIN = {
    "dict": ("dict[str, Any]", _ANY[1]),
    "list": ("list[Any]", _ANY[1]),
    "tuple": ("tuple[Any, ...]", _ANY[1]),
    "set": ("set[Any]", _ANY[1]),
    "NoneType": ("None", ""),
    "function": ("Callable[..., Any]", "from collections.abc import Callable\nfrom typing import Any"),
}
_ALIASES = {"pandas": ("pd", "import pandas as pd"), "numpy": ("np", "import numpy as np")}
_SCALARS = {"float64": "float", "float32": "float", "float16": "float", "int64": "int", "int32": "int", "bool": "bool",
            "bool_": "bool", "str_": "str"}  # fmt: skip


@dataclass(frozen=True)
class Types:
    """Knows what the run saw under each name."""

    graph: Graph
    values: Mapping[str, ValueInfo]

    def annotation(self, name: str) -> tuple[str, str]:
        """Return the annotation for ``name`` and the import lines that it needs, ``Any`` where the name held several
        kinds of values or nothing is known."""
        info = self.values.get(name)
        if info is None or (info.varied and len(self.graph.definers.get(name, ())) > 1):
            return _ANY
        return self.text(info)

    def kept(self, name: str) -> tuple[str, str]:
        """Return the same for an artifact, which is what the name held when inference asked it."""
        info = self.values.get(name)
        return _ANY if info is None else self.text(info)

    def of_answer(self, answers: Answers) -> tuple[str, str]:
        """Return the annotation of what ``predict`` returns, ``Any`` where the run saw nothing or sometimes nothing."""
        if answers.type is None or any(response is None for response in answers.responses):
            return _ANY
        return self.text(answers.type)

    def text(self, info: ValueInfo) -> tuple[str, str]:
        """Return the annotation for a value's type and the import lines that it needs."""
        if info.module == "builtins":
            if info.type in {"list", "dict"} and isinstance(info.value, list | dict) and info.value:
                text = type_text(info.value)
                return (text, _ANY[1] if "Any" in text else "") if "None" not in text else _BUILTIN[info.type]
            known = _BUILTIN.get(info.type)
            return known or ((info.type, "") if info.type in {"int", "float", "str", "bool", "bytes"} else _ANY)
        if info.module == "numpy" and info.type in _SCALARS:
            return (_SCALARS[info.type], "")
        if info.module in _ALIASES and info.type.isidentifier():
            alias, line = _ALIASES[info.module]
            return (f"{alias}.{info.type}", line)
        if not info.type.isidentifier() or not all(part.isidentifier() for part in info.module.split(".")):
            return _ANY
        definers = self.graph.definers.get(info.type, ())
        if info.module == "__main__":
            return (info.type, "") if any(i in self.graph.lifted for i in definers) else _ANY
        if not all(self.graph.is_import(i) for i in definers):
            return _ANY
        return (info.type, f"from {info.module} import {info.type}")
