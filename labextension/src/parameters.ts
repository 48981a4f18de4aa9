import type { ISharedNotebook } from '@jupyter/ydoc';

import { sectionOf } from './sections';

/** A parameter of the notebook, with its value as it is written. */
export interface IParameter {
  name: string;
  value: string;
}

const ASSIGNMENT = /^([A-Za-z_]\w*)\s*(?::\s*[^=]+)?=\s*([^=].*?)\s*(?:#.*)?$/;

/** The parameters that the notebook's `parameters` cells set, a line each. */
export function parametersOf(notebook: ISharedNotebook): IParameter[] {
  const found = new Map<string, string>();
  for (const cell of notebook.cells) {
    if (sectionOf(cell) !== 'parameters') {
      continue;
    }
    for (const line of cell.getSource().split('\n')) {
      const match = ASSIGNMENT.exec(line);
      if (match) {
        found.set(match[1], match[2]);
      }
    }
  }
  return [...found].map(([name, value]) => ({ name, value }));
}

/** The value that somebody typed, as JSON has it; text where it is nothing else. */
export function typed(text: string): unknown {
  const plain = text.trim();
  const python: Record<string, unknown> = {
    True: true,
    False: false,
    None: null
  };
  if (plain in python) {
    return python[plain];
  }
  const quoted = /^(['"])(.*)\1$/.exec(plain);
  if (quoted && !quoted[2].includes(quoted[1]) && !plain.includes('\\')) {
    return quoted[2];
  }
  try {
    return JSON.parse(plain);
  } catch {
    return plain;
  }
}
