"""A fresh environment: pins and a repository in, an interpreter out that has exactly these and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nb2prod.environment import bytecode, process, uv
from nb2prod.environment.resolution import names_no_version, problem
from nb2prod.errors import Problem, UnusableInput


@dataclass(frozen=True)
class Environment:
    """A virtual environment."""

    folder: Path
    """Everything of it lies here; delete the folder and it is gone."""

    @property
    def python(self) -> Path:
        """Return its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def bytecode(self) -> Path:
        """Return where its Python writes what it compiles: the prefix for ``PYTHONPYCACHEPREFIX``."""
        return self.folder / ".bytecode"


def create(
    folder: Path, python: str, requirements_file: Path, repository: Path, *, extra: Sequence[Path] = ()
) -> Environment:
    """Make an environment as ``make setup`` in the repository does: its pins, then itself as an editable install.

    Args:
        folder: Where; must not exist or be empty, and lies outside the repository.
        python: The kernel's Python: the path of an executable, or a version.
        requirements_file: The repository's pins.
        repository: The repository, with a ``pyproject.toml``.
        extra: More requirements files, such as for development.

    Raises:
        UnusableInput: No such Python here, a pin cannot be installed, or the repository cannot be built.
    """
    environment = Environment(folder.absolute())
    _make(environment.folder, python)
    files = [argument for file in (requirements_file, *extra) for argument in ("-r", str(file.absolute()))]
    done = _install(environment, files)
    if not done.ok and names_no_version(done.complaint(lines=40)):
        # what the lock has seen on the index may be newer than the page of it that uv has kept
        done = _install(environment, ["--refresh", *files])
    if not done.ok:
        pins = [line.split()[0] for line in requirements_file.read_text(encoding="utf-8").splitlines() if "==" in line]
        raise UnusableInput(problem(done.complaint(lines=40), pins, python))
    done = _install(environment, ["--no-deps", "--editable", str(repository.absolute())])
    if not done.ok:
        raise UnusableInput(
            Problem(
                what=f"the repository cannot be installed. uv says:\n{done.complaint(lines=40)}",
                where=str(repository),
                remedy="this is in what nb2prod wrote: please report it, with the message above",
            )
        )
    bytecode.share(environment.bytecode, environment.folder, python, (requirements_file, *extra))
    return environment


def _make(folder: Path, python: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    done = uv.run(["venv", "--quiet", "--python", python, str(folder)], cwd=folder.parent)
    if not done.ok:
        raise UnusableInput(
            Problem(
                what=f"no environment can be made with the notebook's Python ({python}): {done.complaint()}",
                remedy="install this version of Python, or run the notebook on one that is here",
            )
        )


def _install(environment: Environment, arguments: Sequence[str]) -> process.Finished:
    command = ["pip", "install", "--quiet", "--python", str(environment.python), *arguments]
    return uv.run(command, cwd=environment.folder)
