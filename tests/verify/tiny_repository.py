"""A service repository of the smallest kind that keeps the contract, as text; tests change one file at a time."""

from __future__ import annotations

import shutil
from pathlib import Path

PYPROJECT = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "tiny"
version = "0.1.0"

[tool.hatch.build.targets.wheel]
packages = ["src/tiny"]

[tool.ruff]
line-length = 120
"""

TRAINING = """\
from sklearn.linear_model import LinearRegression


def train():
    x = [[float(value)] for value in range(20)]
    fitted = LinearRegression().fit(x, [2.0 * row[0] + 1.0 for row in x])
    return {"slope": float(fitted.coef_[0]), "intercept": float(fitted.intercept_)}
"""

PLAIN_TRAINING = """\
def train():
    return {"slope": 2.0, "intercept": 1.0}
"""

UNSEEDED_TRAINING = """\
import random


def train():
    return {"slope": 2.0, "intercept": random.random()}
"""

OTHER_TRAINING = """\
def train():
    return {"slope": 2.0, "intercept": 7.0}
"""

SELDOM_OTHER_TRAINING = """\
import pathlib


def train():
    counted = pathlib.Path(__file__).parents[2] / "trainings.txt"
    number = len(counted.read_text()) if counted.exists() else 0
    counted.write_text("x" * (number + 1))
    return {"slope": 2.0, "intercept": 7.0 + number * 1e-9 + (number > 2)}
"""

RAISING_TRAINING = """\
def train():
    raise RuntimeError("no such column: income")
"""

DEFINITIONS = """\
class Line:
    def __init__(self, slope, intercept):
        self.slope = slope
        self.intercept = intercept
"""

ARTIFACTS = """\
import hashlib
import json
import os
from pathlib import Path


def folder():
    return Path(os.environ.get("ARTIFACTS_DIR", Path(__file__).parents[3] / "artifacts"))


def save(values, *, parameters, metrics):
    line = values["line"]
    line = line if isinstance(line, dict) else vars(line)
    text = json.dumps(line, sort_keys=True)
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / "line.json").write_text(text)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def load():
    text = (folder() / "line.json").read_text()
    return json.loads(text), hashlib.sha256(text.encode()).hexdigest()[:12]
"""

MODEL = """\
from tiny.artifacts import load
from tiny.inference import predict


class Model:
    def __init__(self, line, version):
        self.line, self.version = line, version

    @classmethod
    def load(cls):
        return cls(*load())

    def predict(self, records):
        return [predict(record, line=self.line) for record in records]
"""

INFERENCE = """\
def predict(x, *, line):
    score = line["slope"] * x + line["intercept"]
    return {"score": score, "label": "high" if score > 10 else "low"}
"""

PIPELINE = """\
from tiny.artifacts import save
from tiny.training import train

if __name__ == "__main__":
    save({"line": train()}, parameters={}, metrics={})
"""

SERVICE = """\
from fastapi import FastAPI

from tiny.model import Model

app = FastAPI()
model = Model.load()


@app.get("/readyz")
def ready():
    return {"status": "ready"}


@app.post("/predict")
def predict(body: dict):
    return {"predictions": model.predict(body["records"]), "model_version": model.version}
"""

SERVICE_MAIN = """\
import os

import uvicorn

uvicorn.run("tiny.service:app", host=os.environ["HOST"], port=int(os.environ["PORT"]))
"""

TEST = """\
from tiny.inference import predict


def test_predict():
    assert predict(1.0, line={"slope": 2.0, "intercept": 1.0}) == {"score": 3.0, "label": "low"}
"""

FILES = {
    "pyproject.toml": PYPROJECT,
    "src/tiny/__init__.py": "",
    "src/tiny/definitions.py": DEFINITIONS,
    "src/tiny/training.py": PLAIN_TRAINING,
    "src/tiny/artifacts/__init__.py": ARTIFACTS,
    "src/tiny/model.py": MODEL,
    "src/tiny/inference.py": INFERENCE,
    "src/tiny/pipeline.py": PIPELINE,
    "src/tiny/service/__init__.py": SERVICE,
    "src/tiny/service/__main__.py": SERVICE_MAIN,
    "tests/test_predict.py": TEST,
}

REQUIREMENTS = ("fastapi", "uvicorn", "pytest", "ruff", "scikit-learn", "numpy<2.5")

REQUESTS = tuple(float(value) for value in range(-4, 20))


def notebook_answer(x: float) -> dict[str, object]:
    """What the notebook answered."""
    score = 2.0 * x + 1.0
    return {"score": score, "label": "high" if score > 10 else "low"}


RESPONSES = tuple(notebook_answer(x) for x in REQUESTS)


def write(folder: Path) -> None:
    """Write the repository afresh."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
