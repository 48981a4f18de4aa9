"""An exported repository goes in; its service runs in a fresh environment until it is told to stop."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from nb2prod.environment import Environment, create
from nb2prod.errors import Problem, UnusableInput
from nb2prod.render.history import is_export
from nb2prod.verify.http import NotServedError, PortTakenError, is_taken, serving
from nb2prod.verify.repository import Repository
from nb2prod.workflows.model import Progress, Watch


@dataclass(frozen=True)
class Served:
    """A service that runs."""

    url: str
    port: int
    schema: dict[str, Any]
    """What it takes and answers, with an example: the repository's ``schema.json``."""


def serve(
    repository: Path, on_ready: Callable[[Served], None], *, port: int = 0, seconds: float = 0, watch: Watch
) -> None:
    """Run the service of ``repository`` at ``port``, or at a free one, for ``seconds`` or until interrupted.

    Its environment is made for this once and is gone afterwards; nothing is written into the repository. Raises
    ``UnusableInput`` where the folder is no export, or its service does not start or ends by itself.
    """
    repository = repository.absolute()
    package, python = _about(repository)
    if port and is_taken(port):  # asked first: an environment takes its time
        raise UnusableInput(_taken(port))
    with tempfile.TemporaryDirectory(prefix="nb2prod-serve-") as folder:
        watch(Progress("making an environment from the repository's pins", "environment"))
        environment = create(Path(folder, "environment"), python, repository / "requirements.txt", repository)
        watch(Progress("starting the service", "start"))
        try:
            _run(repository, package, environment, on_ready, port, seconds)
        except PortTakenError:
            raise UnusableInput(_taken(port)) from None
        except NotServedError as error:
            raise UnusableInput(
                Problem(str(error), str(repository), "`make run` there shows all that it says")
            ) from None


def _run(
    repository: Path,
    package: str,
    environment: Environment,
    on_ready: Callable[[Served], None],
    port: int,
    seconds: float,
) -> None:
    schema = json.loads((repository / "src" / package / "schema.json").read_text(encoding="utf-8"))
    with serving(Repository(repository, package, environment, timeout=0), port=port) as service:
        on_ready(Served(f"http://127.0.0.1:{service.port}", service.port, schema))
        try:
            code = service.process.wait(seconds or None)
        except subprocess.TimeoutExpired:
            return
        raise NotServedError(f"the service ended by itself, with exit code {code}")


def _taken(port: int) -> Problem:
    what = f"port {port} is taken by another program" if port else "no free port was found"
    return Problem(what, "--port", "choose another, or leave it out for a free one" if port else "try again")


def _about(repository: Path) -> tuple[str, str]:
    """Return the name of the repository's package, and the Python that it wants: a path, or which versions will do."""
    try:
        if not is_export(repository):
            raise ValueError
        project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        (schema,) = (repository / "src").glob("*/schema.json")
    except (OSError, ValueError, KeyError, tomllib.TOMLDecodeError):
        what = "is no repository that nb2prod has exported"
        raise UnusableInput(Problem(what, str(repository), "give the folder of one")) from None
    return schema.parent.name, python_for(str(project.get("requires-python", "")), repository)


def python_for(wanted: str, repository: Path) -> str:
    """Return this Python where it is among those that a repository takes, else which it takes.

    Raises ``UnusableInput`` where that cannot be read.
    """
    try:
        versions = SpecifierSet(wanted)
    except InvalidSpecifier:
        what = f"`requires-python = {json.dumps(wanted)}` does not say which versions"
        remedy = f'write it as `requires-python = ">={_HERE},<{_NEXT}"`'
        raise UnusableInput(Problem(what, str(repository / "pyproject.toml"), remedy)) from None
    return sys.executable if versions.contains(platform.python_version(), prereleases=True) else str(versions)


_HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
_NEXT = f"{sys.version_info.major}.{sys.version_info.minor + 1}"
