"""What the JupyterLab extension costs on a notebook of many cells, in a real JupyterLab and a real Chromium.

python benchmarks/labextension.py [--cells 1000] [--rounds 5]

The same notebook is opened with the extension and with it switched off, in turn, in pages that share nothing; medians
and ratios are printed. Needs chromium, playwright, and the extension (`make lab` builds it).
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.browser.lab import FLAGS, Lab, running_lab
from tests.making import as_notebook

AFTERWARDS = 3000
"""Milliseconds in which what waits for a notebook to be open is done: the outline has been asked for and drawn."""
SECTIONS = ("data", "training", "evaluation", "inference")
# the first task after the next frame was drawn: what is scheduled within a frame runs once that frame is on its way
PAINTED = """await new Promise(done => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel(); port1.onmessage = done; port2.postMessage(0); }));"""
# Nothing of JupyterLab's is returned from here: whoever drives the page would be sent all that can be reached from it,
# widgets and cells and their signals, which takes longer than the opening does.
OPEN = f"""async ours => {{ const app = window.jupyterapp;
  const isOpen = () => {{ const panel = app.shell.currentWidget, context = panel?.context;
    return context?.isReady
      && panel.node.querySelectorAll('.jp-CodeCell .cm-content').length > 1
      && (!ours || panel.node.querySelector('.nb2prod-mod-section')); }};
  const began = performance.now();
  void app.commands.execute('docmanager:open', {{path: 'large.ipynb'}});
  while (!isOpen()) await new Promise(requestAnimationFrame);
  {PAINTED}
  return (performance.now() - began) / 1000; }}"""
TAG_ONE = f"""async () => {{ const app = window.jupyterapp, n = app.shell.currentWidget.content;
  n.deselectAll(); n.activeCellIndex = 3; {PAINTED}
  const began = performance.now();
  await app.commands.execute('nb2prod:tag-cell', {{section: 'training'}});
  n.widgets[3].node.getBoundingClientRect();
  const blocked = performance.now() - began; {PAINTED}
  return [blocked, performance.now() - began]; }}"""
TAG_MANY = f"""async count => {{ const app = window.jupyterapp, n = app.shell.currentWidget.content;
  n.deselectAll(); n.activeCellIndex = 0; n.extendContiguousSelectionTo(count - 1); {PAINTED}
  const began = performance.now();
  await app.commands.execute('nb2prod:tag-cell', {{section: 'evaluation'}});
  n.widgets[0].node.getBoundingClientRect();
  const blocked = performance.now() - began; {PAINTED}
  return [blocked, performance.now() - began]; }}"""
EDIT = f"""async count => {{ const n = window.jupyterapp.shell.currentWidget.content, times = [];
  const cell = n.widgets[5].model.sharedModel;
  for (let i = 0; i < count; i++) {{
    const began = performance.now();
    cell.updateSource(0, 0, 'x'); {PAINTED}
    times.push(performance.now() - began);
    await new Promise(done => setTimeout(done, 20));
  }} return times; }}"""


FINDS = """async () => { const n = window.jupyterapp.shell.currentWidget.content;
  const badge = document.querySelector('.nb2prod-Badge button'), cell = n.widgets[7].model.sharedModel;
  const before = badge.title, source = cell.getSource();
  const waiting = new Promise(done => new MutationObserver((_, seen) => {
    if (badge.title !== before) { seen.disconnect(); done(); } }).observe(badge, {attributes: true}));
  const began = performance.now();
  cell.setSource('from os.path import *\\n' + source);
  await waiting;
  return performance.now() - began; }"""


def notebook(cells: int) -> dict[str, Any]:
    """Return a notebook of code cells, most of them tagged, each with what somebody would have in it."""
    source = "table_{0} = table_{1}.copy()\ntable_{0}['x'] = {0}\n# done"
    found = as_notebook(
        [
            (SECTIONS[number * 4 // cells] if number % 5 else None, source.format(number, max(number - 1, 0)))
            for number in range(cells)
        ]
    )
    for number, cell in enumerate(found["cells"]):
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": f"{number}\n" * 5}]
        cell["execution_count"] = number + 1
    return found


@contextmanager
def labs(cells: int) -> Iterator[dict[str, Lab]]:
    """Run two servers, with the extension and without, on the same notebook."""
    with ExitStack() as stack:
        found = {}
        for name in ("with", "without"):
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nb2prod-bench-")))
            if name == "without":
                (home / "labconfig").mkdir()
                off = {"disabledExtensions": {"nb2prod": True}}
                (home / "labconfig" / "page_config.json").write_text(json.dumps(off))
            found[name] = stack.enter_context(running_lab(home))
            (found[name].root / "large.ipynb").write_text(json.dumps(notebook(cells)))
        yield found


def opened(page: Any, lab: Lab, ours: bool) -> dict[str, float]:
    """Open the notebook; return the seconds until its cells can be worked with, and those that the page has worked for.

    Its cells are drawn, with their bands where the extension is there; work is counted until ``AFTERWARDS`` later.
    """
    page.goto(f"{lab.url}/lab?reset&token={lab.token}")
    page.wait_for_function("() => window.jupyterapp?.restored && !document.querySelector('#jupyterlab-splash')")
    page.wait_for_timeout(1500)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = worked(session)
    seconds = page.evaluate(OPEN, ours)
    page.wait_for_timeout(AFTERWARDS)
    return {"open": seconds, "work": worked(session) - before}


def worked(session: Any) -> float:
    """Return the seconds of processor time that the main thread of the page has had."""
    found = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return float(found["TaskDuration"])


def measured(browser: Any, lab: Lab, ours: bool, many: int) -> dict[str, float]:
    """Return what one fresh page shows: seconds, milliseconds and bytes, by name."""
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    try:
        found = opened(page, lab, ours)
        found["key"] = statistics.median(page.evaluate(EDIT, 40))
        if ours:
            page.evaluate("() => window.jupyterapp.commands.execute('nb2prod:open-panel')")
            page.wait_for_timeout(1500)
            page.wait_for_function("() => /\\d/.test(document.querySelector('.nb2prod-Badge button').textContent)")
            found["finding"] = page.evaluate(FINDS)
            page.wait_for_timeout(1500)
            found["one"], found["one painted"] = page.evaluate(TAG_ONE)
            page.wait_for_timeout(1500)
            found["many"], found["many painted"] = page.evaluate(TAG_MANY, many)
            page.wait_for_timeout(1500)
        page.evaluate(EDIT, 20)
        session = page.context.new_cdp_session(page)
        before = heap(session)
        page.evaluate(EDIT, 200)
        page.wait_for_timeout(1500)
        found["growth"] = heap(session) - before
        return found
    finally:
        page.close()


def heap(session: Any) -> float:
    """Return the bytes that are used once everything that is not needed is gone."""
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"])


def main() -> None:
    """Measure in turn and print medians and ratios."""
    from playwright.sync_api import sync_playwright

    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--cells", type=int, default=1000)
    asked.add_argument("--rounds", type=int, default=5)
    options = asked.parse_args()
    many = min(400, options.cells)
    rows: dict[str, list[dict[str, float]]] = {"with": [], "without": []}
    with labs(options.cells) as servers, sync_playwright() as player:
        chromium = shutil.which("chromium")
        browser = player.chromium.launch(executable_path=chromium, chromium_sandbox=False, args=FLAGS)
        for number in range(options.rounds + 1):
            for name in ("with", "without") if number % 2 else ("without", "with"):
                found = measured(browser, servers[name], name == "with", many)
                if number:  # the first round fills caches
                    rows[name].append(found)
        browser.close()
    median = {
        name: {key: statistics.median(row[key] for row in found) for key in found[0]} for name, found in rows.items()
    }
    ours, theirs = median["with"], median["without"]
    print(f"{options.cells} code cells, medians of {options.rounds} rounds")
    for key, words, unit, scale in (
        ("open", "opening it", "s", 1.0),
        ("work", "processor time of the page for that", "s", 1.0),
        ("key", "typing a character, to the next frame", "ms", 1.0),
        ("growth", "memory after 200 edits more", "MB", 1e-6),
    ):
        ratio = f", ratio {ours[key] / theirs[key]:.2f}" if key != "growth" else ""
        print(f"{words}: {ours[key] * scale:.2f} {unit} with, {theirs[key] * scale:.2f} {unit} without{ratio}")
    print(f"from an edit to its finding: {ours['finding']:.0f} ms")
    print(f"tagging one cell: {ours['one']:.0f} ms, painted after {ours['one painted']:.0f} ms")
    print(f"tagging {many} cells at once: {ours['many']:.0f} ms, painted after {ours['many painted']:.0f} ms")


if __name__ == "__main__":
    main()
