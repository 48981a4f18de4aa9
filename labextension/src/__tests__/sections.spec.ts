import { YNotebook } from '@jupyter/ydoc';
import type { ISharedCell } from '@jupyter/ydoc';
import * as Y from 'yjs';

import {
  CHOICES,
  giveSections,
  sectionOf,
  tagsOf,
  withSection
} from '../sections';
import { cell, notebook, numbers, oneOf, tagged } from './making';
import cases from './sections.json';

/** Give one section to cells. */
function give(
  shared: YNotebook,
  cells: readonly ISharedCell[],
  section: string | null
): void {
  giveSections(
    shared,
    cells.map(each => ({ cell: each, section }))
  );
}

/** Two notebooks that hear of each other at once. */
function together(one: YNotebook): YNotebook {
  const other = new YNotebook({ disableDocumentWideUndoRedo: true });
  Y.applyUpdate(other.ydoc, Y.encodeStateAsUpdate(one.ydoc));
  const tell = (from: Y.Doc, to: Y.Doc) =>
    from.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'net') {
        Y.applyUpdate(to, update, 'net');
      }
    });
  tell(one.ydoc, other.ydoc);
  tell(other.ydoc, one.ydoc);
  return other;
}

/** How often the document is written to while `work` is done. */
function writes(shared: YNotebook, work: () => void): number {
  const seen = jest.fn();
  shared.ydoc.on('update', seen);
  work();
  shared.ydoc.off('update', seen);
  return seen.mock.calls.length;
}

describe('sectionOf', () => {
  // Python's tests read the same file.
  it.each(cases)('of $tags and $source is $section', each => {
    const { tags, source, section } = each;
    expect(sectionOf(cell({ source, metadata: { tags } }))).toBe(section);
  });

  it.each(['a text', { training: true }, 3, null, [1, null, ['training']]])(
    'is nothing where the tags are %j',
    tags => {
      const odd = cell({ metadata: { tags } });
      expect(tagsOf(odd)).toEqual([]);
      expect(sectionOf(odd)).toBeNull();
    }
  );

  it.each(['markdown', 'raw'])('is nothing for a cell of type %s', type => {
    const metadata = { tags: ['training'] };
    const source = '# nb2prod: training';
    expect(sectionOf(cell({ type, metadata, source }))).toBeNull();
  });
});

describe('withSection', () => {
  it.each<[unknown[], string | null, unknown[]]>([
    [[], 'data', ['data']],
    [['a', 'b'], 'data', ['a', 'b', 'data']],
    [['a', 'training', 'b'], 'data', ['a', 'b', 'data']],
    [['data', 'a'], 'data', ['data', 'a']],
    [['data', 'training'], 'data', ['data']],
    [['a', ' Training '], null, ['a']],
    [['injected-parameters'], 'parameters', ['injected-parameters']],
    [['injected-parameters'], 'data', ['data']],
    [['trainig', 'train'], 'training', ['trainig', 'train', 'training']],
    [[1, null, 'data', { a: 1 }], null, [1, null, { a: 1 }]]
  ])('makes of %j with %j: %j', (before, section, after) => {
    const kept = [...before];
    expect(withSection(before, section)).toEqual(after);
    expect(before).toEqual(kept);
  });
});

