"""The notebook's parameters as typed settings: defaults, help from comments, environment and command line."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nb2prod.plan.graph import Graph
from nb2prod.plan.write.text import docstring, indent

ANYTHING = "int | float | bool | str | None"
"""The type of a parameter that is ``None`` in the notebook: whatever fits first when somebody sets it."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of the notebook."""

    name: str
    annotation: str
    default: Any
    """Its value in the run that was exported."""
    help: str = ""


def parameters(graph: Graph, given: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """Return the notebook's parameters, ``given`` values in place of its own."""
    found = []
    for name, index in graph.parameters.items():
        statement = graph.flow.statements[index]
        value = ast.literal_eval(statement.node.value)  # type: ignore[attr-defined]
        default = given.get(name, value)
        annotation = statement.node.annotation if isinstance(statement.node, ast.AnnAssign) else None
        text = ast.unparse(annotation) if annotation is not None and _is_plain(annotation) else type_text(default)
        found.append(Parameter(name, text, default, comment_of(statement.source)))
    return tuple(found)


def _is_plain(annotation: ast.expr) -> bool:
    names = {n.id for n in ast.walk(annotation) if isinstance(n, ast.Name)}
    return names <= {"int", "float", "str", "bool", "list", "dict", "tuple", "set", "None"}


def type_text(value: Any) -> str:
    """Return an annotation for a literal value; elements of a list decide its element type where they agree."""
    if value is None:
        return ANYTHING
    if isinstance(value, list | tuple | set):
        inner = {type_text(v) for v in value}
        element = inner.pop() if len(inner) == 1 else "Any"
        return f"tuple[{element}, ...]" if isinstance(value, tuple) else f"{type(value).__name__}[{element}]"
    if isinstance(value, dict):
        inner = {type_text(v) for v in value.values()}
        return f"dict[str, {inner.pop() if len(inner) == 1 else 'Any'}]"
    return type(value).__name__


def comment_of(source: str) -> str:
    """Return the comment behind the statement, else the comment lines above it."""
    behind: list[str] = []
    above: list[str] = []
    last = 0
    for token in tokenize.generate_tokens(io.StringIO(source + "\n").readline):
        if token.type == tokenize.COMMENT:
            text = token.string.lstrip("#").strip()
            if text.startswith("@param"):  # Colab's form fields
                continue
            (behind if last else above).append(text)
        elif token.type not in {tokenize.NL, tokenize.NEWLINE, tokenize.ENCODING, tokenize.ENDMARKER}:
            last = 1
    return " ".join(behind or above)


def settings_text(package: str, found: tuple[Parameter, ...], files: Mapping[str, str]) -> str:
    """Return the module ``parameters.py``; ``files`` maps parameters that name a data file to its name in the
    repository's data folder."""
    fields = [_field(parameter, files.get(parameter.name, parameter.default)) for parameter in found]
    names = ["from typing import Any"] if any("Any" in p.annotation for p in found) else []
    names += ["from pydantic import Field"] if any("Field(" in line for line in fields) else []
    about = f"Set by `{prefix(package)}<NAME>` in the environment, or by `--<name>` where a command takes them."
    config = [f'env_prefix="{prefix(package)}"', "protected_namespaces=()"]
    if any(p.annotation == ANYTHING for p in found):
        config += ['env_parse_none_str="None"', 'cli_parse_none_str="None"']
    lines = [
        '"""The notebook\'s parameters: defaults as in its run, set by environment or command line."""',
        "",
        *names,
        "from pydantic_settings import BaseSettings, SettingsConfigDict",
        "",
        "",
        "class Parameters(BaseSettings):",
        indent(docstring(about)),
        "",
        f"    model_config = SettingsConfigDict({', '.join(config)})",
        "",
        *fields,
    ]
    return "\n".join(lines) + "\n"


def _field(parameter: Parameter, default: Any) -> str:
    details = [f"description={parameter.help!r}"] if parameter.help else []
    if parameter.annotation == ANYTHING:
        details.append('union_mode="left_to_right"')
    value = f"Field({', '.join([f'default={default!r}', *details])})" if details else repr(default)
    return f"    {parameter.name}: {parameter.annotation} = {value}"


def prefix(package: str) -> str:
    """Return the prefix of the settings' environment variables."""
    return f"{package.upper()}_"
