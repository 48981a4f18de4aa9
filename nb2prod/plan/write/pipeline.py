"""The repository's ``pipeline.py``: load, train, evaluate, save."""

from __future__ import annotations

from collections.abc import Mapping

from nb2prod.plan.interface import Interface, producer
from nb2prod.plan.partition import ORDER, Partition
from nb2prod.plan.write.functions import FUNCTION
from nb2prod.plan.write.text import indent

VARIABLE = {"data": "data", "training": "training", "evaluation": "metrics"}
MODULE_NAMES = frozenset(
    {"parameters", "artifacts", "error", "gate", "values", "version"}
    | {"json", "CliApp", "Parameters", "working_folder", "run", "main"}
)
"""Names that the module has anyway, which no variable of the notebook may hide."""


def pipeline_text(
    package: str, parts: Partition, found: Mapping[str, Interface], extra: Mapping[str, str], *, in_data_folder: bool
) -> str:
    """Return the module's text. ``extra`` maps further values to save to the expressions that give them;
    ``in_data_folder`` runs the notebook's code where its relative paths hold."""
    sections = [s for s in ORDER if s in found]
    calls = "\n".join(_call(section, found) for section in sections)
    values = {name: _value(name, producer(found, name), found) for name in parts.artifacts}
    values = {name: f"{text}.{parts.modes[name]}()" if name in parts.modes else text for name, text in values.items()}
    values.update(extra)
    metrics = "metrics" if "evaluation" in found else "{}"
    saved = "".join(f"    {name!r}: {text},\n" for name, text in values.items())
    evaluates = ", evaluate" if "evaluation" in found else ""
    gives = "the metrics" if evaluates else "no metrics: the notebook's code has none that could be kept"
    body = [indent_if(calls, in_data_folder), f"values: dict[str, object] = {{\n{saved}}}", f"return values, {metrics}"]
    imports = [f"from {package} import artifacts, gate"]
    imports += [f"from {package}.{section} import {FUNCTION[section]}" for section in sections]
    imports += [f"from {package}.parameters import Parameters"]
    imports += [f"from {package}.working_folder import working_folder"] if in_data_folder else []
    return "\n".join(
        [
            f'"""From the data to the saved artifacts: load, train{evaluates}, save."""',
            "",
            "import json",
            "",
            "from pydantic_settings import CliApp",
            "",
            *imports,
            "",
            "",
            "def run(parameters: Parameters) -> tuple[dict[str, object], dict[str, float]]:",
            f'    """Return what the service needs, by name, and {gives}."""',
            *(indent(part) for part in body if part),
            "",
            "",
            "def main() -> None:",
            '    """Train with the parameters of environment and command line; save what is good enough."""',
            "    parameters = CliApp.run(Parameters)",
            "    values, metrics = run(parameters)",
            '    plain = parameters.model_dump(mode="json")',
            "    try:",
            "        version = artifacts.replace(values, parameters=plain, metrics=metrics)",
            "    except gate.Refused as error:",
            "        raise SystemExit(str(error)) from None",
            '    print(json.dumps({"model_version": version, "metrics": metrics}, indent=2))',
            "",
            "",
            'if __name__ == "__main__":',
            "    main()",
            "",
        ]
    )


def indent_if(calls: str, in_data_folder: bool) -> str:
    """Return the calls, inside a ``with`` block if they have to run in the data folder."""
    return f"with working_folder():\n{indent(calls)}" if in_data_folder and calls else calls


def _call(section: str, found: Mapping[str, Interface]) -> str:
    interface = found[section]
    arguments = ["parameters"] if interface.settings else []
    arguments += [_value(name, maker, found) for name, maker in interface.inputs.items()]
    call = f"{FUNCTION[section]}({', '.join(arguments)})"
    if section == "evaluation":
        return f"metrics = {call}"
    if not interface.outputs:
        return call
    return f"{_variable(section, found)} = {call}"


def _variable(section: str, found: Mapping[str, Interface]) -> str:
    outputs = found[section].outputs
    taken = MODULE_NAMES | {*VARIABLE.values(), *FUNCTION.values()}
    return outputs[0] if len(outputs) == 1 and outputs[0] not in taken else VARIABLE[section]


def _value(name: str, maker: str, found: Mapping[str, Interface]) -> str:
    variable = _variable(maker, found)
    return variable if len(found[maker].outputs) == 1 else f"{variable}.{name}"
