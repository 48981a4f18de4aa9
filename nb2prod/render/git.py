"""Run git so that neither the user's configuration nor hooks nor the clock can change what happens."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from nb2prod.errors import Problem, UnusableInput, UsageError

NAME = "nb2prod"
EMAIL = "nb2prod@users.noreply.github.com"
DATE = "2000-01-01T00:00:00+00:00"
"""Pristine commits carry this date, so that the same rendering is the same commit everywhere."""
SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.autocrlf=false",
    "core.safecrlf=false",
    "core.excludesFile=/dev/null",
    "core.attributesFile=/dev/null",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "commit.gpgSign=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "merge.conflictStyle=merge",
    "merge.ff=true",
    "merge.verifySignatures=false",
    "rerere.enabled=false",
    "submodule.recurse=false",
)


class GitError(UnusableInput):
    """A git command failed that should not have, such as on a full disk; the message is git's own."""

    def __init__(self, command: str, folder: Path, done: subprocess.CompletedProcess[str]) -> None:
        said = " ".join((done.stderr or done.stdout).split()) or f"exit code {done.returncode}"
        super().__init__(Problem(f"git {command} failed: {said}", str(folder)))


def git(folder: Path, *arguments: str, **variables: str) -> str:
    """Run git in the folder and return what it printed, without the last newline.

    Raises:
        GitError: if it exits with anything but 0.
    """
    done = attempt(folder, *arguments, **variables)
    if done.returncode != 0:
        raise GitError(next(word for word in arguments if not word.startswith("-") and "=" not in word), folder, done)
    return done.stdout.removesuffix("\n")


def attempt(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run git in the folder and return how it went."""
    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    try:
        return subprocess.run(
            ["git", *settings, *arguments],
            cwd=folder,
            env=environment(variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            start_new_session=True,
            check=False,
        )
    except FileNotFoundError:
        remedy = "install git: the repository's history is kept with it"
        raise UsageError(Problem("git was not found", "", remedy)) from None


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which git knows nothing of the user, and who commits is said."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {
        **kept,
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_EDITOR": "true",
        "GIT_AUTHOR_NAME": NAME,
        "GIT_AUTHOR_EMAIL": EMAIL,
        "GIT_COMMITTER_NAME": NAME,
        "GIT_COMMITTER_EMAIL": EMAIL,
        **variables,
    }


def dated() -> dict[str, str]:
    """Return the variables that give a commit its fixed date."""
    return {"GIT_AUTHOR_DATE": DATE, "GIT_COMMITTER_DATE": DATE}


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back Ctrl-C and SIGTERM until the block is through: it is short and must not stop half way."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    caught: list[tuple[int, FrameType | None]] = []
    found = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    before = {number: handler for number, handler in found.items() if handler is not None}
    for number in before:
        signal.signal(number, lambda received, frame: caught.append((received, frame)))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if caught:
        os.kill(os.getpid(), caught[0][0])
