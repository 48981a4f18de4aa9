import { NotebookActions } from '@jupyterlab/notebook';

import { BUILT, SectionModel } from '../model';
import type { IOutline, ISuggestedOutline } from '../outline';
import { sectionOf } from '../sections';
import { tagged } from './making';
import type { Written } from './making';
import { Open, Tracker } from './panels';
import { json, Later, Server } from './server';
import type { IArrived, Said } from './server';

/** Milliseconds after which everything that is put off has been done. */
const QUIET = 2000;

/** What the server says of the notebook in a request: the text of each cell is what it defines. */
function outlineOf(arrived: IArrived): IOutline {
  const code = arrived.body.content.cells.filter(
    (cell: any) => cell.cell_type === 'code'
  );
  return {
    cells: code.map((cell: any, index: number) => ({
      index,
      id: cell.id,
      section: null,
      why: '',
      needed_by: null,
      definitions: [cell.source],
      mutations: [],
      references: []
    })),
    edges: [],
    project: 'p',
    settings: []
  };
}

/** A suggestion for each cell, and a cell to be built behind the last. */
function suggestedOf(arrived: IArrived): ISuggestedOutline {
  const found = outlineOf(arrived);
  return {
    ...found,
    cells: found.cells.map((cell, at) => ({
      ...cell,
      suggestion: {
        section: at === 0 ? 'data' : 'training',
        confidence: 0.9,
        reason: 'because',
        options: { input: 'X' }
      }
    })),
    model: { name: 'model', cell: 0, why: '' },
    others: [],
    parameters: [],
    inference: {
      source: 'model.predict(X)',
      request: 'X',
      why: '',
      after: found.cells.length - 1
    },
    warnings: [],
    missing: '',
    nothing: ''
  };
}

/** What a server of our version answers. */
function present(arrived: IArrived): Said {
  if (arrived.path === 'version') {
    return json({ version: '1' });
  }
  return json(arrived.body.suggest ? suggestedOf(arrived) : outlineOf(arrived));
}

/** Let the time pass, and what waits for it be done. */
async function quiet(): Promise<void> {
  await jest.advanceTimersByTimeAsync(QUIET);
}

interface IBench {
  server: Server;
  tracker: Tracker;
  model: SectionModel;
  open: Open;
}

/** A notebook that is open and was looked at by the server. */
async function bench(
  cells: Written[] = ['a', 'b', 'c'],
  answer: (arrived: IArrived) => Said = present
): Promise<IBench> {
  const server = new Server(answer);
  const tracker = new Tracker();
  const model = new SectionModel(tracker.real, server.settings, '1');
  const open = new Open('a.ipynb', ...cells).load();
  tracker.show(open);
  await quiet();
  return { server, tracker, model, open };
}

/** How often the notebook was sent. */
function outlines(server: Server): number {
  return server.asked.filter(each => each === 'POST outline').length;
}

/** The sections, as the panels show them. */
function sections(model: SectionModel): (string | null)[] {
  return model.cells.map(cell => cell.section);
}

/** Select cells of the notebook. */
function select(open: Open, ...places: number[]): void {
  open.notebook.deselectAll();
  open.notebook.activeCellIndex = places[0];
  places.forEach(at => open.notebook.select(open.notebook.widgets[at]));
}

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

