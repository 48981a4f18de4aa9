"""Sources of cells to what they print and what their names hold in the end: in IPython, in a process of its own.

Run as a script, it is a guest: it reads a list of sources from standard input, runs them in the folder where it is, and
writes to the file that it is told. A debugger goes on at once, as if somebody had said so.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 300
"""Seconds for one notebook."""
ADDRESS = re.compile(r" at 0x[0-9a-f]+")
PLAIN = (bool, int, float, complex, str, bytes, type(None))


@dataclass(frozen=True)
class Computed:
    """What one run has shown."""

    failed: str
    """How the cell that raised did so; empty where all ran."""
    printed: tuple[str, ...]
    """What each cell printed and displayed."""
    values: Mapping[str, str]
    """What the names hold that the code gives a value to other than by an import, if that can be told."""


def computed(sources: Sequence[str], folder: Path) -> Computed:
    """Run sources one after the other in a fresh process."""
    with tempfile.TemporaryDirectory() as own:
        result = Path(own) / "result.json"
        outside = {"IPYTHONDIR": own, "MPLBACKEND": "agg", "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        command = [sys.executable, __file__, str(result)]
        run = subprocess.run(
            command,
            input=json.dumps(list(sources)),
            cwd=folder,
            env={**os.environ, **outside},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert run.returncode == 0, run.stderr
        said = json.loads(result.read_text())
    return Computed(said["failed"], tuple(said["printed"]), said["values"])


def _main() -> None:
    import pdb

    from IPython.terminal.interactiveshell import TerminalInteractiveShell
    from IPython.utils.capture import capture_output

    pdb.set_trace = lambda *given, **named: None  # type: ignore[assignment]
    sys.breakpointhook = lambda *given, **named: None
    shell = TerminalInteractiveShell.instance(simple_prompt=True)
    printed, own, failed = [], set(), ""
    for source in json.load(sys.stdin):
        own |= _given_values(shell.transform_cell(source))
        with capture_output() as shown:
            result = shell.run_cell(source)
        error = result.error_before_exec or result.error_in_exec
        displayed = [str(each.data.get("text/plain", "")) for each in shown.outputs]
        printed.append(ADDRESS.sub("", "\n".join([shown.stdout, *displayed])))
        if error is not None:
            failed = f"cell {len(printed) - 1}: {type(error).__name__}: {error}"
            break
    values = {name: _told(shell.user_ns[name], []) for name in sorted(own & shell.user_ns.keys())}
    told = {"failed": failed, "printed": printed, "values": {name: each for name, each in values.items() if each}}
    Path(sys.argv[1]).write_text(json.dumps(told))


def _given_values(code: str) -> set[str]:
    import ast

    nodes = ast.walk(ast.parse(code))
    return {each.id for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}


def _told(value: Any, within: list[int]) -> str:
    """Return a value as a text that is the same for what is equal; empty where that cannot be told."""
    kind = type(value)
    if kind in PLAIN:
        return repr(value)
    if id(value) in within:
        return f"<{len(within) - within.index(id(value))} up>"
    within = [*within, id(value)]
    if kind in (list, tuple):
        return f"{kind.__name__}{[_told(each, within) for each in value]}"
    if kind in (set, frozenset):
        return f"{kind.__name__}{sorted(_told(each, within) for each in value)}"
    if isinstance(value, dict):
        return f"{kind.__name__}{[(_told(key, within), _told(each, within)) for key, each in value.items()]}"
    return _told_of_libraries(value, within)


def _told_of_libraries(value: Any, within: list[int]) -> str:
    import joblib
    import numpy

    library = type(value).__module__.partition(".")[0]
    name = type(value).__name__
    if isinstance(value, numpy.ndarray | numpy.generic):
        return f"{name} {value.dtype} {value.shape} {_told(value.tolist(), within)}"
    if library == "pandas" and hasattr(value, "to_numpy") and hasattr(value, "index"):
        columns = list(value.columns) if hasattr(value, "columns") else [value.name]
        told = [_told(columns, within), str(value.dtypes), _told(value.index.tolist(), within)]
        return f"{name} {told} {_told(value.to_numpy().tolist(), within)}"
    if library == "torch" and hasattr(value, "detach"):
        return f"{name} {_told(value.detach().cpu().numpy(), within)}"
    if library == "torch" and hasattr(value, "state_dict"):
        return f"{name} {_told(dict(value.state_dict()), within)}"
    if library == "__main__" or callable(value):
        return ""
    if library == "sklearn" and hasattr(value, "get_params"):
        return f"{name} {_told({each: part for each, part in vars(value).items() if each[0] != '_'}, within)}"
    try:
        return f"{name} {joblib.hash(value)}"
    except Exception:  # what cannot be written down
        return ""


if __name__ == "__main__":
    _main()
