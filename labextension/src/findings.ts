import type { ISharedCell, ISharedNotebook } from '@jupyter/ydoc';
import { JSONExt } from '@lumino/coreutils';

/** How much a finding matters, the gravest first. */
export const SEVERITIES = ['error', 'warning', 'advice'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One of the findings of `nb2prod check --json`. */
export interface IFinding {
  code: string;
  name: string;
  severity: Severity;
  /** Place among the code cells; `null` for the notebook as a whole. */
  cell: number | null;
  id: string | null;
  /** From 1; `null` for the cell as a whole. */
  line: number | null;
  what: string;
  remedy: string;
  fix: 'safe' | 'unsafe' | null;
  /** The same as long as the finding is, wherever its line moves. */
  fingerprint: string;
  /** Whether it was found in the objects of a kernel. */
  live?: boolean;
}

/** What metadata say to ignore. */
export interface IIgnored {
  code: string;
  /** Empty where no rule has the code. */
  name: string;
  cell: number | null;
}

/** One of the 28 tests of the ML Test Score. */
export interface IScoreTest {
  title: string;
  state: 'automatic' | 'attested' | 'exported' | 'missing';
  /** Empty where nothing more can be had. */
  to_raise: string;
}

/** The ML Test Score: as the notebook is now, and as it is expected to be once it is exported. */
export interface IScore {
  now: number;
  exported: number;
  /** Points that a section may have. */
  most: number;
  sections: {
    title: string;
    now: number;
    exported: number;
    tests: IScoreTest[];
  }[];
}

/** What the server finds in a notebook. */
export interface IFound {
  findings: IFinding[];
  counts: Record<Severity, number>;
  ignored: IIgnored[];
  score: IScore | null;
}

/** One change that a fix makes. */
export interface IChange {
  kind: 'source' | 'tags' | 'outputs' | 'insert';
  /** The code cell's place; of a new cell, that of the one that it comes above. */
  index: number;
  source?: string;
  tags?: string[];
  outputs?: object[];
  /** Its lines as `diff -u` has them; none where there is nothing to be shown. */
  diff: string[];
}

/** What mends a finding. */
export interface IFix {
  title: string;
  fix: 'safe' | 'unsafe';
  changes: IChange[];
}

/** A rule as it explains itself. */
export interface IRule {
  code: string;
  name: string;
  severity: Severity;
  /** Markdown. */
  page: string;
}

/** A name for each finding that lasts while it is found again: its place, and what it says. */
export function keysOf(findings: readonly IFinding[]): string[] {
  const seen = new Map<string, number>();
  return findings.map(({ code, id, what }) => {
    const name = JSON.stringify([code, id, what]);
    const earlier = seen.get(name) ?? 0;
    seen.set(name, earlier + 1);
    return `${name}${earlier}`;
  });
}

/** How many findings there are of each severity. */
export function counted(
  findings: readonly IFinding[]
): Record<Severity, number> {
  const counts = { error: 0, warning: 0, advice: 0 };
  findings.forEach(({ severity }) => counts[severity]++);
  return counts;
}

/** The gravest severity that there is; `null` for none. */
export function gravest(counts: Record<Severity, number>): Severity | null {
  return SEVERITIES.find(severity => counts[severity] > 0) ?? null;
}

/** The code cells as they were when the server was asked. */
export interface IAsked {
  cell: ISharedCell;
  source: string;
  tags: unknown;
  outputs: unknown;
}

/** What a fix is going to touch, as it is now. */
export function askedOf(notebook: ISharedNotebook): IAsked[] {
  return notebook.cells
    .filter(cell => cell.cell_type === 'code')
    .map(cell => ({
      cell,
      source: cell.getSource(),
      tags: cell.getMetadata('tags') ?? [],
      outputs: (cell as any).getOutputs()
    }));
}

/** Whether what a fix changes is still what it was when the server was asked. */
export function isUntouched(
  notebook: ISharedNotebook,
  fix: IFix,
  asked: readonly IAsked[]
): boolean {
  return fix.changes.every(({ kind, index }) => {
    const before = asked[index];
    if (!before) {
      return kind === 'insert' && index === asked.length;
    }
    const { cell } = before;
    if (!notebook.cells.includes(cell)) {
      return false;
    }
    switch (kind) {
      case 'source':
        return cell.getSource() === before.source;
      case 'tags':
        return JSONExt.deepEqual(
          (cell.getMetadata('tags') ?? []) as any,
          before.tags as any
        );
      case 'outputs':
        return JSONExt.deepEqual(
          (cell as any).getOutputs(),
          before.outputs as any
        );
      default:
        return true;
    }
  });
}

/** Do something to a notebook as ONE undoable step, apart from the edits around it. */
function asOneStep(notebook: ISharedNotebook, work: () => void): void {
  const undoManager = (notebook as any).undoManager;
  undoManager?.stopCapturing();
  notebook.transact(work);
  undoManager?.stopCapturing();
}

/** Make the changes of a fix, as ONE undoable step. */
export function applyFix(
  notebook: ISharedNotebook,
  fix: IFix,
  asked: readonly IAsked[]
): void {
  asOneStep(notebook, () => {
    for (const change of fix.changes) {
      if (change.kind !== 'insert') {
        applyChange(asked[change.index].cell, change);
      }
    }
    // From the last to the first: `cells` lists those of before until all is done.
    const inserted = fix.changes.filter(({ kind }) => kind === 'insert');
    inserted.sort((one, other) => one.index - other.index);
    for (const change of inserted.reverse()) {
      const below = asked[change.index]?.cell;
      const at = below ? notebook.cells.indexOf(below) : -1;
      notebook.insertCell(at < 0 ? notebook.cells.length : at, {
        cell_type: 'code',
        source: change.source ?? '',
        metadata: change.tags?.length ? { tags: change.tags } : {}
      } as any);
    }
  });
}

function applyChange(cell: ISharedCell, change: IChange): void {
  if (change.kind === 'source') {
    writeSource(cell, change.source ?? '');
  } else if (change.kind === 'outputs') {
    (cell as any).setOutputs(change.outputs ?? []);
  } else if (change.tags?.length) {
    cell.setMetadata('tags', change.tags);
  } else {
    cell.deleteMetadata('tags');
  }
}

/** Write what differs and no more: cursors stay, and what somebody else types. */
function writeSource(cell: ISharedCell, source: string): void {
  const before = cell.getSource();
  const shortest = Math.min(before.length, source.length);
  let start = 0;
  while (start < shortest && before[start] === source[start]) {
    start++;
  }
  let same = 0;
  while (
    same < shortest - start &&
    before[before.length - 1 - same] === source[source.length - 1 - same]
  ) {
    same++;
  }
  const end = source.length - same;
  cell.updateSource(start, before.length - same, source.slice(start, end));
}

/** What metadata can be written to: a cell, or the notebook as a whole. */
interface IWithMetadata {
  getMetadata(key: string): unknown;
  setMetadata(key: string, value: any): void;
  deleteMetadata(key: string): void;
}

/** Have a rule ignored in a cell, or with `null` in the whole notebook, or no more; as ONE undoable step. */
export function setIgnored(
  notebook: ISharedNotebook,
  cell: ISharedCell | null,
  code: string,
  isIgnored: boolean
): void {
  const target = (cell ?? notebook) as unknown as IWithMetadata;
  const options = (target.getMetadata('nb2prod') ?? {}) as any;
  const { ignore, ...rest }: Record<string, unknown> = JSONExt.isObject(options)
    ? options
    : {};
  const listed = Array.isArray(ignore) ? ignore : [];
  const others = listed.filter(
    each => typeof each !== 'string' || each.trim().toUpperCase() !== code
  );
  const now = isIgnored ? [...others, code] : others;
  asOneStep(notebook, () => {
    if (now.length > 0) {
      target.setMetadata('nb2prod', { ...rest, ignore: now });
    } else if (Object.keys(rest).length > 0) {
      target.setMetadata('nb2prod', rest);
    } else {
      target.deleteMetadata('nb2prod');
    }
  });
}
