"""A kernel that somebody works in: found by its id, asked what it knows, and left as it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

from nb2prod.errors import Problem, UnusableInput

SECONDS = 5.0
"""For a kernel that nothing runs in to answer."""
RUN_AFRESH = "run the notebook afresh instead"


class RunningKernel:
    """A kernel that runs. What it is asked leaves no trace: no input, no output, no count."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def ask(self, expression: str, seconds: float = SECONDS) -> str:
        """Return the text that a Python expression gives in it. Raises ``UnusableInput`` where it does not answer."""
        asked = {"said": expression}
        message = self._client.execute("", silent=True, store_history=False, allow_stdin=False, user_expressions=asked)
        deadline = monotonic() + seconds
        while True:
            try:
                # not the client's own get_shell_msg, which leaves an event loop behind
                reply = self._client.shell_channel.get_msg(timeout=max(0.01, deadline - monotonic()))
            except Empty:
                what = (
                    f"the kernel does not answer within {seconds:.0f} seconds: a cell is running in it, or it is gone"
                )
                raise UnusableInput(Problem(what, self._name, f"wait until no cell runs, or {RUN_AFRESH}")) from None
            if reply["parent_header"].get("msg_id") == message:
                return self._text(reply["content"])

    def _text(self, content: dict[str, Any]) -> str:
        said = content.get("user_expressions", {}).get("said", content)
        if said.get("status") == "ok":
            return str(ast.literal_eval(said["data"]["text/plain"]))
        what = f"the kernel cannot be asked: {said.get('ename', 'it')} {said.get('evalue', 'is no kernel of IPython')}"
        raise UnusableInput(Problem(what, self._name, RUN_AFRESH))


@contextmanager
def running_kernel(name: str) -> Iterator[RunningKernel]:
    """Connect to a kernel on this machine, by its id or its connection file, and disconnect in the end.

    Raises ``UnusableInput`` where there is none.
    """
    from jupyter_client.blocking.client import BlockingKernelClient
    from jupyter_client.connect import find_connection_file

    try:
        file = name if Path(name).is_file() else find_connection_file(f"kernel-{name}.json")
        client = BlockingKernelClient()
        client.load_connection_file(file)
    except (OSError, ValueError, AttributeError):  # the last where it is JSON of another kind
        what = "there is no such kernel on this machine"
        remedy = f"name a kernel that runs by its id or its connection file, or {RUN_AFRESH}"
        raise UnusableInput(Problem(what, name, remedy)) from None
    client.start_channels(shell=True, iopub=False, stdin=False, hb=False, control=False)
    try:
        yield RunningKernel(client, name)
    finally:
        client.stop_channels()
