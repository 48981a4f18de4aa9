"""A kernel's name, said or in the notebook, goes in; the name of an installed one comes out."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

from nb2prod.errors import Problem, UnusableInput

NATIVE = "python3"
"""Jupyter's own name for the kernel of the interpreter that we run in; it needs no kernelspec file."""

BEING_RUN = "NB2PROD_BEING_RUN"
"""A variable of the kernels that we start: the notebooks that are run by them and by those that started them."""


def known_kernels() -> tuple[str, ...]:
    """Return the names of the installed kernels, sorted; the interpreter's own is always among them."""
    from jupyter_client.kernelspec import KernelSpecManager

    return tuple(sorted({NATIVE, *KernelSpecManager().find_kernel_specs()}))


def choose_kernel(said: str | None, of_notebook: str | None) -> tuple[str, str]:
    """Return the kernel to run on and a note for the user, empty where there is nothing to tell.

    What was ``said`` counts and must be there; else the notebook's own where it is installed; else the interpreter's.
    Raises ``UnusableInput``, with the known names, for a kernel that was said and is not installed.
    """
    known = known_kernels()
    if said is not None:
        if said in known:
            return said, ""
        near = difflib.get_close_matches(said, known, n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise UnusableInput(
            Problem(
                f"there is no kernel {said!r}",
                where="--kernel",
                remedy=f"{hint}Known kernels: {', '.join(known)}.",
            )
        )
    if of_notebook is None or of_notebook in known:
        return of_notebook or NATIVE, ""
    return NATIVE, f"The notebook's kernel {of_notebook!r} is not installed; it ran on {NATIVE!r} instead."


def kernel_environment(notebook: Path | None = None) -> dict[str, str]:
    """Return the kernel's environment variables: ours, without a plotting backend that would need a screen, and with
    the notebook that it runs among those that are being run."""
    environment = dict(os.environ)
    if notebook is not None:
        environment[BEING_RUN] = os.pathsep.join([*_being_run(), str(notebook.resolve())])
    if not environment.get("MPLBACKEND", "").startswith("module://"):
        environment.pop("MPLBACKEND", None)  # ipykernel then sets the inline backend, which needs no screen
    return environment


def runs_itself(notebook: Path) -> bool:
    """Say whether we were started, by whatever way, by a run of this very notebook: to run it again has no end."""
    return str(notebook.resolve()) in _being_run()


def _being_run() -> list[str]:
    return [each for each in os.environ.get(BEING_RUN, "").split(os.pathsep) if each]
