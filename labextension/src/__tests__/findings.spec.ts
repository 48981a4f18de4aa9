import {
  applyFix,
  askedOf,
  gravest,
  isUntouched,
  keysOf,
  setIgnored
} from '../findings';
import type { IChange, IFinding, IFix } from '../findings';
import { notebook } from './making';

function fix(...changes: Partial<IChange>[]): IFix {
  const title = 't';
  return { title, fix: 'safe', changes: changes as IChange[] };
}

function sources(made: ReturnType<typeof notebook>): string[] {
  return made.cells.map(cell => cell.getSource());
}

describe('a fix', () => {
  it('changes several cells and adds one as one step, which is undone and done again', () => {
    const made = notebook(
      'a = 1',
      { source: '# text', type: 'markdown' },
      { source: 'b = 2', metadata: { tags: ['x'] } },
      'c'
    );
    const asked = askedOf(made);
    const all = fix(
      { kind: 'source', index: 0, source: 'a = 10' },
      { kind: 'tags', index: 1, tags: [] },
      { kind: 'tags', index: 2, tags: ['data'] },
      { kind: 'insert', index: 1, source: 'seed = 1', tags: ['parameters'] },
      { kind: 'insert', index: 3, source: 'end', tags: [] }
    );
    expect(isUntouched(made, all, asked)).toBe(true);
    applyFix(made, all, asked);
    const after = ['a = 10', '# text', 'seed = 1', 'b = 2', 'c', 'end'];
    expect(sources(made)).toEqual(after);
    expect(made.cells[2].getMetadata('tags')).toEqual(['parameters']);
    expect(made.cells[3].getMetadata('tags')).toBeUndefined();
    expect(made.cells[4].getMetadata('tags')).toEqual(['data']);
    made.undo();
    expect(sources(made)).toEqual(['a = 1', '# text', 'b = 2', 'c']);
    expect(made.cells[2].getMetadata('tags')).toEqual(['x']);
    made.redo();
    expect(sources(made)).toEqual(after);
  });

  it('writes only what differs', () => {
    const made = notebook('first\nsecond\nthird');
    const edits: unknown[] = [];
    made.cells[0].changed.connect((_, change) =>
      edits.push((change as any).sourceChange)
    );
    const one = fix({ kind: 'source', index: 0, source: 'first\n2nd\nthird' });
    applyFix(made, one, askedOf(made));
    expect(sources(made)).toEqual(['first\n2nd\nthird']);
    expect(JSON.stringify(edits)).not.toContain('first');
  });

  it.each(['a', 'aa', 'aba', ''])('ends with what was asked for: %p', to => {
    for (const from of ['', 'a', 'aa', 'aaa', 'aba', 'b']) {
      const made = notebook(from);
      const one = fix({ kind: 'source', index: 0, source: to });
      applyFix(made, one, askedOf(made));
      expect(sources(made)).toEqual([to]);
    }
  });

  it('is not for cells that have changed meanwhile', () => {
    const made = notebook('a', 'b', 'c');
    const asked = askedOf(made);
    const source = fix({ kind: 'source', index: 0, source: 'A' });
    const tags = fix({ kind: 'tags', index: 1, tags: ['data'] });
    const outputs = fix({ kind: 'outputs', index: 1, outputs: [] });
    const added = fix({ kind: 'insert', index: 2, source: 'n', tags: [] });
    made.cells[1].setSource('B');
    expect(isUntouched(made, source, asked)).toBe(true);
    made.cells[0].setSource('other');
    expect(isUntouched(made, source, asked)).toBe(false);
    expect(isUntouched(made, tags, asked)).toBe(true);
    made.cells[1].setMetadata('tags', ['skip']);
    expect(isUntouched(made, tags, asked)).toBe(false);
    expect(isUntouched(made, outputs, asked)).toBe(true);
    (made.cells[1] as any).setOutputs([
      { output_type: 'stream', name: 'stdout', text: 'x' }
    ]);
    expect(isUntouched(made, outputs, asked)).toBe(false);
    expect(isUntouched(made, added, asked)).toBe(true);
    made.deleteCell(2);
    expect(isUntouched(made, added, asked)).toBe(false);
  });
});

describe('what is ignored', () => {
  it('is written to the cell beside what is there, undone, and taken back', () => {
    const made = notebook({
      source: 'a',
      metadata: { nb2prod: { input: 'X' } }
    });
    const cell = made.cells[0];
    setIgnored(made, cell, 'NB107', true);
    setIgnored(made, cell, 'NB107', true);
    expect(cell.getMetadata('nb2prod')).toEqual({
      input: 'X',
      ignore: ['NB107']
    });
    setIgnored(made, cell, 'NB201', true);
    made.undo();
    expect(cell.getMetadata('nb2prod')).toEqual({
      input: 'X',
      ignore: ['NB107']
    });
    setIgnored(made, cell, 'NB107', false);
    expect(cell.getMetadata('nb2prod')).toEqual({ input: 'X' });
  });

  it('leaves nothing behind, whatever was there', () => {
    for (const nb2prod of [
      { ignore: [' nb107 '] },
      { ignore: 'NB107' },
      'odd',
      undefined
    ]) {
      const made = notebook({ source: 'a', metadata: { nb2prod } });
      setIgnored(made, made.cells[0], 'NB107', true);
      expect(made.cells[0].getMetadata('nb2prod')).toEqual({
        ignore: ['NB107']
      });
      setIgnored(made, made.cells[0], 'NB107', false);
      expect(made.cells[0].getMetadata('nb2prod')).toBeUndefined();
    }
  });

  it('is written to the notebook where it is of the notebook', () => {
    const made = notebook('a');
    setIgnored(made, null, 'NB701', true);
    expect(made.getMetadata('nb2prod')).toEqual({ ignore: ['NB701'] });
    setIgnored(made, null, 'NB701', false);
    expect(made.getMetadata('nb2prod')).toBeUndefined();
  });
});

it('the gravest severity is told, and findings have names of their own', () => {
  expect(gravest({ error: 0, warning: 2, advice: 3 })).toBe('warning');
  expect(gravest({ error: 0, warning: 0, advice: 0 })).toBeNull();
  const one = { code: 'NB1', id: 'c0', what: 'x' } as IFinding;
  const keys = keysOf([one, { ...one, line: 9 }, { ...one, what: 'y' }]);
  expect(new Set(keys).size).toBe(3);
});
