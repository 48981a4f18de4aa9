import type { NotebookPanel } from '@jupyterlab/notebook';

/** Milliseconds after which it is gone on, also where the page is never at rest, or shown by nobody. */
export const AT_LATEST = 1000;
/** Milliseconds that stand for a moment of rest where the browser does not tell when there is one. */
const A_MOMENT = 50;

/** Whether cells of a notebook can be seen, unless it has none. */
function isDrawn(panel: NotebookPanel): boolean {
  const cells = panel.content.widgets;
  return cells.length === 0 || cells.some(cell => cell.isAttached);
}

function nextFrame(): Promise<unknown> {
  return new Promise(done => requestAnimationFrame(done));
}

function aMoment(): Promise<unknown> {
  return new Promise(done => {
    if (typeof requestIdleCallback === 'function') {
      requestIdleCallback(done);
    } else {
      setTimeout(done, A_MOMENT); // Safari
    }
  });
}

/**
 * Resolve once a notebook is loaded, its cells are drawn, and the page has nothing to do for a moment: before, whatever
 * is asked or computed keeps somebody waiting for the notebook. Rejects where it cannot be opened.
 */
export async function painted(panel: NotebookPanel): Promise<void> {
  await panel.context.ready;
  let isLate = false;
  let timer = 0;
  const late = new Promise<void>(done => {
    timer = window.setTimeout(() => {
      isLate = true;
      done();
    }, AT_LATEST);
  });
  const atRest = async () => {
    do {
      await nextFrame();
    } while (!isLate && !panel.isDisposed && !isDrawn(panel));
    await aMoment();
  };
  await Promise.race([late, atRest()]);
  clearTimeout(timer);
}
