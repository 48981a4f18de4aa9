"""A record is never false: each change is made once, by who may make it, in a file and on a server alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from nb2prod.errors import UsageError
from nb2prod.ledger.ledger import Ledger, open_ledger
from nb2prod.ledger.liveness import this_process
from nb2prod.ledger.model import Ended, NewRun, NewSweep, Owner, Status
from nb2prod.ledger.tables import evidence, reports, runs

RUN = NewRun("/work/a.ipynb", "0" * 64, {"lr": 0.1, "day": date(2024, 1, 31)}, ("lr",), ("nightly",), 2**70, "python3")
SWEEP = NewSweep("/work/a.ipynb", "0" * 64, "{}", {"lr": [0.1, 0.01]}, seed=3, metric="accuracy", direction="maximize")
ELSEWHERE = Owner("elsewhere", 7, "1", "another machine")
ENDED = Ended(
    Status.SUCCEEDED,
    seconds=1.5,
    metrics={"accuracy": 0.9, "loss": float("nan")},
    output="/work/out.ipynb",
    output_sha256="1" * 64,
    versions={"python": "3.11.7"},
    peak_memory=2**40,
    cpu_seconds=2.5,
    shared="3 cells by a fork",
    notes=("took another kernel",),
)


def silent_for(ledger: Ledger, seconds: float) -> None:
    """Have every run be as one from whose owner nothing was heard for so long."""
    ledger._database.write(lambda c: c.execute(update(runs).values(heartbeat=runs.c.heartbeat - seconds)))


def test_a_run_is_recorded_from_its_queueing_to_its_end(ledger: Ledger) -> None:
    name = ledger.add(RUN)
    queued = ledger.run(name)
    assert (queued.status, queued.attempt, queued.started, queued.owner) == (Status.QUEUED, 0, None, None)
    assert queued.parameters == {"lr": 0.1, "day": date(2024, 1, 31)}
    assert (queued.given, queued.tags, queued.seed, queued.kernel) == (("lr",), ("nightly",), 2**70, "python3")
    assert abs(queued.queued - datetime.now(UTC)) < timedelta(minutes=5)

    claim = ledger.claim(this_process())
    assert claim is not None
    assert ledger.beat(claim, 3, 12)
    running = ledger.run(name)
    assert (running.status, running.attempt, running.cell, running.cells) == (Status.RUNNING, 1, 3, 12)
    assert running.owner == this_process()

    assert ledger.end(claim, ENDED)
    ended = ledger.run(name)
    assert (ended.status, ended.seconds, ended.metrics["accuracy"]) == (Status.SUCCEEDED, 1.5, 0.9)
    assert (ended.peak_memory, ended.cpu_seconds, ended.output) == (2**40, 2.5, "/work/out.ipynb")
    assert (ended.shared, ended.notes, ended.kernel) == ("3 cells by a fork", ("took another kernel",), "python3")
    assert ended.ended is not None
    assert [(each.number, each.status, each.seconds) for each in ledger.attempts(name)] == [(1, Status.SUCCEEDED, 1.5)]


def test_what_has_ended_stays_ended(ledger: Ledger) -> None:
    claim = ledger.begin(RUN, this_process())
    assert ledger.end(claim, replace(ENDED, status=Status.FAILED, message="ValueError: no"))
    assert not ledger.end(claim, ENDED)
    assert not ledger.beat(claim)
    assert ledger.run(claim.run.id).status is Status.FAILED
    assert ledger.attempts(claim.run.id)[0].why == "ValueError: no"


def test_a_run_that_is_begun_at_once_is_never_left_queued(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("nb2prod.ledger.ledger._begin_attempt", interrupted)
        ledger.begin(RUN, this_process())
    assert ledger.runs() == (), "nobody would ever do it"
    claim = ledger.begin(RUN, this_process())
    assert (claim.attempt, [each.id for each in ledger.runs(statuses=[Status.RUNNING])]) == (1, [claim.run.id])


def test_a_ledger_that_was_made_before_there_was_evidence_takes_it(ledger: Ledger, place: str) -> None:
    claim = ledger.begin(RUN, this_process())
    ledger._database.write(lambda c: (evidence.drop(c), reports.drop(c)))
    with open_ledger(place) as later:
        assert (later.evidence(claim.run.id, 1), later.reported(run=claim.run.id)) == ("", {})
        with ThreadPoolExecutor(4) as pool:
            ended = replace(ENDED, evidence_sha256="a" * 64, reported={0: 0.5})
            assert all(pool.map(lambda _: later.end(claim, ended), range(4)))
        assert later.evidence(claim.run.id, 1) == "a" * 64
        assert later.reported(run=claim.run.id) == {claim.run.id: {0: 0.5}}


def test_saying_the_same_end_twice_counts_since_an_answer_may_get_lost(ledger: Ledger) -> None:
    claim = ledger.begin(RUN, this_process())
    assert ledger.end(claim, ENDED)
    assert ledger.end(claim, ENDED)
    assert len(ledger.attempts(claim.run.id)) == 1


def test_how_far_it_came_is_known_though_signs_of_life_are_rarer_than_cells(ledger: Ledger) -> None:
    claim = ledger.begin(RUN, this_process())
    assert ledger.beat(claim, 0, 5)
    assert ledger.end(claim, replace(ENDED, at=(4, 5)))
    assert (ledger.run(claim.run.id).cell, ledger.run(claim.run.id).cells) == (4, 5)


def test_what_is_kept_for_an_export_is_known_by_its_attempt(ledger: Ledger) -> None:
    claim = ledger.begin(RUN, this_process())
    assert ledger.end(claim, replace(ENDED, evidence_sha256="a" * 64))
    assert ledger.end(claim, replace(ENDED, evidence_sha256="a" * 64))  # the answer to the first may have been lost
    assert ledger.evidence(claim.run.id, 1) == "a" * 64
    assert ledger.evidence(claim.run.id, 2) == ""


def test_queued_and_running_are_no_ends(ledger: Ledger) -> None:
    claim = ledger.begin(RUN, this_process())
    for status in (Status.QUEUED, Status.RUNNING):
        with pytest.raises(ValueError, match="is no end"):
            ledger.end(claim, Ended(status))


def test_a_run_is_claimed_once_whoever_asks_at_the_same_time(ledger: Ledger, place: str) -> None:
    sweep = ledger.add_sweep(SWEEP, [RUN] * 40)

    def work(_: int) -> list[str]:
        with open_ledger(place) as own:
            claims = iter(lambda: own.claim(this_process(), sweep=sweep), None)
            return [claim.run.id for claim in claims if own.end(claim, ENDED)]

    with ThreadPoolExecutor(8) as pool:
        done = [name for names in pool.map(work, range(8)) for name in names]
    assert sorted(done) == sorted(f"{sweep}-{number}" for number in range(1, 41))
    assert ledger.sweep(sweep).counts == {Status.SUCCEEDED: 40}
    assert {each.attempt for each in ledger.runs(sweep=sweep)} == {1}


def test_threads_share_a_ledger(ledger: Ledger) -> None:
    with ThreadPoolExecutor(16) as pool:
        claims = list(pool.map(lambda _: ledger.begin(RUN, this_process()), range(64)))
        assert all(pool.map(lambda claim: ledger.end(claim, ENDED), claims))
    assert len({claim.run.id for claim in claims}) == 64


def test_runs_of_a_sweep_are_numbered_on(ledger: Ledger) -> None:
    sweep = ledger.add_sweep(SWEEP, [RUN, RUN])
    assert ledger.add_to_sweep(sweep, [RUN, RUN]) == (f"{sweep}-3", f"{sweep}-4")
    assert [each.number for each in ledger.runs(sweep=sweep)] == [1, 2, 3, 4]
    record = ledger.sweep(sweep)
    assert (record.space, record.seed, record.metric, record.content) == ({"lr": [0.1, 0.01]}, 3, "accuracy", "{}")
    assert ledger.add_to_sweep(sweep, []) == ()


def test_outputs_are_named_for_their_runs(ledger: Ledger) -> None:
    new = replace(RUN, output="/out/{id}.ipynb")
    alone, sweep = ledger.add(new), ledger.add_sweep(SWEEP, [new])
    assert [each.output for each in ledger.runs()] == [f"/out/{alone}.ipynb", f"/out/{sweep}-1.ipynb"]


def test_numbers_of_a_sweep_are_given_once_whoever_adds_at_the_same_time(ledger: Ledger) -> None:
    sweep = ledger.add_sweep(SWEEP)
    with ThreadPoolExecutor(8) as pool:
        names = [
            name for names in pool.map(lambda _: ledger.add_to_sweep(sweep, [RUN, RUN]), range(16)) for name in names
        ]
    assert sorted(names) == sorted(f"{sweep}-{number}" for number in range(1, 33))


def test_a_run_of_a_process_that_is_gone_is_lost_and_says_why(ledger: Ledger) -> None:
    claim = ledger.begin(RUN, replace(this_process(), started="before this process"))
    seen = ledger.run(claim.run.id)
    assert (seen.status, "is gone" in seen.why) == (Status.LOST, True), "seen as lost before it is written so"
    assert ledger.runs(statuses=[Status.RUNNING]) == ()
    assert [each.id for each in ledger.runs(statuses=[Status.LOST])] == [claim.run.id]
    assert ledger.settle() == (claim.run.id,)
    assert ledger.settle() == ()
    (attempt,) = ledger.attempts(claim.run.id)
    assert (attempt.status, attempt.ended, attempt.seconds) == (Status.LOST, None, None), "nobody knows when"
    assert "is gone" in attempt.why


def test_a_run_elsewhere_is_lost_after_a_long_silence_only(ledger: Ledger) -> None:
    claim = ledger.begin(RUN, ELSEWHERE)
    assert ledger.settle() == ()
    silent_for(ledger, 30)
    assert ledger.run(claim.run.id).status is Status.RUNNING
    if ledger.place.url is None:  # the server of the tests has not run for that long: it could not hear anything before
        silent_for(ledger, 60)
        assert ledger.settle() == (claim.run.id,)
        assert "nothing was heard of process 7 on elsewhere for 9" in ledger.run(claim.run.id).why


def test_a_run_that_its_living_process_does_no_more_is_lost_until_it_is_heard_of_again(ledger: Ledger) -> None:
    claim = ledger.begin(RUN, this_process())
    silent_for(ledger, 200)
    assert ledger.run(claim.run.id).status is Status.RUNNING
    if ledger.place.url is None:  # as above
        silent_for(ledger, 200)
        seen = ledger.run(claim.run.id)
        assert (seen.status, "is alive" in seen.why) == (Status.LOST, True)
        assert ledger.settle() == (), "it may have slept with the machine: nobody is to do it again meanwhile"
    assert ledger.beat(claim)
    assert ledger.run(claim.run.id).status is Status.RUNNING


def test_a_clock_that_was_set_back_makes_no_run_of_this_machine_lost(ledger: Ledger) -> None:
    here, elsewhere = ledger.begin(RUN, this_process()), ledger.begin(RUN, ELSEWHERE)
    silent_for(ledger, -100_000)
    assert ledger.settle() == (elsewhere.run.id,), "it would else be running for ever"
    assert ledger.end(here, ENDED)
    assert ledger.run(here.run.id).seconds == 1.5, "seconds are of another clock"
    assert ledger.beat(elsewhere)
    assert ledger.run(elsewhere.run.id).status is Status.RUNNING, "who is alive takes it back"


def test_a_sign_of_life_takes_back_that_a_run_seemed_lost(ledger: Ledger) -> None:
    claim = ledger.begin(RUN, ELSEWHERE)
    silent_for(ledger, -100_000)
    ledger.settle()
    assert ledger.beat(claim)
    assert [(each.status, each.why) for each in ledger.attempts(claim.run.id)] == [(Status.RUNNING, "")]
    silent_for(ledger, -100_000)
    ledger.settle()
    assert ledger.end(claim, ENDED), "and so does its end"
    assert ledger.run(claim.run.id).status is Status.SUCCEEDED


def test_an_attempt_that_was_given_to_somebody_else_counts_no_more(ledger: Ledger) -> None:
    first = ledger.begin(RUN, ELSEWHERE)
    silent_for(ledger, -100_000)
    (lost,) = ledger.settle()
    assert ledger.requeue([lost], [Status.LOST]) == (lost,)
    assert not ledger.beat(first)
    second = ledger.claim(this_process())
    assert second is not None and second.attempt == 2
    assert not ledger.end(first, replace(ENDED, status=Status.FAILED))
    assert ledger.end(second, ENDED)
    assert ledger.run(lost).status is Status.SUCCEEDED
    assert [(each.number, each.status) for each in ledger.attempts(lost)] == [(1, Status.LOST), (2, Status.SUCCEEDED)]


def test_a_run_is_queued_again_so_many_times_and_what_succeeded_never(ledger: Ledger) -> None:
    name = ledger.add(RUN)
    interrupted = replace(ENDED, status=Status.INTERRUPTED, message="Ctrl-C")
    for attempt in (1, 2, 3):
        claim = ledger.claim(this_process())
        assert claim is not None and claim.attempt == attempt
        assert claim.run.metrics == {}, "nothing of an earlier attempt is left"
        ledger.end(claim, interrupted)
        again = ledger.requeue([name, "nobody"], [Status.INTERRUPTED, Status.LOST])
        assert again == ((name,) if attempt < 3 else ())
    for status in (Status.SUCCEEDED, Status.RUNNING, Status.QUEUED):
        with pytest.raises(ValueError, match="not done again"):
            ledger.requeue([name], [status])


def test_a_claim_may_ask_for_a_sweep_or_a_run(ledger: Ledger) -> None:
    alone, sweep = ledger.add(RUN), ledger.add_sweep(SWEEP, [RUN, RUN])
    claim = ledger.claim(this_process(), sweep=sweep)
    assert claim is not None and claim.run.id == f"{sweep}-1"
    assert ledger.claim(this_process(), run=f"{sweep}-1") is None
    claim = ledger.claim(this_process())
    assert claim is not None and claim.run.id == alone


def test_runs_are_found_by_how_their_names_begin(ledger: Ledger) -> None:
    sweep = ledger.add_sweep(SWEEP, [RUN] * 3)
    assert ledger.run(f" {sweep.upper()}-2 ").id == f"{sweep}-2"
    assert ledger.run("last").id == f"{sweep}-3"
    assert ledger.sweep(sweep[:7]).id == ledger.sweep("last").id == sweep
    with pytest.raises(UsageError, match="3 runs begin so"):
        ledger.run(sweep[:4])
    with pytest.raises(UsageError, match=f"did you mean '{sweep}-2'"):
        ledger.run(f"{sweep[:-1]}-2")
    for nobody in ("", "%", "_", "zzzz", "\\"):
        with pytest.raises(UsageError, match="no such run"):
            ledger.run(nobody)


def test_runs_are_listed_by_notebook_tag_and_status_the_latest_last(ledger: Ledger) -> None:
    first, other = ledger.add(RUN), ledger.add(replace(RUN, notebook="/work/b.ipynb", tags=("mine",)))
    third = ledger.add(RUN)
    assert [each.id for each in ledger.runs()] == [first, other, third]
    assert [each.id for each in ledger.runs(limit=2)] == [other, third]
    assert [each.id for each in ledger.runs(notebook="/work/b.ipynb")] == [other]
    assert [each.id for each in ledger.runs(tag="nightly", limit=1)] == [third]
    claim = ledger.claim(this_process())
    assert claim is not None
    ledger.end(claim, ENDED)
    assert [each.id for each in ledger.runs(statuses=[Status.QUEUED])] == [other, third]


def test_texts_that_databases_refuse_are_recorded(ledger: Ledger) -> None:
    new = replace(RUN, notebook="/work/\udcff.ipynb", parameters={"text": "\0 \ud800 ü 😀"}, tags=("\0",))
    claim = ledger.begin(new, this_process())
    assert ledger.end(claim, replace(ENDED, status=Status.FAILED, message="\0\ud800", notes=("\0",)))
    record = ledger.run(claim.run.id)
    assert (record.parameters, record.tags) == ({"text": "\0 \ud800 ü 😀"}, ("\0",))
    assert (record.message, record.notebook) == ("\\x00\\ud800", "/work/\\udcff.ipynb")


def test_what_cannot_be_recorded_is_refused_before_anything_is(ledger: Ledger) -> None:
    bad: Any = replace(RUN, parameters={"lr": object()})
    for add in (lambda: ledger.add(bad), lambda: ledger.add_sweep(SWEEP, [RUN, bad])):
        with pytest.raises(UsageError, match="cannot be recorded"):
            add()
    assert (ledger.runs(), ledger.sweeps()) == ((), ())


def test_a_ledger_is_made_once_whoever_opens_it_at_the_same_time(place: str) -> None:
    def begin(_: int) -> str:
        with open_ledger(place, create=True) as own:
            return own.add(RUN)

    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(begin, range(8)))
    with open_ledger(place) as opened:
        assert {each.id for each in opened.runs()} == names
        assert len(names) == 8


def test_a_ledger_below_a_notebook_is_no_business_of_git(tmp_path: Path) -> None:
    with open_ledger(tmp_path / ".nb2prod" / "runs.sqlite", create=True):
        assert (tmp_path / ".nb2prod" / ".gitignore").read_text() == "*\n"
