"""The parts of a sweep by themselves: shares of the processors, how it stands, what workers are told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.errors import UsageError
from nb2prod.ledger.places import place_of
from nb2prod.sweeps.model import Choices, Floats, Integers, Space
from nb2prod.sweeps.recorded import space_as_data, space_from
from nb2prod.workflows.sweeping.cores import THREADS, shares, thread_variables
from nb2prod.workflows.sweeping.model import SweepOptions
from nb2prod.workflows.sweeping.orders import Order, Telling, address_of, heard
from nb2prod.workflows.sweeping.planning import plan, tried
from nb2prod.workflows.sweeping.standings import Standings
from tests.making import write_notebook


@given(st.sets(st.integers(0, 63), min_size=1), st.integers(1, 80))
def test_each_worker_has_its_share_and_no_processor_is_idle(cores: set[int], workers: int) -> None:
    found = shares(sorted(cores), workers)
    assert len(found) == workers
    used = [core for share in found for core in share]
    assert set(used) == (cores if workers <= len(cores) else set(used))
    assert max(map(len, found)) - min(map(len, found)) <= 1
    assert len(used) == len(set(used)) or workers > len(cores)


def test_threads_are_as_many_as_processors_unless_somebody_has_said_otherwise() -> None:
    found = thread_variables(3, {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": ""})
    assert "OMP_NUM_THREADS" not in found
    assert found["MKL_NUM_THREADS"] == "3"
    assert len(found) == len(THREADS) - 1


def test_the_best_so_far_is_the_best_of_those_that_succeeded() -> None:
    for direction, best in (("minimize", "b"), ("maximize", "a")):
        standings = Standings([], 5, "loss", direction)
        for run, status, metrics in [
            ("a", "succeeded", {"loss": 3.0}),
            ("b", "succeeded", {"loss": 1.0}),
            ("c", "failed", {"loss": 0.0}),
            ("d", "succeeded", {"loss": float("nan")}),
            ("e", "succeeded", {"other": 9.0}),
        ]:
            last = standings.after({"event": "ended", "run": run, "status": status, "metrics": metrics})
        assert (last.best, last.done, last.failed) == (best, 5, 1)


def test_a_run_that_is_done_again_is_not_counted_twice() -> None:
    standings = Standings([], 2, "", "")
    standings.after({"event": "ended", "run": "a", "status": "lost", "metrics": {}})
    assert standings.after({"event": "again", "run": "a"}).done == 0
    assert standings.after({"event": "ended", "run": "a", "status": "succeeded", "metrics": {}}).done == 1


class Counted(dict[str, str]):
    """A dictionary that nobody may go through."""

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("all runs are gone through")

    values = items = keys = __iter__  # type: ignore[assignment]


STATUSES = ("succeeded", "pruned", "failed", "lost", "timed_out")


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["begun", "again", *STATUSES]))))
def test_how_many_failed_is_known_without_going_through_all(happened: list[tuple[str, str]]) -> None:
    standings, stand = Standings([], 4, "", ""), dict[str, str]()
    standings.ended = Counted()
    for run, what in happened:
        if what in STATUSES:
            stand[run] = what
            last = standings.after({"event": "ended", "run": run, "status": what, "metrics": {}})
        else:
            stand.pop(run, None)
            last = standings.after({"event": what, "run": run})
        failed = [run for run, status in stand.items() if status not in ("succeeded", "pruned")]
        assert (last.done, last.failed) == (len(stand), len(failed))


def test_orders_arrive_as_they_were_sent() -> None:
    order = Order(1, "abc", "postgresql+psycopg://u:secret@h/d", (0, 2), 3, (4, 5), "why")
    assert Order.of(order.line()) == order
    assert address_of(order.place) == order.ledger
    assert address_of(place_of("/tmp/a.sqlite")) == "/tmp/a.sqlite"


def test_what_workers_tell_arrives_and_nobody_to_hear_is_nothing_to_care_for() -> None:
    read, write = os.pipe()
    tell = Telling(3, write)
    tell("ended", run="a", what="x" * 10)
    assert heard(os.read(read, 1000)) == {"event": "ended", "worker": 3, "run": "a", "what": "x" * 10}
    os.close(read)
    tell("ended", run="a")
    os.close(write)
    assert heard(b'{"event": "en') == {}
    assert heard(b"[1]\n") == {}


def test_spaces_are_recorded_and_read_back() -> None:
    space = Space({"a": Choices((1, "x")), "b": Integers(1, 3), "c": Floats(0.5, 1.0, log=True)})
    assert space_from(space_as_data(space)) == space


def test_every_value_is_tried_once_before_anything_runs() -> None:
    space = Space({"a": Choices((1, 2, 3)), "b": Floats(0.0, 1.0)})
    assert list(tried(space)) == [{"a": 1, "b": 0.0}, {"a": 2, "b": 1.0}, {"a": 3, "b": 1.0}]


@pytest.mark.parametrize("text", ["", "no json"])
def test_a_line_that_is_none_is_nothing(text: str) -> None:
    assert heard(text.encode()) == {}


def test_paths_of_ledgers_are_whole() -> None:
    assert Path(address_of(place_of("a.sqlite"))).is_absolute()


def test_a_notebook_with_a_secret_does_not_go_to_a_server(tmp_path: Path) -> None:
    key = "AKIA" + "Z7Q2M9X4L1W8R5T3"
    cells = [("parameters", "n = 1"), (None, f'aws_access_key_id = "{key}"'), ("evaluation", "score = n")]
    options = SweepOptions(write_notebook(tmp_path / "n.ipynb", cells), ("n=1,2",))
    assert len(plan(options).rows) == 2, "in a file beside the notebook it is where it was"
    with pytest.raises(UsageError, match="the ledger's server would have it") as refused:
        plan(replace(options, ledger="postgresql://user@localhost/runs"))
    assert [each.where for each in refused.value.problems] == ["cell [2], line 1"]
    assert key not in str(refused.value)
