import { sectionOf } from '../sections';
import { bench, outlines, present, quiet, sections } from './bench';
import { Open } from './panels';
import { json, Later, Server } from './server';
import type { Said } from './server';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

describe('the server', () => {
  it('is asked once after many edits, and sees the last of them', async () => {
    const { model, open, server } = await bench();
    const before = outlines(server);
    for (let step = 0; step < 20; step++) {
      open.model.cells.get(0).sharedModel.setSource(`x = ${step}`);
      await jest.advanceTimersByTimeAsync(100);
    }
    expect(outlines(server)).toBe(before);
    await quiet();
    expect(outlines(server)).toBe(before + 1);
    expect(model.outline!.cells[0].definitions).toEqual(['x = 19']);
  });

  it('gets the path and the cells, and outputs as text only for suggestions', async () => {
    const outputs = [
      { output_type: 'stream', name: 'stdout', text: '0.93\n' },
      {
        output_type: 'execute_result',
        execution_count: 1,
        metadata: {},
        data: { 'text/plain': ['array', '(1)'], 'image/png': 'A'.repeat(1000) }
      },
      { output_type: 'error', ename: 'E', evalue: 'e', traceback: [] }
    ];
    const { model, server } = await bench([
      { source: 'a', metadata: { tags: ['data'] }, outputs },
      { type: 'markdown', source: '# Title' }
    ]);
    const [, plain] = server.arrived;
    expect(plain.body).toMatchObject({ path: 'a.ipynb', suggest: false });
    expect(plain.body.content).toMatchObject({
      nbformat: 4,
      metadata: { kernelspec: { name: 'python3' } },
      cells: [
        {
          cell_type: 'code',
          id: 'c0',
          source: 'a',
          metadata: { tags: ['data'] },
          outputs: []
        },
        { cell_type: 'markdown', id: 'c1', source: '# Title' }
      ]
    });
    await model.suggest('model@1');
    const asked = server.arrived[server.arrived.length - 1];
    expect(asked.body).toMatchObject({ suggest: true, model: 'model@1' });
    const sent = asked.body.content.cells[0].outputs;
    expect(sent[0]).toMatchObject({ output_type: 'stream', text: '0.93\n' });
    expect(sent[1].data).toEqual({ 'text/plain': 'array(1)' });
    expect(sent[2]).toMatchObject({ output_type: 'error', ename: 'E' });
    expect(JSON.stringify(sent)).not.toContain('AAAA');
  });

  it('is asked about the kernel that runs, or that none does', async () => {
    const problems = [{ what: 'ran twice', where: 'cell [1]', remedy: '' }];
    const { model, open, server } = await bench(['a'], arrived =>
      arrived.path === 'running'
        ? json({ problems, notes: [] })
        : present(arrived)
    );
    expect(await model.running()).toEqual({ problems, notes: [] });
    expect(server.arrived[server.arrived.length - 1].body.kernel).toBe('');
    (open.panel as any).sessionContext.session = { kernel: { id: 'k-1' } };
    expect(await model.running()).toEqual({ problems, notes: [] });
    expect(server.arrived[server.arrived.length - 1].body).toMatchObject({
      path: 'a.ipynb',
      kernel: 'k-1'
    });
  });

  it('is asked at once for what is latest', async () => {
    const { model, open, server, tracker } = await bench(['a']);
    open.model.cells.get(0).sharedModel.setSource('now');
    const found = await model.latest();
    expect(found!.cells[0].definitions).toEqual(['now']);
    expect(model.outline).toBe(found);
    const problems = [{ what: 'odd', where: '', remedy: '' }];
    server.answer = () => json({ problems }, 422);
    expect(await model.latest()).toBeNull();
    expect(model.problems).toEqual(problems);
    server.answer = present;
    const late = model.latest();
    tracker.show(null);
    expect(await late).toBeNull();
  });

  it('says what is wrong with the notebook; the outline stays', async () => {
    const { model, open, server } = await bench();
    const { outline } = model;
    const problems = [{ what: 'odd', where: 'cell [1]', remedy: 'mend it' }];
    server.answer = () => json({ problems }, 422);
    open.model.cells.get(0).sharedModel.setSource('x = (');
    await quiet();
    expect(model.problems).toEqual(problems);
    expect(model.outline).toBe(outline);
    server.answer = present;
    open.model.cells.get(0).sharedModel.setSource('x = 1');
    await quiet();
    expect(model.problems).toEqual([]);
    expect(model.outline!.cells[0].definitions).toEqual(['x = 1']);
  });

  it.each<[string, () => Said]>([
    ['without our part', () => json({ message: 'Not Found' }, 404)],
    ['of files only', () => new Response('<!DOCTYPE html>')]
  ])(
    '%s is missing, is not asked again, and cells can be tagged',
    async (_, answer) => {
      const { model, open, server } = await bench(['a'], answer);
      expect(model.server).toBe('missing');
      expect(model.problems).toEqual([]);
      model.setSectionOf('c0', 'data');
      await quiet();
      expect(sections(model)).toEqual(['data']);
      expect(sectionOf(open.model.sharedModel.cells[0])).toBe('data');
      expect(server.asked).toEqual(['GET version']);
    }
  );

  it('of another version is not asked for anything else', async () => {
    const { model, server } = await bench(['a'], () => json({ version: '2' }));
    expect(model.server).toBe('other version');
    expect(server.asked).toEqual(['GET version']);
    expect(model.cells.length).toBe(1);
  });

  it('that is away at first is greeted again at the next edit', async () => {
    const { model, open, server } = await bench(['a'], () =>
      Promise.reject(new TypeError('Failed to fetch'))
    );
    expect(model.server).toBe('unknown');
    expect(model.problems.map(each => each.what)).toEqual(['Failed to fetch']);
    server.answer = present;
    open.model.cells.get(0).sharedModel.setSource('b');
    await quiet();
    expect(model.server).toBe('present');
    expect(model.problems).toEqual([]);
    expect(model.outline!.cells[0].definitions).toEqual(['b']);
  });

  it('that does not let people in says so and is not called missing', async () => {
    const { model } = await bench(['a'], () =>
      json({ message: 'Forbidden' }, 403)
    );
    expect(model.server).toBe('unknown');
    expect(model.problems.map(each => each.what)).toEqual(['Forbidden']);
  });

  it('that goes away in between keeps what was known, and says so', async () => {
    const { model, open, server } = await bench();
    server.answer = () => Promise.reject(new TypeError('Failed to fetch'));
    open.model.cells.get(0).sharedModel.setSource('z');
    await quiet();
    expect(model.server).toBe('present');
    expect(model.outline!.cells.length).toBe(3);
    expect(model.problems.map(each => each.what)).toEqual(['Failed to fetch']);
    server.answer = present;
    open.model.cells.get(0).sharedModel.setSource('y');
    await quiet();
    expect(model.problems).toEqual([]);
  });
});

