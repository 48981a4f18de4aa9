"""What is measured: the exported service, its peers and an echo; each with environment, command and wire."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from serving_cases import Repository

from nb2prod.environment import uv

PEERS_FOLDER = Path(__file__).parent / "serving_peers"
THREADS = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "BLIS")


@dataclass(frozen=True)
class Place:
    """Where a side runs."""

    repository: Repository
    python: Path
    work: Path
    """Its working folder and its home."""
    ports: Sequence[int]
    workers: int = 1
    """Processes that answer, where a side has a setting for that."""

    @property
    def port(self) -> int:
        """Return the port that it answers on."""
        return self.ports[0]

    def program(self, name: str) -> str:
        """Return a program of its environment."""
        return str(self.python.with_name(name))


@dataclass(frozen=True)
class Side:
    """A server that is measured."""

    name: str
    wire: str
    command: Callable[[Place], list[str]]
    requirements: tuple[str, ...] = ()
    """What it is made with; the libraries of the model, as they are pinned, come along."""
    shown: tuple[str, ...] = ()
    """The distributions whose versions are told."""
    prepare: Callable[[Place], None] = lambda place: None
    """What has to be written into its working folder first."""
    variables: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """An environment cannot be made; the message has uv's reason."""


def _mlserver(place: Place) -> None:
    names = ("http_port", "grpc_port", "metrics_port")
    ports = dict(zip(names, place.ports, strict=False))
    settings = {"host": "127.0.0.1", **ports, "debug": False}
    settings["parallel_workers"] = place.workers if place.workers > 1 else 0  # 0: within the server itself
    model = {"name": "model", "implementation": "mlserver_model.Runtime", "max_batch_size": 64, "max_batch_time": 0.005}
    (place.work / "settings.json").write_text(json.dumps(settings), "utf-8")
    (place.work / "model-settings.json").write_text(json.dumps(model), "utf-8")


def _mlflow(place: Place) -> None:
    shutil.rmtree(place.work / "saved", ignore_errors=True)
    source = str(PEERS_FOLDER / "mlflow_model.py")
    code = f"import mlflow.pyfunc as m; m.save_model('saved', python_model={source!r}, pip_requirements=[])"
    command = [str(place.python), "-c", code]
    done = subprocess.run(
        command, cwd=place.work, env=variables(PEERS["mlflow"], place), capture_output=True, text=True, timeout=300
    )
    if done.returncode:
        raise Refused(f"MLflow does not save the model: {done.stderr.strip().splitlines()[-1]}")


def _uvicorn(place: Place, app: str, *more: str) -> list[str]:
    several = ["--workers", str(place.workers)] if place.workers > 1 else []
    return [place.program("uvicorn"), app, "--host", "127.0.0.1", "--port", str(place.port), *several, *more]


SERVICE = Side("nb2prod", "service", lambda place: [str(place.python), "-m", f"{place.repository.package}.service"])
ECHO = Side(
    "echo",
    "echo",
    lambda place: _uvicorn(place, "echo:app", "--loop", "uvloop", "--http", "httptools"),
    shown=("uvicorn", "uvloop", "httptools"),
)
PEERS = {
    side.name: side
    for side in (
        Side(
            "fastapi",
            "service",
            lambda place: _uvicorn(place, "fastapi_app:app"),
            ("fastapi", "uvicorn[standard]"),
            ("fastapi", "uvicorn"),
        ),
        Side(
            "bentoml",
            "list",
            lambda place: [
                *(place.program("bentoml"), "serve", "bentoml_service:Model"),
                *("--host", "127.0.0.1", "--port", str(place.port)),
            ],
            ("bentoml",),
            ("bentoml",),
            variables={"BENTOML_DO_NOT_TRACK": "true"},
        ),
        Side(
            "litserve",
            "service",
            lambda place: [str(place.python), "-m", "litserve_server"],
            ("litserve",),
            ("litserve",),
        ),
        Side(
            "mlserver",
            "inference protocol",
            lambda place: [place.program("mlserver"), "start", "."],
            ("mlserver",),
            ("mlserver",),
            prepare=_mlserver,
        ),
        Side(
            "mlflow",
            "mlflow",
            lambda place: [
                *(place.program("mlflow"), "models", "serve", "--model-uri", "saved", "--env-manager", "local"),
                *("--host", "127.0.0.1", "--port", str(place.port), "--workers", str(place.workers)),
            ],
            ("mlflow",),
            ("mlflow",),
            prepare=_mlflow,
            variables={"MLFLOW_DISABLE_TELEMETRY": "true"},
        ),
        Side(
            "ray",
            "service",
            lambda place: [str(place.python), "-m", "ray_app"],
            ("ray[serve]",),
            ("ray",),
            variables={"RAY_USAGE_STATS_ENABLED": "0"},
        ),
    )
}


