"""A value goes in; what can be said of it without loading it elsewhere comes out, and, if wanted, its pickle."""

# ruff: noqa: PTH103, PTH105, PTH118, PTH123
# os.path: the notebook may have changed into another folder, and the audit hook must stay cheap.
from __future__ import annotations

import datetime
import decimal
import functools
import json
import os
import pickle
import sys
import types
from typing import Any

from .as_json import is_a, loaded
from .forecasters import forecaster_obstacle, is_forecaster
from .formulas import is_fitted, obstacle
from .whole_modules import are_modules, whole

JSON_LIMIT = 1_000_000
VALUE_LIMIT = 100_000
COLUMNS = 500
"""How many columns of a table are named."""
UNSAVED = ("matplotlib", "sqlite3", "_io", "plotly", "torch")
"""Packages whose objects no object of a notebook's class can take along into its file."""
_SCALARS = (bool, int, float, str)
_MARKED = (datetime.datetime, datetime.date, datetime.time, datetime.timedelta, decimal.Decimal, bytes, complex)
_COLUMNS = ("Series", "Index", "RangeIndex")
_CODE = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, type, functools.partial)


def describe(name: str, value: Any) -> dict[str, Any]:
    """Return a ``ValueInfo`` as a dict."""
    kind, small = _kind(value)
    subject = value if kind == "callable" and hasattr(value, "__qualname__") else type(value)
    info: dict[str, Any] = {
        "name": name,
        "module": public_module(subject),
        "type": getattr(subject, "__qualname__", type(value).__qualname__),
        "kind": kind,
        "size": _size(value, kind),
        "defined_in": _defined_in(subject),
        "bases": [_dotted(base) for base in type(value).__mro__[1:-1]],
        "obstacle": _obstacle(value, kind),
    }
    if kind == "torch":
        info["mode"] = _mode(value)
    if is_a(value, "pandas", "DataFrame"):
        info["columns"] = [str(label) for label in value.columns[:COLUMNS]]
    if kind in ("torch", "torch_whole"):
        info.update(whole(value))
    if small is not None:
        info["size"] = len(small)
        if len(small) <= VALUE_LIMIT:
            info["value"] = json.loads(small)
    return info


def _mode(value: Any) -> str:
    """Return the mode that a PyTorch module and all its parts are in; nothing where they are in different ones."""
    modes = {part.training for part in value.modules()}
    known = {True: "train", False: "eval"}
    return known.get(modes.pop(), "") if len(modes) == 1 else ""


def _obstacle(value: Any, kind: str) -> str:
    """Return what keeps a value out of the file of its kind; nothing if nothing does."""
    if kind == "statsmodels":
        return obstacle(value)
    return forecaster_obstacle(value) if kind == "statsmodels_series" else _held(value, kind)


def _held(value: Any, kind: str) -> str:
    """Return what an object of the notebook's own class holds that its file cannot; nothing if there is nothing."""
    if kind not in ("object", "sklearn") or type(value).__module__ != "__main__":
        return ""
    for name, item in getattr(value, "__dict__", {}).items():
        package = type(item).__module__.partition(".")[0]
        text = f"its attribute `{name}` is a {package}.{type(item).__name__}, which the file of its kind cannot hold"
        if is_a(item, "pandas", "DataFrame", "Series", "Index") or package in UNSAVED:
            return text
        if isinstance(item, types.GeneratorType) or getattr(item, "__name__", "") == "<lambda>":
            return text.replace(f"{package}.{type(item).__name__}", f"{type(item).__name__} made where it stands")
    return ""


def public_module(subject: Any) -> str:
    """Return the shortest loaded prefix of the defining module's path under which ``subject`` is found by its name."""
    module = getattr(subject, "__module__", None) or "builtins"
    parts = module.split(".")
    names = getattr(subject, "__qualname__", "").split(".")
    for length in range(1, len(parts) + 1):
        prefix = ".".join(parts[:length])
        found: Any = sys.modules.get(prefix)
        for name in names:
            found = getattr(found, name, None)
        if found is subject:
            return prefix
    return str(module)


def _dotted(subject: type) -> str:
    return f"{public_module(subject)}.{subject.__qualname__}"


def _defined_in(subject: Any) -> str:
    return str(subject.__qualname__) if getattr(subject, "__module__", "") == "__main__" else ""


def _kind(value: Any) -> tuple[str, Any]:
    """Return the artifact kind and, for ``json``, the value as JSON text."""
    text = _json_text(value)
    if text is not None:
        return "json", text
    if is_a(value, "pandas", "DataFrame", "Series", "Index"):
        return "pandas", None
    if not _is_plain(value, [JSON_LIMIT]) and _is_keepable(value, [JSON_LIMIT]):
        return "json", None
    if isinstance(value, types.ModuleType):
        return "module", None
    if isinstance(value, _CODE) or is_a(value, "numpy", "ufunc"):
        return "callable", None
    if type(value) is getattr(loaded("numpy"), "ndarray", None):
        return "numpy", None
    if is_a(value, "torch", "Tensor"):
        return "tensor", None
    return _model_kind(value), None


