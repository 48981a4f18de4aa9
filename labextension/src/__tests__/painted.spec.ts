import { Widget } from '@lumino/widgets';

import { AT_LATEST, painted } from '../painted';
import { sending } from '../sending';
import { bench, present, quiet } from './bench';
import { SectionModel } from '../model';
import { Open, Tracker } from './panels';
import { Server } from './server';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Whether it is painted, as it goes on. */
function following(open: Open): () => string {
  let state = 'waiting';
  painted(open.panel).then(
    () => (state = 'painted'),
    () => (state = 'failed')
  );
  return () => state;
}

describe('painted', () => {
  it('waits for the document, then for its cells', async () => {
    const open = new Open('a.ipynb', 'a', 'b');
    const state = following(open);
    await jest.advanceTimersByTimeAsync(2 * AT_LATEST);
    expect(state()).toBe('waiting');
    open.load();
    await jest.advanceTimersByTimeAsync(AT_LATEST / 2);
    expect(state()).toBe('waiting');
    Widget.attach(open.notebook, document.body);
    await jest.advanceTimersByTimeAsync(AT_LATEST / 4);
    expect(state()).toBe('painted');
    open.close();
  });

  it('does not wait for ever for what nobody shows', async () => {
    const state = following(new Open('a.ipynb', 'a').load());
    await jest.advanceTimersByTimeAsync(AT_LATEST - 1);
    expect(state()).toBe('waiting');
    await jest.advanceTimersByTimeAsync(1);
    expect(state()).toBe('painted');
  });

  it('says that a document cannot be opened', async () => {
    const open = new Open('a.ipynb');
    const state = following(open);
    open.fail();
    await jest.advanceTimersByTimeAsync(0);
    expect(state()).toBe('failed');
  });
});

describe('a notebook that is being opened', () => {
  it('is not asked about before it is painted', async () => {
    const server = new Server(present);
    const tracker = new Tracker();
    const model = new SectionModel(tracker.real, server.settings, '1');
    await quiet();
    const open = new Open('a.ipynb', 'a');
    tracker.show(open);
    open.load();
    open.model.sharedModel.cells[0].setSource('b'); // as a kernel that sets metadata
    await jest.advanceTimersByTimeAsync(AT_LATEST - 1);
    expect(server.asked).not.toContain('POST outline');
    await quiet();
    expect(server.asked).toContain('POST outline');
    expect(model.outline?.cells[0].definitions).toEqual(['b']);
  });
});

describe('an edit', () => {
  it('has no other cell looked through again, whoever asks', async () => {
    const { open } = await bench(['a', 'b', 'c']);
    const [first, second] = open.model.sharedModel.cells;
    const reading = jest.spyOn(second as any, 'getOutputs');
    first.setSource('changed');
    await quiet(); // the outline is asked for
    expect(sending.content(open.model).cells[0].source).toBe('changed');
    expect(reading).not.toHaveBeenCalled();
    second.setSource('changed too');
    expect(sending.text(open.model).cells[1].source).toBe('changed too');
    expect(reading).toHaveBeenCalledTimes(1);
  });
});
