"""
## What it does
Finds loads that run code which the file brings along: ``pickle.load``, ``torch.load`` without ``weights_only=True``,
``joblib.load`` and ``pd.read_pickle`` of what was fetched, ``np.load(..., allow_pickle=True)``, ``yaml.load`` without a
safe loader, ``keras`` models with ``safe_mode=False``. Files that the notebook has written itself are passed over.

## Why is this bad
Whoever can put another file in that place runs whatever they like, with the rights of the service.

## Example
```python
model = pickle.load(open("model.pkl", "rb"))
```

## Use instead
A format that only holds data: safetensors, ``skops``, the booster's own, Parquet, JSON:
```python
weights = torch.load("weights.pt", weights_only=True)
```
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.nodes import Call, beginning, last_names
from nb2prod.rules.chance import is_true, literal
from nb2prod.rules.model import Finding, Rule, Severity

PICKLES = frozenset((
    "pickle.load", "pickle.loads", "cPickle.load", "cPickle.loads", "dill.load", "dill.loads", "cloudpickle.load",
    "cloudpickle.loads",
    "joblib.load", "sklearn.externals.joblib.load", "pandas.read_pickle", "shelve.open", "torch.load",
))  # fmt: skip
WRITES = frozenset(("dump", "save", "to_pickle", "savez"))
YAML = frozenset(("yaml.load", "yaml.load_all", "yaml.unsafe_load", "yaml.full_load"))
WORDS = last_names(PICKLES | YAML) | {"allow_pickle", "safe_mode"}
RULE = Rule("NB603", "unsafe-deserialisation", Severity.WARNING, words=WORDS)
SAFE_LOADERS = re.compile(r"Safe|Base")


def check(calls: Sequence[Call], texts: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding for each load."""
    loads = [(call, remedy) for call in calls if (remedy := _remedy(call))]
    written = {name for call in calls if _writes(call) for name in _names(call, texts)} if loads else set()
    for call, remedy in loads:
        if not written & _named(call, texts):
            what = f"`{call.path}` runs whatever code the file brings along"
            yield Finding(what, call.statement.cell, call.line, remedy)


def _writes(call: Call) -> bool:
    mode = literal(call.argument(1, "mode"))
    return call.last in WRITES or (call.path == ".open" and isinstance(mode, str) and mode.startswith(("w", "x")))


def _remedy(call: Call) -> str:
    if call.path == "torch.load":
        allowed = is_true(call.keyword("weights_only")) or call.unpacks
        return "" if allowed else "hand `weights_only=True` over, or keep the weights as safetensors"
    if call.path in PICKLES:
        return "keep it in a format that only holds data (skops, safetensors, the library's own, Parquet)"
    if call.path in {"numpy.load"} and is_true(call.keyword("allow_pickle")):
        return "keep the arrays without objects, and leave `allow_pickle` out"
    if call.path in YAML:
        loader = call.argument(1, "Loader")
        safe = loader is not None and SAFE_LOADERS.search(ast.unparse(loader))
        return "" if safe or call.path == "yaml.full_load" else "use `yaml.safe_load`"
    if call.path.startswith("keras.") and call.last == "load_model" and literal(call.keyword("safe_mode")) is False:
        return "leave `safe_mode=False` out"
    return ""


def _named(call: Call, texts: Mapping[str, str]) -> set[str]:
    """Return the file that a call names, also where it is opened by the statement or a name that holds it."""
    return set(_names(call, texts)) | {
        each for part in ast.walk(call.statement.node) if isinstance(part, ast.Call) for each in _texts(part, texts)
    }


def _names(call: Call, texts: Mapping[str, str]) -> Iterator[str]:
    yield from _texts(call.node, texts)
    for part in ast.walk(call.statement.node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "open":
            yield from _texts(part, texts)


def _texts(call: ast.Call, texts: Mapping[str, str]) -> Iterator[str]:
    for given in (*call.args, *(each.value for each in call.keywords)):
        text = beginning(given, texts)
        if "." in text:
            yield text
