import { flows, renumbered } from '../outline';
import type { IOutline, IOutlineCell, ISuggestedOutline } from '../outline';
import { SECTIONS } from '../sections';
import { numbers, oneOf } from './making';

/** Code cells with these sections; `training!` is untagged and needed there. */
function outline(sections: string[], edges: [number, number, string][] = []) {
  const cells = sections.map((section, index): IOutlineCell => {
    const isNeeded = section.endsWith('!');
    return {
      index,
      id: `c${index}`,
      section: isNeeded || !section ? null : section,
      why: '',
      needed_by: isNeeded
        ? { cell: 0, section: section.slice(0, -1), name: 'x', direct: true }
        : null,
      definitions: [],
      mutations: [],
      references: []
    };
  });
  return {
    cells,
    project: 'p',
    settings: [],
    edges: edges.map(([from, to, name]) => ({ from, to, kind: 'data', name }))
  };
}

/** The same with something suggested. */
function suggested(sections: string[], more: Partial<ISuggestedOutline> = {}) {
  const found: ISuggestedOutline = {
    ...outline(sections),
    model: null,
    others: [],
    parameters: [],
    inference: null,
    warnings: [],
    missing: '',
    nothing: '',
    ...more
  };
  return found;
}

describe('flows', () => {
  it('sums the names up by section, in their order and once', () => {
    const found = flows(
      outline(
        ['data', 'data', 'training', 'evaluation'],
        [
          [0, 2, 'X'],
          [1, 2, 'y'],
          [1, 2, 'X'],
          [2, 3, 'model'],
          [0, 3, 'X']
        ]
      )
    );
    expect(found).toEqual([
      { from: 'data', to: 'training', names: ['X', 'y'] },
      { from: 'training', to: 'evaluation', names: ['model'] },
      { from: 'data', to: 'evaluation', names: ['X'] }
    ]);
  });

  it('leaves out what stays in a section, has none or is skipped', () => {
    const found = flows(
      outline(
        ['data', 'data', '', 'skip', 'training'],
        [
          [0, 1, 'a'],
          [0, 2, 'b'],
          [2, 4, 'c'],
          [0, 3, 'd'],
          [3, 4, 'e'],
          [0, 9, 'f'],
          [9, 4, 'g']
        ]
      )
    );
    expect(found).toEqual([]);
  });

  it('counts a cell that comes along to the section that needs it', () => {
    const found = flows(
      outline(
        ['data', 'training!', 'training'],
        [
          [0, 1, 'raw'],
          [1, 2, 'X']
        ]
      )
    );
    expect(found).toEqual([{ from: 'data', to: 'training', names: ['raw'] }]);
  });

  it('is empty where there is nothing', () => {
    expect(flows(outline([]))).toEqual([]);
  });
});

describe('renumbered', () => {
  it('is the same object where nothing has moved', () => {
    const found = outline(['data', 'training'], [[0, 1, 'X']]);
    expect(renumbered(found, ['c0', 'c1'])).toBe(found);
    expect(renumbered(found, ['c0', 'c1', 'new'])).toBe(found);
  });

  it('follows cells that moved', () => {
    const found = outline(['data', 'training!'], [[0, 1, 'X']]);
    const moved = renumbered(found, ['new', 'c1', 'c0']);
    expect(moved.cells.map(cell => [cell.id, cell.index])).toEqual([
      ['c1', 1],
      ['c0', 2]
    ]);
    expect(moved.cells[0].needed_by?.cell).toBe(2);
    expect(moved.edges).toEqual([{ from: 2, to: 1, kind: 'data', name: 'X' }]);
    expect(found.cells[0].index).toBe(0);
  });

  it('forgets cells that are gone, and what led to them', () => {
    const found = outline(
      ['data', 'training!', 'evaluation'],
      [
        [0, 1, 'X'],
        [1, 2, 'm']
      ]
    );
    const left = renumbered(found, ['c1', 'c2']);
    expect(left.cells.map(cell => cell.needed_by)).toEqual([null, null]);
    expect(left.edges).toEqual([{ from: 0, to: 1, kind: 'data', name: 'm' }]);
    expect(renumbered(found, []).cells).toEqual([]);
  });

  it('keeps what is suggested with its cells', () => {
    const model = { name: 'm', cell: 1, why: 'best' };
    const depth = { name: 'd', value: '3', type: 'int', line: 1, why: '' };
    const built = { source: 'm.predict(X)', request: 'X', why: '', after: 2 };
    const found = suggested(['', '', ''], {
      model,
      others: [{ ...model, cell: 0 }],
      parameters: [{ ...depth, cell: 2 }],
      inference: built,
      warnings: ['w']
    });
    const moved = renumbered(found, ['c2', 'c1']);
    expect(moved.model).toEqual({ ...model, cell: 1 });
    expect(moved.others).toEqual([]);
    expect(moved.parameters).toEqual([{ ...depth, cell: 0 }]);
    expect(moved.inference).toEqual({ ...built, after: 0 });
    expect(moved.warnings).toEqual(['w']);
    const without = renumbered(found, ['c0']);
    expect(without.model).toBeNull();
    expect(without.inference).toEqual({ ...built, after: null });
  });

  it('always agrees with the cells, whatever is done to them', () => {
    const random = numbers(11);
    for (let round = 0; round < 200; round++) {
      const size = 1 + Math.floor(random.next().value * 8);
      const sections = Array.from({ length: size }, () =>
        oneOf(random, [...SECTIONS, '', 'data!'])
      );
      const edges = Array.from(
        { length: 6 },
        (_, n): [number, number, string] => [
          Math.floor(random.next().value * size),
          Math.floor(random.next().value * size),
          `n${n}`
        ]
      );
      let found: IOutline = outline(sections, edges);
      const name = new Map(found.cells.map(cell => [cell.index, cell.id]));
      const before = edges.map(([from, to, n]) => [
        name.get(from),
        name.get(to),
        n
      ]);
      let ids = found.cells.map(cell => cell.id);
      for (let step = 0; step < 5; step++) {
        const at = Math.floor(random.next().value * (ids.length + 1));
        const what = random.next().value;
        if (what < 0.3) {
          ids = [...ids.slice(0, at), `new${step}`, ...ids.slice(at)];
        } else if (what < 0.6) {
          ids = ids.filter((_, place) => place !== at);
        } else {
          ids = [...ids.slice(at), ...ids.slice(0, at)];
        }
        found = renumbered(found, ids);
        expect(found.cells.every(cell => ids[cell.index] === cell.id)).toBe(
          true
        );
        for (const edge of found.edges) {
          expect(before).toContainEqual([
            ids[edge.from],
            ids[edge.to],
            edge.name
          ]);
        }
      }
    }
  });
});
