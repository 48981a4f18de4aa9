"""Exact pins: what the notebook's kernel had, and what goes beside it, as the text of a ``requirements.txt``."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from nb2prod.environment import process, uv
from nb2prod.environment.resolution import problem
from nb2prod.errors import UnusableInput

LOCAL_LABEL = re.compile(r"(?P<pin>==[^\s;+]+)\+[A-Za-z0-9._-]+")
OPTIONS = ("--no-header", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--quiet")
NO_HASHES = (
    "# Exact pins without hashes: {names} came as a special build (such as a CPU one), and pip takes\n"
    "# whichever build of the same version its configured indexes offer.\n"
)


def lock(requirements: Sequence[str], constraints: Sequence[str], python: str) -> str:
    """Resolve ``requirements`` for ``python`` and return the text of a complete ``requirements.txt``.

    Args:
        requirements: What the repository imports: exact pins from the kernel, and ranges for what the service adds.
        constraints: Exact pins of what those need in turn, as in the kernel; they bind only what is needed.
        python: The kernel's Python: a version such as ``3.11.7``, or the path of its executable.

    Every distribution is pinned exactly and carries its hashes, and the text names no host and no path. A local
    version label (``torch==2.13.0+cpu``) says which build the kernel had and exists on few indexes: it decides the
    resolution where it is to be had, is left out of the text, and no hashes are written then, since they would
    forbid the other builds of the same version.

    Raises:
        UnusableInput: The pins do not resolve; the problem names the pin in the way.
    """
    labelled = sorted({line.split("==")[0] for line in (*requirements, *constraints) if LOCAL_LABEL.search(line)})
    if labelled:
        return _lock_labelled(requirements, constraints, python, labelled)
    # Folders of this machine hold fewer files than the index, so their hashes would shut others out: only if need be.
    done = _compile(requirements, constraints, python, hashes=True, local=False)
    if not done.ok:
        done = _compile(requirements, constraints, python, hashes=True, local=True)
    return _text(done, requirements, constraints, python)


def _lock_labelled(
    requirements: Sequence[str], constraints: Sequence[str], python: str, labelled: Sequence[str]
) -> str:
    done = _compile(requirements, constraints, python, hashes=False, local=True)
    if not done.ok:
        requirements = [without_label(line) for line in requirements]
        constraints = [without_label(line) for line in constraints]
        done = _compile(requirements, constraints, python, hashes=False, local=True)
    text = without_label(_text(done, requirements, constraints, python))
    used = [name for name in labelled if re.search(rf"^{re.escape(name)}==", text, re.MULTILINE | re.IGNORECASE)]
    return (NO_HASHES.format(names=", ".join(used)) if used else "") + text


def without_label(line: str) -> str:
    """Return a pin (or many lines of them) without the local version label: ``torch==2.13.0+cpu`` is 2.13.0."""
    return LOCAL_LABEL.sub(r"\g<pin>", line)


def _compile(
    requirements: Sequence[str], constraints: Sequence[str], python: str, *, hashes: bool, local: bool
) -> process.Finished:
    with tempfile.TemporaryDirectory(prefix="nb2prod-lock-") as name:
        folder = Path(name)
        (folder / "requirements.in").write_text("\n".join([*requirements, ""]), encoding="utf-8")
        (folder / "constraints.txt").write_text("\n".join([*constraints, ""]), encoding="utf-8")
        which = "--python" if Path(python).is_absolute() else "--python-version"
        command = ["pip", "compile", "requirements.in", "--constraints", "constraints.txt", which, python, *OPTIONS]
        return uv.run([*command, "--generate-hashes"] if hashes else command, cwd=folder, local=local)


def _text(done: process.Finished, requirements: Sequence[str], constraints: Sequence[str], python: str) -> str:
    if not done.ok:
        pins = [line.strip() for line in (*requirements, *constraints) if "==" in line]
        raise UnusableInput(problem(done.complaint(lines=40), pins, python))
    return done.stdout.strip() + "\n"