describe('the cells', () => {
  it('are listed with their places, sections and first lines', async () => {
    const { model } = await bench([
      { type: 'markdown', source: '# Title' },
      tagged('# read\n\nimport os\nx = 1', 'data'),
      { type: 'raw', source: 'raw' },
      '# nb2prod: training\n%%time\nfit()',
      '# only a comment',
      ''
    ]);
    expect(
      model.cells.map(({ position, index, section, preview }) => [
        position,
        index,
        section,
        preview
      ])
    ).toEqual([
      [1, 0, 'data', 'import os'],
      [3, 1, 'training', 'fit()'],
      [4, 2, null, '# only a comment'],
      [5, 3, null, '']
    ]);
  });

  it.each<[string, (open: Open) => void, string[]]>([
    ['moved', open => open.model.sharedModel.moveCell(0, 2), ['b', 'c', 'a']],
    ['deleted', open => open.model.sharedModel.deleteCell(1), ['a', 'c']],
    [
      'copied and pasted',
      open => {
        select(open, 0);
        NotebookActions.copy(open.notebook);
        select(open, 2);
        NotebookActions.paste(open.notebook);
      },
      ['a', 'b', 'c', 'a']
    ],
    [
      'of another type',
      open => {
        select(open, 1);
        NotebookActions.changeCellType(open.notebook, 'markdown');
      },
      ['a', 'c']
    ],
    [
      'merged',
      open => {
        select(open, 0, 1);
        NotebookActions.mergeCells(open.notebook);
      },
      ['a', 'c']
    ],
    [
      'typed in',
      open => open.model.cells.get(0).sharedModel.setSource('z'),
      ['z', 'b', 'c']
    ],
    [
      'all replaced',
      open =>
        open.model.fromJSON({ ...(open.model.toJSON() as any), cells: [] }),
      ['']
    ]
  ])('are right after one was %s', async (_, work, previews) => {
    const { model, open, server } = await bench();
    const before = outlines(server);
    work(open);
    await quiet();
    expect(model.cells.map(cell => cell.preview)).toEqual(
      open.model.cells.length === 0 ? [] : previews
    );
    expect(model.cells.map(cell => cell.index)).toEqual(
      model.cells.map((_, at) => at)
    );
    expect(outlines(server)).toBe(before + 1);
    const now = model.outline!.cells.map(cell => cell.id);
    expect(now).toEqual(model.cells.map(cell => cell.id));
  });

  it('keep their sections when they are copied', async () => {
    const { model, open } = await bench([tagged('a', 'data'), 'b']);
    select(open, 0);
    NotebookActions.copy(open.notebook);
    select(open, 1);
    NotebookActions.paste(open.notebook);
    await quiet();
    expect(sections(model)).toEqual(['data', null, 'data']);
    expect(new Set(model.cells.map(cell => cell.id)).size).toBe(3);
  });

  it('are there before the document is loaded, but cannot be tagged', async () => {
    const server = new Server(present);
    const tracker = new Tracker();
    const model = new SectionModel(tracker.real, server.settings, '1');
    const open = new Open('a.ipynb', 'a', 'b');
    tracker.show(open);
    await quiet();
    expect(model.cells.length).toBe(2);
    select(open, 0);
    model.setSection('data');
    model.setSectionOf('c1', 'data');
    expect(open.model.sharedModel.cells.map(sectionOf)).toEqual([null, null]);
    expect(outlines(server)).toBe(0);
    open.load();
    await quiet();
    expect(outlines(server)).toBe(1);
    model.setSection('data');
    expect(sectionOf(open.model.sharedModel.cells[0])).toBe('data');
  });

  it('of a document that cannot be opened harm nobody', async () => {
    const server = new Server(present);
    const tracker = new Tracker();
    new SectionModel(tracker.real, server.settings, '1');
    const open = new Open('a.ipynb', 'a');
    tracker.show(open);
    open.fail();
    await quiet();
    expect(outlines(server)).toBe(0);
  });
});