def variables(side: Side, place: Place) -> dict[str, str]:
    """Return the environment variables that a side runs with: nothing of the user's own, one thread in native pools."""
    found = {f"{name}_NUM_THREADS": "1" for name in THREADS}
    found |= {"PATH": f"{place.python.parent}:/usr/local/bin:/usr/bin:/bin", "HOME": str(place.work), "LANG": "C.UTF-8"}
    found |= {"HOST": "127.0.0.1", "PORT": str(place.port), "LOG_LEVEL": "warning", "UVICORN_LOG_LEVEL": "warning"}
    found |= {"TMPDIR": str(place.work), "DO_NOT_TRACK": "1", "WORKERS": str(place.workers)} | side.variables
    if side is not SERVICE:
        found["PYTHONPATH"] = str(PEERS_FOLDER)
        found |= {"PACKAGE": place.repository.package, "SOURCES": str(place.repository.sources)}
    return found


@dataclass(frozen=True)
class Environment:
    """A virtual environment of a side."""

    python: Path
    megabytes: float
    versions: dict[str, str]


def environment(side: Side, repository: Repository, folder: Path, model: Sequence[str]) -> Environment:
    """Return the side's environment, made if it is not there; ``model`` are the pins of what the model needs.

    Raises:
        Refused: It cannot be installed with these pins.
    """
    arguments: list[str] = [*side.requirements, *model]
    if side is SERVICE:
        arguments = ["--constraint", "locked.txt", "--editable", str(repository.folder.resolve())]
    if side is ECHO:
        arguments = [
            each for name in ("uvicorn", "uvloop", "httptools") for each in _pin(repository.locked, name) or [name]
        ]
    told = "\n".join([*arguments, *(repository.locked if side is SERVICE else [])])
    place = folder / "environments" / f"{side.name}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"
    made = place / "made.json"
    if not made.is_file():
        print(f"making the environment of {side.name}", file=sys.stderr, flush=True)
        _make(place, arguments, repository.locked)
        found = {"megabytes": _megabytes(place), "versions": _versions(place, side.shown)}
        made.write_text(json.dumps(found), "utf-8")
    return Environment(place.absolute() / "bin" / "python", **json.loads(made.read_text("utf-8")))


def model_pins(python: Path, repository: Repository) -> list[str]:
    """Return the pins of those of the repository's dependencies that its model is loaded and asked with."""
    code = (
        "import sys, model; from importlib.metadata import packages_distributions as p\n"
        "model.answers([model.schema.EXAMPLE['request']])\n"
        "d = p(); print(*{n for m in list(sys.modules) for n in d.get(m.split('.')[0], ())})"
    )
    more = {"PYTHONPATH": str(PEERS_FOLDER), "SOURCES": str(repository.sources), "PACKAGE": repository.package}
    command = [str(python), "-c", code]
    done = subprocess.run(command, env={**more, "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise SystemExit(f"the model of {repository.folder} does not answer by itself:\n{done.stderr}")
    return [pin for name in sorted(done.stdout.split()) for pin in _pin(repository.dependencies, name)]


def _pin(pins: Sequence[str], name: str) -> list[str]:
    wanted = canonicalize_name(name)
    return [pin for pin in pins if canonicalize_name(pin.split("==")[0].split("[")[0]) == wanted]


def _make(place: Path, arguments: Sequence[str], locked: Sequence[str]) -> None:
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    made = uv.run(["venv", "--quiet", "--python", sys.executable, str(place.absolute())], cwd=place.parent)
    if made.ok:
        (place / "locked.txt").write_text("\n".join(locked) + "\n", "utf-8")
        python = str(place.absolute() / "bin" / "python")
        # compiled, as pip does: else the first start of each would be another one than the rest
        options = ["--quiet", "--compile-bytecode", "--python", python]
        made = uv.run(["pip", "install", *options, *arguments], cwd=place)
    if not made.ok:
        shutil.rmtree(place, ignore_errors=True)
        raise Refused(" ".join(made.complaint().split())[:300])


def _megabytes(place: Path) -> float:
    return sum(path.stat().st_size for path in place.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


def _versions(place: Path, shown: Sequence[str]) -> dict[str, str]:
    python = str(place.absolute() / "bin" / "python")
    listed: list[dict[str, Any]] = json.loads(
        uv.run(["pip", "list", "--quiet", "--format", "json", "--python", python], cwd=place).stdout
    )
    return {each["name"]: each["version"] for each in listed if each["name"] in shown}