describe('giveSections', () => {
  it('gives and takes a section; other metadata stays', () => {
    const shared = notebook({
      source: 'x',
      metadata: { tags: ['mine'], collapsed: true, custom: { a: [1] } }
    });
    const [first] = shared.cells;
    give(shared, [first], 'training');
    expect(first.getMetadata()).toEqual({
      tags: ['mine', 'training'],
      collapsed: true,
      custom: { a: [1] },
      jupyter: { outputs_hidden: true }
    });
    give(shared, [first], null);
    expect(first.getMetadata('tags')).toEqual(['mine']);
  });

  it('leaves no empty list of tags behind', () => {
    const shared = notebook('x');
    give(shared, shared.cells, 'data');
    give(shared, shared.cells, null);
    expect(shared.cells[0].getMetadata()).toEqual({});
  });

  it('replaces tags that are no list', () => {
    const shared = notebook({ metadata: { tags: 'training' } });
    give(shared, shared.cells, 'data');
    expect(shared.cells[0].getMetadata('tags')).toEqual(['data']);
  });

  it.each(['markdown', 'raw'])('leaves cells of type %s alone', type => {
    const shared = notebook({ type, source: '# nb2prod: data' });
    expect(writes(shared, () => give(shared, shared.cells, 'data'))).toBe(0);
    expect(shared.cells[0].getMetadata()).toEqual({});
  });

  it('is one undoable step for several cells, and is done again', () => {
    const shared = notebook('a', tagged('b', 'keep', 'data'), {
      type: 'markdown',
      source: '# Title'
    });
    const before = shared.toJSON();
    give(shared, shared.cells, 'training');
    const after = shared.toJSON();
    expect(shared.cells.map(sectionOf)).toEqual(['training', 'training', null]);
    expect(shared.undoManager.undoStack.length).toBe(1);
    shared.undo();
    expect(shared.toJSON()).toEqual(before);
    shared.redo();
    expect(shared.toJSON()).toEqual(after);
  });

  it('is written in one transaction', () => {
    const shared = notebook('# nb2prod: data', 'b', 'c');
    const added = { source: 'd', section: 'inference' };
    const given = shared.cells.map(each => ({
      cell: each,
      section: 'training',
      options: { input: 'x' }
    }));
    const work = () => giveSections(shared, given, added);
    expect(writes(shared, work)).toBe(1);
  });

  it('is not undone with what was done right before or right after', () => {
    const shared = notebook('a');
    const more = { cell_type: 'code', source: 'more' } as any;
    shared.insertCell(1, more);
    give(shared, [shared.cells[0]], 'data');
    shared.insertCell(2, more);
    expect(shared.undoManager.undoStack.length).toBe(3);
    shared.undo();
    expect(shared.cells.length).toBe(2);
    expect(sectionOf(shared.cells[0])).toBe('data');
    shared.undo();
    expect(sectionOf(shared.cells[0])).toBeNull();
    expect(shared.cells.length).toBe(2);
  });

  it('leaves typing to the undo of the cell', () => {
    const shared = notebook('a');
    const [first] = shared.cells;
    first.setSource('typed');
    give(shared, [first], 'data');
    first.setSource('typed more');
    shared.undo();
    expect(sectionOf(first)).toBeNull();
    expect(first.getSource()).toBe('typed more');
    first.undo();
    expect(first.getSource()).toBe('a');
  });

  it.each<[string, object, string | null]>([
    ['x', { tags: ['data'] }, 'data'],
    ['x', { tags: ['data', 'mine'] }, 'data'],
    ['x', { tags: ['Data'] }, 'data'],
    ['x', { tags: ['injected-parameters'] }, 'parameters'],
    ['x', { tags: ['mine'] }, null],
    ['x', { tags: [] }, null],
    ['x', {}, null],
    ['# nb2prod: data\nx', {}, 'data'],
    ['# nb2prod: ignore[NB101] why\n# nb2prod: data\nx', {}, 'data'],
    ['# nb2prod: ignore[NB101] why\nx', { tags: ['data'] }, 'data'],
    ['# NB2PROD: Data\nx', {}, 'data'],
    ['# nb2prod: data', { tags: ['data'] }, 'data']
  ])('writes nothing for %j with %j to be %j', (source, metadata, section) => {
    const shared = notebook({ source, metadata });
    expect(writes(shared, () => give(shared, shared.cells, section))).toBe(0);
    expect(shared.canUndo()).toBe(false);
  });

  it('writes nothing where nothing is given', () => {
    const shared = notebook('a');
    expect(writes(shared, () => giveSections(shared, []))).toBe(0);
  });

  it.each<[string, string | null, string, string[]]>([
    ['# nb2prod: data\nx', 'training', '# nb2prod: training\nx', []],
    ['#nb2prod:data\nx', 'training', '#nb2prod:training\nx', []],
    ['%%time\n# nb2prod: data \nx', 'skip', '%%time\n# nb2prod: skip \nx', []],
    ['# nb2prod: trainig\nx', 'training', '# nb2prod: training\nx', []],
    ['# nb2prod:\nx', 'training', '# nb2prod:training\nx', []],
    ['# nb2prod: data\r\nx', 'skip', '# nb2prod: skip\r\nx', []],
    ['# nb2prod: data\nx', null, 'x', []],
    ['# nb2prod: trainig\nx', null, 'x', []],
    ['# nb2prod: data', null, '', []],
    ['\n# nb2prod: data\n# nb2prod: skip\nx', null, '\nx', []],
    [
      '# mine\n# nb2prod: data\nx',
      'skip',
      '# mine\n# nb2prod: data\nx',
      ['skip']
    ]
  ])(
    'makes of the comment in %j with %j: %j',
    (source, section, text, tags) => {
      const shared = notebook(source);
      const [first] = shared.cells;
      give(shared, [first], section);
      expect(first.getSource()).toBe(text);
      expect(tagsOf(first)).toEqual(tags);
      expect(sectionOf(first)).toBe(section);
      if (text !== source) {
        shared.undo();
        expect(first.getSource()).toBe(source);
      }
    }
  );

  it('ends a contradiction between tag and comment', () => {
    const shared = notebook(tagged('# nb2prod: data', 'evaluation', 'mine'));
    give(shared, shared.cells, 'training');
    expect(shared.cells[0].getSource()).toBe('# nb2prod: training');
    expect(tagsOf(shared.cells[0])).toEqual(['mine']);
  });

  it('adds the options to those that are there', () => {
    const shared = notebook({ metadata: { nb2prod: { output: 'y', own: 1 } } });
    const options = { input: 'x', output: 'p' };
    const work = () =>
      giveSections(shared, [
        { cell: shared.cells[0], section: 'inference', options }
      ]);
    work();
    const metadata = shared.cells[0].getMetadata('nb2prod');
    expect(metadata).toEqual({ input: 'x', output: 'p', own: 1 });
    expect(writes(shared, work)).toBe(0);
    shared.undo();
    const before = { output: 'y', own: 1 };
    expect(shared.cells[0].getMetadata('nb2prod')).toEqual(before);
  });

  it.each([{}, undefined])('writes no options that are %j', options => {
    const shared = notebook('x');
    giveSections(shared, [{ cell: shared.cells[0], section: 'data', options }]);
    expect(shared.cells[0].getMetadata('nb2prod')).toBeUndefined();
  });

  it('replaces options that are no object', () => {
    const shared = notebook({ metadata: { nb2prod: 'odd' } });
    const options = { input: 'x' };
    giveSections(shared, [{ cell: shared.cells[0], section: 'data', options }]);
    expect(shared.cells[0].getMetadata('nb2prod')).toEqual({ input: 'x' });
  });

  it('puts a cell in behind another one, in the same step', () => {
    const shared = notebook('a', 'b', 'c');
    const [first, second] = shared.cells;
    giveSections(shared, [{ cell: first, section: 'data' }], {
      source: 'model.predict(X)',
      section: 'inference',
      after: second
    });
    const sources = () => shared.cells.map(each => each.getSource());
    expect(sources()).toEqual(['a', 'b', 'model.predict(X)', 'c']);
    expect(shared.cells[2].toJSON()).toMatchObject({
      cell_type: 'code',
      metadata: { tags: ['inference'] },
      outputs: [],
      execution_count: null
    });
    shared.undo();
    expect(sources()).toEqual(['a', 'b', 'c']);
    expect(sectionOf(shared.cells[0])).toBeNull();
    shared.redo();
    expect(shared.cells.map(sectionOf)).toEqual([
      'data',
      null,
      'inference',
      null
    ]);
  });

  it('puts a cell at the end where its place is gone', () => {
    const shared = notebook('a', 'b');
    const after = shared.cells[0];
    shared.deleteCell(0);
    giveSections(shared, [], { source: 'new', section: 'inference', after });
    expect(shared.cells.map(each => each.getSource())).toEqual(['b', 'new']);
  });
});

