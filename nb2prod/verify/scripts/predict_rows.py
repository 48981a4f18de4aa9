"""Answers of the repository's model, in its own interpreter: a job file in, a file of answers out.

Self-contained: it runs where nb2prod is not installed. Usage: ``python predict_rows.py JOB.json``, the job being
``{"package": ..., "requests": [...], "batch": true, "out": ...}``.
"""

import importlib
import json
import math
import sys
import traceback
from typing import Any


def main(path: str) -> None:
    """Load the model, answer every record by itself and, where asked, all of them at once."""
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        job = json.load(file)
    model = importlib.import_module(job["package"] + ".model").Model.load()
    records = job["requests"]
    answers = {
        "version": str(model.version),
        "single": [_one(model, record) for record in records],
        "batch": _batch(model, records) if job["batch"] else None,
    }
    with open(job["out"], "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump(answers, file, allow_nan=False)


def _one(model: Any, record: Any) -> dict[str, Any]:
    try:
        predictions = list(model.predict([record]))
        if len(predictions) != 1:
            return {"error": f"{len(predictions)} predictions for one record"}
        return {"value": _plain(predictions[0])}
    except Exception as error:
        return {"error": _words(error)}


def _batch(model: Any, records: list[Any]) -> dict[str, Any]:
    try:
        return {"values": [_plain(prediction) for prediction in model.predict(records)]}
    except Exception as error:
        return {"error": _words(error)}


def _words(error: Exception) -> str:
    """Return the error and where it arose: the innermost frame is the one that a reader needs."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"


def _plain(value: Any) -> Any:
    """Return the value as JSON has it, NaN and infinities as null, as the service answers them."""
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if hasattr(value, "tolist"):  # NumPy's arrays and scalars, without importing NumPy
        return _plain(value.tolist())
    raise TypeError(f"a prediction holds a {type(value).__name__}, which JSON does not have")


if __name__ == "__main__":
    main(sys.argv[1])
