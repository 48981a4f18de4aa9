"""What keeps a cluster from being used is told before anything is started: addresses, a missing Ray, unfit nodes."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from nb2prod.cluster.connecting import connected
from nb2prod.cluster.post import Needs, problems_here, this_machine, version_here
from nb2prod.errors import UsageError


@pytest.mark.parametrize("address", ["ray://head:10001", "http://head:8265", "head", "head:port", ":6379", "6379"])
def test_what_is_no_address_of_a_head_node_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="is no address of a Ray cluster"), connected(address, 1):
        pass


def test_where_nobody_answers_is_said_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UsageError, match="nobody answers there"), connected(address, 1):
            pass


def test_without_ray_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    before = dict(os.environ)
    with pytest.raises(UsageError) as caught, connected("", 1):
        pass
    assert 'pip install "nb2prod[ray]"' in str(caught.value)
    assert dict(os.environ) == before


def test_a_node_that_is_as_it_has_to_be_is_fit(tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    proof.write_text("seen")
    assert problems_here(Needs((str(proof), "seen"), this_machine()), version_here()) == []


def test_all_that_is_wrong_with_a_node_is_told_at_once(tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    proof.write_text("another folder under the same path")
    found = problems_here(Needs((str(proof), "seen"), "another machine"), "9.9")
    said = [problem.what for problem in found]
    assert len(said) == 3
    assert "and not 9.9" in said[0]
    assert said[1] == f"does not see {tmp_path} as it is here"
    assert "another machine than the one that has the ledger's file" in said[2]
    assert [p.what for p in problems_here(Needs((str(tmp_path / "none"), "seen")), version_here())] == [said[1]]
