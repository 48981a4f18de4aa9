"""A Ray cluster of two nodes on this machine, on the loopback interface alone: run as a program, and told on stdin."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

TRIES = 3
CPUS = 2
"""Of each node."""
OBJECT_STORE = 80_000_000
PATIENCE = 120
"""Seconds for nodes to be there: much on a machine that has other things to do."""


@dataclass
class TwoNodes:
    address: str
    variables: dict[str, str]
    _process: subprocess.Popen[str]

    def kill_one(self) -> None:
        """Kill the node that no driver is on, as a power cut does."""
        assert self._say("kill") == "killed"

    def add_one(self) -> None:
        assert self._say("add") == "added"

    def _say(self, what: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(what, file=self._process.stdin, flush=True)
        return self._process.stdout.readline().strip()


@contextmanager
def two_nodes() -> Iterator[TwoNodes]:
    """Start a cluster, which asks for a token, and end it."""
    with ExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="nb2prod-two-", dir="/tmp", ignore_cleanup_errors=True)
        )
        token = Path(folder, "token")
        token.write_text("0123456789abcdef" * 4)
        variables = {
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN_PATH": str(token),
            "RAY_TMPDIR": folder,
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        }
        log = Path(folder, "said")
        said = stack.enter_context(log.open("wb"))
        process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            env={**os.environ, **variables, "PYTHONPATH": str(Path(__file__).parents[2])},
            text=True,
        )
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address.startswith("127.0.0.1:"), log.read_text()
            yield TwoNodes(address, variables, process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=60)
            assert process.stdout is not None
            process.stdout.close()


def main() -> None:
    from ray.cluster_utils import Cluster

    node = {"num_cpus": CPUS, "object_store_memory": OBJECT_STORE}
    for left in reversed(range(TRIES)):
        cluster = Cluster()
        try:
            cluster.add_node(**node, include_dashboard=False, wait=False)
            second = cluster.add_node(wait=False, **node)
            cluster.wait_for_nodes(PATIENCE)
            break
        except Exception:  # a node that does not start within thirty seconds counts as broken, as Ray has it
            traceback.print_exc()
            cluster.shutdown()
            if not left:
                raise
    print(cluster.address, flush=True)
    for line in sys.stdin:
        if line.strip() == "kill":
            cluster.remove_node(second, allow_graceful=False)
            print("killed", flush=True)
        elif line.strip() == "add":
            second = cluster.add_node(wait=False, **node)
            cluster.wait_for_nodes(PATIENCE)
            print("added", flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    main()
