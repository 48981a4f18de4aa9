import type { ISharedCell, ISharedNotebook } from '@jupyter/ydoc';
import { JSONExt } from '@lumino/coreutils';

/** The sections that a cell can be tagged with, in the order of the way through. */
export const SECTIONS = [
  'parameters',
  'data',
  'training',
  'evaluation',
  'inference'
] as const;

/** What is neither a section nor to be looked at. */
export const SKIP = 'skip';

/** All that a cell can be tagged with. */
export const CHOICES: readonly string[] = [...SECTIONS, SKIP];

const COMMENT = /^(\s*#\s*nb2prod\s*:\s*)(.*?)\s*$/i;

/** A comment for the readiness rules; the section may be named below it. */
const IGNORING = /^\s*#\s*nb2prod\s*:\s*ignore\b/i;

/** A tag as the Python side reads it. */
function plain(tag: string): string {
  const name = tag.trim().toLowerCase();
  return name === 'injected-parameters' ? 'parameters' : name;
}

/** What the metadata has for tags; whatever is in it. */
function listed(cell: ISharedCell): unknown[] {
  const tags = cell.getMetadata('tags');
  return Array.isArray(tags) ? tags : [];
}

/** The tags of a cell, whatever its metadata holds. */
export function tagsOf(cell: ISharedCell): string[] {
  return listed(cell).filter((tag): tag is string => typeof tag === 'string');
}

/** A comment that names a section: where it stands in the source, and where the name in it. */
interface IComment {
  line: [number, number];
  name: [number, number];
  said: string;
}

/** The comment that names the section, if there is one: the first line, below a cell magic. */
function commentOf(source: string): IComment | null {
  let start = 0;
  while (start < source.length) {
    const found = source.indexOf('\n', start);
    const end = found < 0 ? source.length : found;
    const line = source.slice(start, end);
    if (line.trim() && !line.startsWith('%%') && !IGNORING.test(line)) {
      return readComment(line, start, Math.min(end + 1, source.length));
    }
    start = end + 1;
  }
  return null;
}

/** A line as a comment; `start` and `next` are where it and the next one begin. */
function readComment(
  line: string,
  start: number,
  next: number
): IComment | null {
  const found = COMMENT.exec(line);
  if (!found) {
    return null;
  }
  const at = start + found[1].length;
  return {
    line: [start, next],
    name: [at, at + found[2].length],
    said: plain(found[2])
  };
}

/**
 * The section of a cell, by its tags and its first comment; `null` if nobody
 * said. Where they contradict each other, which Python refuses, the first one.
 */
export function sectionOf(cell: ISharedCell): string | null {
  if (cell.cell_type !== 'code') {
    return null;
  }
  const named = tagsOf(cell).map(plain);
  const comment = commentOf(cell.getSource());
  if (comment) {
    named.push(comment.said);
  }
  return CHOICES.find(choice => named.includes(choice)) ?? null;
}

/**
 * The tags after giving a section. Other tags stay as they are, and so does one
 * that names the section already, as papermill's `injected-parameters` does.
 */
export function withSection(
  tags: readonly unknown[],
  section: string | null
): unknown[] {
  const named = (tag: unknown) => (typeof tag === 'string' ? plain(tag) : '');
  const rest = tags.filter(
    tag => !CHOICES.includes(named(tag)) || named(tag) === section
  );
  const isThere = rest.some(tag => named(tag) === section);
  return section === null || isThere ? rest : [...rest, section];
}

/** Make the comment of a cell, if it has one, name the section; `null` takes it away. */
function writeComment(cell: ISharedCell, section: string | null): boolean {
  let comment = commentOf(cell.getSource());
  // Only what changes is written: somebody else may be typing in the cell.
  if (comment && section !== null && comment.said !== section) {
    cell.updateSource(...comment.name, section);
  }
  while (comment && section === null) {
    cell.updateSource(...comment.line, '');
    comment = commentOf(cell.getSource());
  }
  return comment !== null;
}

/** What is given to one cell. */
export interface IGiven {
  cell: ISharedCell;
  section: string | null;
  /** For `metadata.nb2prod`, beside the tag. */
  options?: Record<string, string>;
}

function give({ cell, section, options }: IGiven): void {
  const isSaid = writeComment(cell, section);
  const before = listed(cell);
  const isTagged = tagsOf(cell).some(tag => plain(tag) === section);
  const after = withSection(before, isSaid && !isTagged ? null : section);
  if (after.length !== before.length || after.some((t, i) => t !== before[i])) {
    if (after.length > 0) {
      cell.setMetadata('tags', after as string[]);
    } else {
      cell.deleteMetadata('tags');
    }
  }
  if (options && Object.keys(options).length > 0) {
    const others = cell.getMetadata('nb2prod');
    const kept = JSONExt.isObject(others as any) ? (others as object) : {};
    cell.setMetadata('nb2prod', { ...kept, ...options });
  }
}

/** A code cell to be put into a notebook. */
export interface INewCell {
  source: string;
  section: string;
  /** The cell that it goes right behind; none for the end. */
  after?: ISharedCell;
}

/**
 * Give sections to cells, and put in a new one, as ONE undoable step.
 *
 * `cell.setMetadata` alone runs in a transaction that cannot be undone; the
 * outermost transaction's origin counts, so all of it is in the notebook's.
 * Cells that are no code cells are left alone.
 */
export function giveSections(
  notebook: ISharedNotebook,
  given: readonly IGiven[],
  added?: INewCell
): void {
  // Edits half a second before or after would else be undone with it.
  const undoManager = (notebook as any).undoManager;
  undoManager?.stopCapturing();
  notebook.transact(() => {
    for (const each of given) {
      if (each.cell.cell_type === 'code') {
        give(each);
      }
    }
    if (added) {
      const at = added.after ? notebook.cells.indexOf(added.after) : -1;
      notebook.insertCell(at < 0 ? notebook.cells.length : at + 1, {
        cell_type: 'code',
        source: added.source,
        metadata: { tags: [added.section] }
      } as any);
    }
  });
  undoManager?.stopCapturing();
}
