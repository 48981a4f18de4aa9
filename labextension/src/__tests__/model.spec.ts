import { NotebookActions } from '@jupyterlab/notebook';

import { BUILT, SectionModel } from '../model';
import { sectionOf } from '../sections';
import { bench, outlines, present, quiet, sections, select } from './bench';
import { tagged } from './making';
import { Open, Tracker } from './panels';
import { json, Server } from './server';

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