describe('several people', () => {
  it('see it, and their edits survive an undo', () => {
    const shared = notebook('import os', 'x = 1');
    const other = together(shared);
    give(shared, shared.cells, 'training');
    expect(other.cells.map(sectionOf)).toEqual(['training', 'training']);
    other.cells[0].setSource('import sys');
    other.insertCell(2, { cell_type: 'code', source: 'theirs' } as any);
    shared.undo();
    expect(other.cells.map(sectionOf)).toEqual([null, null, null]);
    expect(shared.cells.map(each => each.getSource())).toEqual([
      'import sys',
      'x = 1',
      'theirs'
    ]);
  });

  it('cannot undo what the other one gave', () => {
    const shared = notebook('a');
    const other = together(shared);
    give(shared, shared.cells, 'data');
    expect(other.canUndo()).toBe(false);
  });

  it('may type in a cell while its comment is changed', () => {
    const shared = notebook('# nb2prod: data\nx = 1');
    const other = new YNotebook({ disableDocumentWideUndoRedo: true });
    Y.applyUpdate(other.ydoc, Y.encodeStateAsUpdate(shared.ydoc));
    give(shared, shared.cells, 'training');
    const source = other.cells[0].getSource();
    other.cells[0].updateSource(source.length, source.length, '\ny = 2');
    Y.applyUpdate(shared.ydoc, Y.encodeStateAsUpdate(other.ydoc));
    expect(shared.cells[0].getSource()).toBe(
      '# nb2prod: training\nx = 1\ny = 2'
    );
    other.dispose();
  });
});

it('whatever is given and undone, all comes back', () => {
  const random = numbers(7);
  const sources = ['x', '# nb2prod: data\nx', '# nb2prod: odd', '', '%%time'];
  const tags = ['mine', 'data', 'Skip', 'injected-parameters', 'train', 3];
  for (let round = 0; round < 60; round++) {
    const cells = Array.from({ length: 4 }, () => ({
      source: oneOf(random, sources),
      type: oneOf(random, ['code', 'code', 'code', 'markdown']),
      metadata: oneOf(random, [
        {},
        { tags: [oneOf(random, tags), oneOf(random, tags)] }
      ])
    }));
    const shared = notebook(...cells);
    const states = [shared.toJSON()];
    for (let step = 0; step < 4; step++) {
      const section = oneOf(random, [...CHOICES, null]);
      const chosen = shared.cells.filter(() => oneOf(random, [true, false]));
      give(shared, chosen, section);
      for (const each of chosen) {
        const is = each.cell_type === 'code' ? section : null;
        expect(sectionOf(each)).toBe(is);
      }
      expect(writes(shared, () => give(shared, chosen, section))).toBe(0);
      if (shared.undoManager.undoStack.length === states.length) {
        states.push(shared.toJSON());
      }
    }
    for (const state of states.slice(0, -1).reverse()) {
      shared.undo();
      expect(shared.toJSON()).toEqual(state);
    }
    expect(shared.canUndo()).toBe(false);
  }
});