def _model_kind(value: Any) -> str:
    package = type(value).__module__.split(".")[0]
    if package == "statsmodels" and is_fitted(value):
        return "statsmodels"
    if package == "statsmodels" and is_forecaster(value):
        return "statsmodels_series"
    if package == "keras" and is_a(value, "keras", "Model"):
        return "keras"
    if package in ("xgboost", "lightgbm"):
        return package
    if is_a(value, "sklearn.base", "BaseEstimator"):
        return "sklearn"
    if are_modules(value) and whole(value)["whole"]:
        return "torch_whole"
    return "torch" if is_a(value, "torch.nn", "Module") else "object"


def _json_text(value: Any) -> Any:
    """Return the JSON text of a value that is JSON by nature, ``None`` for any other."""
    budget = [JSON_LIMIT]
    if not _is_plain(value, budget):
        return None
    text = json.dumps(value, default=lambda item: item.item())
    return text if len(text) <= JSON_LIMIT else None


def _is_plain(value: Any, budget: list[int]) -> bool:
    budget[0] -= 1
    if budget[0] < 0:
        return False
    if value is None or type(value) in _SCALARS:
        return True
    if is_a(value, "numpy", "number", "bool_", "str_") and not is_a(value, "numpy", "complexfloating"):
        return True
    if type(value) in (list, tuple):
        return all(_is_plain(item, budget) for item in value)
    if type(value) is dict:
        return all(type(key) is str and _is_plain(item, budget) for key, item in value.items())
    return False


def _is_keepable(value: Any, budget: list[int]) -> bool:
    """Say whether a value is plain but for what the ``json`` kind marks: sets, dates, keys that are no text, columns of
    plain values."""
    budget[0] -= 1
    if budget[0] < 0:
        return False
    if type(value).__name__ in _COLUMNS and is_a(value, "pandas", "Series", "Index") and str(value.dtype) != "category":
        labels = [value.index] if is_a(value, "pandas", "Series") else []
        return all(_is_keepable(part, budget) for part in [value.name, value.tolist(), *labels])
    if type(value) in (list, tuple, set, frozenset):
        return all(_is_keepable(item, budget) for item in value)
    if type(value) is dict:
        return all(_is_keepable(key, budget) and _is_keepable(item, budget) for key, item in value.items())
    if is_a(value, "pandas", "Timestamp", "Timedelta"):
        return getattr(value, "tz", None) is None
    return type(value) in _MARKED or _is_plain(value, budget)


def _size(value: Any, kind: str) -> int:
    try:
        if kind == "numpy":
            return int(value.nbytes)
        if kind == "tensor":
            return int(value.nelement() * value.element_size())
        if kind == "pandas":
            usage = value.memory_usage()
            return int(usage.sum() if hasattr(usage, "sum") else usage)
        if kind == "torch":
            return int(sum(tensor.nelement() * tensor.element_size() for tensor in value.state_dict().values()))
        return sys.getsizeof(value)
    except Exception:
        return 0


def save_pickled(info: dict[str, Any], value: Any, folder: str) -> None:
    """Pickle ``value`` below ``folder`` and complete ``info``: the file's name, or why there is none.

    The ending says with what: ``.pickle`` the standard library, ``.cloudpickle`` cloudpickle.
    """
    os.makedirs(os.path.join(folder, "artifacts"), mode=0o700, exist_ok=True)
    try:
        data, ending = pickle.dumps(value, protocol=4), "pickle"
        if info["kind"] == "callable" and info["defined_in"]:
            raise pickle.PicklingError("it would be pickled by name only, and its name is the notebook's")
    except Exception as first:
        try:
            import cloudpickle  # type: ignore[import-untyped,unused-ignore]

            data, ending = cloudpickle.dumps(value), "cloudpickle"
        except ImportError:
            info["problem"] = f"it cannot be pickled: {_short(first)}"
            return
        except Exception as second:
            info["problem"] = f"it cannot be pickled: {_short(first)}; nor by cloudpickle: {_short(second)}"
            return
    name = "artifacts/{}.{}".format(info["name"], ending)
    write_whole(os.path.join(folder, name), data)
    info["pickled"] = name
    if info["kind"] in ("sklearn", "object", "xgboost", "lightgbm", "statsmodels", "statsmodels_series", "keras"):
        info["size"] = len(data)


def write_whole(path: str, data: bytes) -> None:
    """Write a file whole or not at all."""
    part = path + ".part"
    with open(part, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(part, path)


def _short(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error)[:300]}"
