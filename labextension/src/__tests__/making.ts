import { YNotebook } from '@jupyter/ydoc';
import type { ISharedCell } from '@jupyter/ydoc';

/** A cell as a test writes it down: the source, or more. */
export type Written =
  | string
  | { source?: string; type?: string; metadata?: object; outputs?: object[] };

/** The notebook of those cells as nbformat has it; ids are `c0`, `c1`, ... */
export function document(cells: readonly Written[]): any {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'python3', display_name: 'Python 3' } },
    cells: cells.map((cell, at) => {
      const written = typeof cell === 'string' ? { source: cell } : cell;
      const type = written.type ?? 'code';
      return {
        cell_type: type,
        id: `c${at}`,
        source: written.source ?? '',
        metadata: written.metadata ?? {},
        ...(type === 'code'
          ? { outputs: written.outputs ?? [], execution_count: null }
          : {})
      };
    })
  };
}

/** A shared notebook, with undo by cell, as JupyterLab makes it. */
export function notebook(...cells: Written[]): YNotebook {
  const made = YNotebook.create({
    disableDocumentWideUndoRedo: true,
    data: document(cells)
  });
  made.clearUndoHistory();
  return made;
}

/** A tagged code cell. */
export function tagged(source: string, ...tags: unknown[]): Written {
  return { source, metadata: { tags } };
}

/** The one cell of a notebook that has only this. */
export function cell(written: Written): ISharedCell {
  return notebook(written).cells[0];
}

/** Numbers that look random and are the same each time. */
export function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** One of them, as the next number says. */
export function oneOf<T>(from: Iterator<number>, all: readonly T[]): T {
  return all[Math.floor((from.next().value as number) * all.length)];
}