describe('giving sections', () => {
  it('is for all selected cells, undone at once, and told soon', async () => {
    const { model, open } = await bench();
    select(open, 0, 1);
    model.setSection('training');
    await jest.advanceTimersByTimeAsync(100);
    expect(sections(model)).toEqual(['training', 'training', null]);
    open.model.sharedModel.undo();
    await jest.advanceTimersByTimeAsync(100);
    expect(sections(model)).toEqual([null, null, null]);
  });

  it('is for the active cell where none is selected', async () => {
    const { model, open } = await bench();
    open.notebook.deselectAll();
    open.notebook.activeCellIndex = 2;
    model.setSection('evaluation');
    await quiet();
    expect(sections(model)).toEqual([null, null, 'evaluation']);
  });

  it('is for one cell by its id, if that is there', async () => {
    const { model, open } = await bench();
    model.setSectionOf('c1', 'data');
    model.setSectionOf('nobody', 'data');
    await quiet();
    expect(sections(model)).toEqual([null, 'data', null]);
    expect((open.model.sharedModel as any).undoManager.undoStack.length).toBe(
      1
    );
  });

  it('does nothing without a notebook', async () => {
    const { model, tracker } = await bench();
    tracker.show(null);
    model.setSection('data');
    model.setSectionOf('c1', 'data');
    model.show('c1');
    await model.suggest();
    model.accept();
    model.dismiss();
    expect(model.cells).toEqual([]);
    expect(model.panel).toBeNull();
  });

  it('tells of many cells once', async () => {
    const { model, open } = await bench(Array.from({ length: 40 }, () => 'x'));
    const seen = jest.fn();
    model.changed.connect(seen);
    select(open, ...Array.from({ length: 40 }, (_, at) => at));
    model.setSection('data');
    await jest.advanceTimersByTimeAsync(100);
    expect(seen).toHaveBeenCalledTimes(1);
    expect(new Set(sections(model))).toEqual(new Set(['data']));
  });
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
    expect(JSON.stringify(sent)).not.toContain('AAAA');
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

describe('suggestions', () => {
  it('are asked for once at a time', async () => {
    const { model, server } = await bench();
    const before = outlines(server);
    const first = model.suggest();
    expect(model.isSuggesting).toBe(true);
    await model.suggest();
    await first;
    expect(model.isSuggesting).toBe(false);
    expect(outlines(server)).toBe(before + 1);
    expect(model.suggestion!.cells.length).toBe(3);
  });

  it('that are refused say why', async () => {
    const { model, server } = await bench();
    const problems = [{ what: 'too deep', where: '', remedy: '' }];
    server.answer = () => json({ problems }, 422);
    await model.suggest();
    expect(model.problems).toEqual(problems);
    expect(model.suggestion).toBeNull();
    expect(model.isSuggesting).toBe(false);
  });

  it('are accepted all at once, in one step, the built cell among them', async () => {
    const { model, open } = await bench(['a', tagged('b', 'skip'), 'c']);
    await model.suggest();
    model.accept();
    await quiet();
    expect(sections(model)).toEqual(['data', 'skip', 'training', 'inference']);
    expect(model.cells[3].preview).toBe('model.predict(X)');
    expect(model.suggestion).toBeNull();
    const { cells, undoManager } = open.model.sharedModel as any;
    expect(cells[2].getMetadata('nb2prod')).toEqual({ input: 'X' });
    expect(undoManager.undoStack.length).toBe(1);
    open.model.sharedModel.undo();
    await quiet();
    expect(sections(model)).toEqual([null, 'skip', null]);
  });

  it('are accepted one by one', async () => {
    const { model } = await bench();
    await model.suggest();
    model.accept('c1');
    await quiet();
    expect(sections(model)).toEqual([null, 'training', null]);
    const left = () =>
      model.suggestion!.cells.filter(cell => cell.suggestion).length;
    expect(left()).toBe(2);
    model.accept(BUILT);
    await quiet();
    expect(sections(model)).toEqual([null, 'training', null, 'inference']);
    expect(model.suggestion!.inference).toBeNull();
    expect(left()).toBe(2);
  });

  it('stay with their cells when others are put in, moved and deleted', async () => {
    const { model, open } = await bench();
    await model.suggest();
    const shared = open.model.sharedModel;
    shared.insertCell(0, { cell_type: 'code', source: 'new' } as any);
    shared.moveCell(1, 3);
    shared.deleteCell(1);
    await quiet();
    expect(model.suggestion!.cells.map(cell => cell.index)).toEqual([1, 2]);
    model.accept('c0');
    model.accept();
    await quiet();
    const shown = model.cells.map(cell => [cell.preview, cell.section]);
    expect(shown).toEqual([
      ['new', null],
      ['c', 'training'],
      ['model.predict(X)', 'inference'],
      ['a', 'data']
    ]);
  });

  it('are right even before the list of cells is', async () => {
    const { model, open } = await bench();
    await model.suggest();
    const shared = open.model.sharedModel;
    shared.insertCell(0, { cell_type: 'code', source: 'new' } as any);
    model.accept();
    await quiet();
    const shown = model.cells.map(cell => [cell.preview, cell.section]);
    expect(shown).toEqual([
      ['new', null],
      ['a', 'data'],
      ['b', 'training'],
      ['c', 'training'],
      ['model.predict(X)', 'inference']
    ]);
  });

  it('are dismissed one by one, and all', async () => {
    const { model } = await bench();
    await model.suggest();
    model.dismiss('c0');
    model.dismiss(BUILT);
    model.accept();
    await quiet();
    expect(sections(model)).toEqual([null, 'training', 'training']);
    await model.suggest();
    model.dismiss();
    expect(model.suggestion).toBeNull();
    model.dismiss('c0');
    expect(model.suggestion).toBeNull();
  });

  it('are gone when another notebook is shown', async () => {
    const { model, tracker } = await bench();
    await model.suggest();
    tracker.show(new Open('b.ipynb', 'b').load());
    expect(model.suggestion).toBeNull();
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