describe('answers that come late', () => {
  /** A server that answers when the test says so. */
  function slow(server: Server): (() => void)[] {
    const kept: (() => void)[] = [];
    server.answer = arrived => {
      const later = new Later<Response>();
      kept.push(() => later.keep(present(arrived) as Response));
      return later.promise;
    };
    return kept;
  }

  it('are followed by the next question, and never take its place', async () => {
    const { model, open, server } = await bench(['a']);
    const before = outlines(server);
    const answers = slow(server);
    const source = (text: string) =>
      open.model.cells.get(0).sharedModel.setSource(text);
    source('first');
    await quiet();
    source('second');
    await quiet();
    source('third');
    await quiet();
    expect(outlines(server)).toBe(before + 1);
    answers[0]();
    await quiet();
    expect(model.outline!.cells[0].definitions).toEqual(['first']);
    expect(outlines(server)).toBe(before + 2);
    answers[1]();
    await quiet();
    expect(model.outline!.cells[0].definitions).toEqual(['third']);
    expect(outlines(server)).toBe(before + 2);
  });

  it('never replace what was asked for later', async () => {
    const { model, open, server } = await bench(['a']);
    const answers = slow(server);
    const source = (text: string) =>
      open.model.cells.get(0).sharedModel.setSource(text);
    source('older');
    await quiet();
    source('newer');
    const latest = model.latest();
    await jest.advanceTimersByTimeAsync(0);
    answers[1]();
    expect((await latest)!.cells[0].definitions).toEqual(['newer']);
    answers[0]();
    await jest.advanceTimersByTimeAsync(10);
    expect(model.outline!.cells[0].definitions).toEqual(['newer']);
  });

  it('for another notebook are dropped', async () => {
    const { model, open, server, tracker } = await bench(['a']);
    const answers = slow(server);
    open.model.cells.get(0).sharedModel.setSource('late');
    await quiet();
    const other = new Open('b.ipynb', 'b').load();
    tracker.show(other);
    expect(model.outline).toBeNull();
    await quiet();
    expect(answers.length).toBe(2);
    answers[1]();
    await quiet();
    answers[0]();
    await quiet();
    expect(model.outline!.cells[0].definitions).toEqual(['b']);
    expect(server.arrived[server.arrived.length - 1].body.path).toBe('b.ipynb');
  });

  it('from a notebook that was left and shown again are dropped too', async () => {
    const { model, open, server, tracker } = await bench(['a']);
    const answers = slow(server);
    open.model.cells.get(0).sharedModel.setSource('late');
    await quiet();
    tracker.show(null);
    open.model.cells.get(0).sharedModel.setSource('now');
    tracker.show(open);
    await quiet();
    answers[1]();
    await quiet();
    answers[0]();
    await quiet();
    expect(model.outline!.cells[0].definitions).toEqual(['now']);
  });

  it('refusals for another notebook are dropped', async () => {
    const { model, open, server, tracker } = await bench(['a']);
    const late = new Later<Response>();
    server.answer = () => late.promise;
    open.model.cells.get(0).sharedModel.setSource('late');
    await quiet();
    const suggested = model.suggest();
    server.answer = present;
    tracker.show(new Open('b.ipynb', 'b').load());
    expect(model.isSuggesting).toBe(false);
    late.keep(json({ problems: [{ what: 'a is odd' }] }, 422));
    await suggested;
    await quiet();
    expect(model.problems).toEqual([]);
  });

  it('belong to the cells as they are by then', async () => {
    const { model, open, server } = await bench(['a', 'b']);
    const answers = slow(server);
    const suggested = model.suggest();
    await quiet();
    open.model.sharedModel.moveCell(0, 1);
    open.model.sharedModel.insertCell(0, { cell_type: 'code' } as any);
    answers[0]();
    await suggested;
    const shown = model.suggestion!.cells.map(cell => [
      cell.index,
      cell.definitions[0],
      cell.suggestion!.section
    ]);
    expect(shown).toEqual([
      [1, 'b', 'training'],
      [2, 'a', 'data']
    ]);
  });
});

