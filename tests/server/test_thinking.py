"""The process that reads notebooks for the browser: it may take its time, and it may be ended."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from nb2prod.server.thinking import ANSWERS_TO_A_COLLECTION, IDLE, Thinking
from tests.making import PLAIN, as_notebook
from tests.running import worker_in
from tests.server.conftest import API, Fetch


async def test_a_notebook_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    thinking = Thinking(seconds=0.01)
    found = await thinking.outline(as_notebook(PLAIN), "n.ipynb", False, "")
    assert found["problems"][0]["what"] == "could not be understood within 0 seconds"
    thinking._seconds = 60
    both = [thinking.outline(as_notebook(PLAIN), f"{name}.ipynb", False, "") for name in "ab"]
    assert [each["project"] for each in await asyncio.gather(*both)] == ["a", "b"]


SERVER = """
import asyncio, os, sys, time
from nb2prod.server.thinking import Thinking

async def think():
    thinking = Thinking()
    await thinking.page("NB101")
    print(*thinking._pool._processes, flush=True)
    await asyncio.sleep(600)

if __name__ == "__main__":
    asyncio.run(think())
"""


async def test_it_ends_when_its_server_is_killed(tmp_path: Path) -> None:
    (tmp_path / "server.py").write_text(SERVER)
    server = subprocess.Popen([sys.executable, tmp_path / "server.py"], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    with server.stdout:
        process = os.pidfd_open(int(server.stdout.readline()))
        ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(process, ended.set)
        server.send_signal(signal.SIGKILL)
        server.wait()
        await asyncio.wait_for(ended.wait(), 60)
    asyncio.get_running_loop().remove_reader(process)
    os.close(process)


async def collections(running: Thinking) -> list[int]:
    """Return how often the process has looked through its young, its older and all of its things."""
    stats = await asyncio.get_running_loop().run_in_executor(running._pool, gc.get_stats)
    return [each["collections"] for each in stats]


async def test_garbage_is_collected_behind_an_answer_and_never_before_it() -> None:
    thinking = Thinking()
    for _ in range(ANSWERS_TO_A_COLLECTION - 1):
        await thinking.page("NB101")
    assert thinking._pool is not None
    assert not await asyncio.get_running_loop().run_in_executor(thinking._pool, gc.isenabled)
    _, young, full = await collections(thinking)
    await thinking.page("NB101")
    assert (await collections(thinking))[1:] == [young + 1, full]
    thinking._end(thinking._pool)


async def test_all_garbage_is_collected_when_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nb2prod.server.thinking.ANSWERS_TO_A_FULL_ONE", 2)
    thinking = Thinking()
    for _ in range(3):
        await thinking.page("NB101")
    assert thinking._pool is not None
    full = (await collections(thinking))[2]
    await asyncio.sleep(IDLE * 1.5)
    assert (await collections(thinking))[2] == full + 1
    await asyncio.sleep(IDLE * 1.5)
    assert (await collections(thinking))[2] == full + 1
    thinking._end(thinking._pool)


async def test_a_process_that_is_ended_from_outside_is_not_called_slow() -> None:
    thinking = Thinking()
    found = await thinking._think(os._exit, "n.ipynb", 3)
    assert "ended from outside" in found["problems"][0]["what"]
    assert (await thinking.outline(as_notebook(PLAIN), "n.ipynb", False, ""))["project"] == "n"
    assert thinking._pool is not None
    for process in (thinking._pool._processes or {}).values():
        process.kill()
        process.join()
    for _ in range(50):  # it is noticed by a thread of the pool's
        if "project" in await thinking.outline(as_notebook(PLAIN), "n.ipynb", False, ""):
            break
    else:
        raise AssertionError("no process came after it")


async def test_a_notebook_that_is_too_large_is_refused(jp_fetch: Fetch, jp_serverapp: Any, small: Path) -> None:
    await jp_fetch(*API, "jobs")
    jp_serverapp.web_app.settings["nb2prod_parts"].chosen.max_body = 100
    body = json.dumps({"path": small.name, "content": json.loads(small.read_text())})
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch(*API, "outline", method="POST", body=body)
    assert refused.value.code == 413
    assert refused.value.response is not None
    (problem,) = json.loads(refused.value.response.body)["problems"]
    assert "too large" in problem["what"]


async def test_the_browser_hears_whether_the_running_kernel_can_be_asked(jp_fetch: Fetch, small: Path) -> None:
    document = json.loads(small.read_text())

    async def said(kernel: str) -> Any:
        body = json.dumps({"path": small.name, "content": document, "kernel": kernel})
        return json.loads((await jp_fetch(*API, "running", method="POST", body=body, request_timeout=60)).body)

    assert "no such kernel" in (await said("none"))["problems"][0]["what"]
    with pytest.raises(HTTPClientError) as refused:
        await said("../../secrets")
    assert refused.value.code == 422

    from jupyter_core.paths import jupyter_runtime_dir

    runtime = Path(jupyter_runtime_dir())
    runtime.mkdir(parents=True, exist_ok=True)
    with worker_in(small.parent) as worker:
        (runtime / "kernel-1a2b.json").symlink_to(worker.name)
        assert [each["what"] for each in (await said("1a2b"))["problems"]] == ["nothing has run in it yet"]
        worker.runs(*(cell["source"] for cell in document["cells"]))
        assert await said("1a2b") == {"problems": [], "notes": []}