describe('notebooks that are left', () => {
  it('are not listened to any more', async () => {
    const { model, open, server, tracker } = await bench();
    const other = new Open('b.ipynb', 'x').load();
    tracker.show(other);
    await quiet();
    const seen = jest.fn();
    const before = outlines(server);
    model.changed.connect(seen);
    const shared = open.model.sharedModel;
    shared.cells[0].setMetadata('tags', ['data']);
    shared.cells[0].setSource('z');
    shared.insertCell(0, { cell_type: 'code' } as any);
    shared.deleteCell(1);
    await quiet();
    expect(seen).not.toHaveBeenCalled();
    expect(outlines(server)).toBe(before);
    expect(model.cells.map(cell => cell.preview)).toEqual(['x']);
    tracker.show(open);
    await quiet();
    expect(model.cells.map(cell => cell.preview)).toEqual(['', 'b', 'c']);
  });

  it('are listened to once, however often they are shown', async () => {
    const { model, open, server, tracker } = await bench();
    for (let round = 0; round < 5; round++) {
      tracker.show(null);
      tracker.show(open);
    }
    await quiet();
    const before = outlines(server);
    const seen = jest.fn();
    model.changed.connect(seen);
    open.model.sharedModel.cells[0].setMetadata('tags', ['data']);
    await jest.advanceTimersByTimeAsync(100);
    expect(seen).toHaveBeenCalledTimes(1);
    await quiet();
    expect(outlines(server)).toBe(before + 1);
  });

  it('may be closed', async () => {
    const { model, open, server, tracker } = await bench();
    open.close();
    tracker.show(null);
    expect(model.cells).toEqual([]);
    const before = outlines(server);
    await quiet();
    expect(outlines(server)).toBe(before);
  });

  it('may be closed while they are loaded or looked at', async () => {
    const { server, tracker } = await bench();
    const loading = new Open('b.ipynb', 'x');
    tracker.show(loading);
    loading.close();
    tracker.show(null);
    loading.load();
    await quiet();
    const late = new Later<Response>();
    server.answer = () => late.promise;
    const open = new Open('c.ipynb', 'x').load();
    tracker.show(open);
    await quiet();
    open.close();
    tracker.show(null);
    late.keep(json({}, 500));
    await quiet();
  });

  it('leave no handlers behind at cells that are deleted', async () => {
    const { model, open } = await bench();
    const gone = open.model.cells.get(0);
    open.model.sharedModel.deleteCell(0);
    await quiet();
    expect((model as any)._watched.has(gone)).toBe(false);
    expect((model as any)._watched.size).toBe(2);
  });
});

it('a cell is shown', async () => {
  const { model, open } = await bench();
  model.show('c2');
  expect(open.notebook.activeCellIndex).toBe(2);
  model.show('nobody');
  expect(open.notebook.activeCellIndex).toBe(2);
});
