import type { ISharedCell, ISharedNotebook } from '@jupyter/ydoc';

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

/** A tag as the Python side reads it. */
function plain(tag: string): string {
  const name = tag.trim().toLowerCase();
  return name === 'injected-parameters' ? 'parameters' : name;
}

/** The tags of a cell, whatever its metadata holds. */
export function tagsOf(cell: ISharedCell): string[] {
  const tags = cell.getMetadata('tags');
  return Array.isArray(tags)
    ? tags.filter((tag): tag is string => typeof tag === 'string')
    : [];
}

/** Where the comment that names the section stands, if there is one. */
function commentLine(source: string): [number, RegExpExecArray] | null {
  const lines = source.split('\n');
  for (let i = 0; i < lines.length; i++) {
    if (!lines[i].trim() || lines[i].startsWith('%%')) {
      continue;
    }
    const found = COMMENT.exec(lines[i]);
    return found ? [i, found] : null;
  }
  return null;
}

/** The section of a cell: by a tag, else by its first comment; `null` if nobody said. */
export function sectionOf(cell: ISharedCell): string | null {
  if (cell.cell_type !== 'code') {
    return null;
  }
  const tags = tagsOf(cell).map(plain);
  const tagged = CHOICES.find(choice => tags.includes(choice));
  if (tagged) {
    return tagged;
  }
  const said = commentLine(cell.getSource());
  const name = said ? plain(said[1][2]) : '';
  return CHOICES.includes(name) ? name : null;
}

/** The tags after giving a section; other tags stay in their order. */
export function withSection(tags: string[], section: string | null): string[] {
  const rest = tags.filter(tag => !CHOICES.includes(plain(tag)));
  return section === null ? rest : [...rest, section];
}

/** The source after giving a section to a cell whose comment names another. */
export function withComment(source: string, section: string | null): string {
  const said = commentLine(source);
  if (!said) {
    return source;
  }
  const lines = source.split('\n');
  if (section === null) {
    lines.splice(said[0], 1);
  } else {
    lines[said[0]] = said[1][1] + section;
  }
  return lines.join('\n');
}

/** What is given to one cell. */
export interface IGiven {
  cell: ISharedCell;
  section: string | null;
  /** For `metadata.nb2prod`, beside the tag. */
  options?: Record<string, string>;
}

function give({ cell, section, options }: IGiven): void {
  const source = cell.getSource();
  const commented = withComment(source, section);
  const before = tagsOf(cell);
  const after =
    commented !== source && section !== null
      ? withSection(before, null)
      : withSection(before, section);
  if (commented !== source) {
    cell.setSource(commented);
  }
  if (after.join('\n') !== before.join('\n')) {
    if (after.length > 0) {
      cell.setMetadata('tags', after);
    } else {
      cell.deleteMetadata('tags');
    }
  }
  if (options && Object.keys(options).length > 0) {
    cell.setMetadata('nb2prod', options);
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
  // An edit of the last half second would else be undone with it.
  (notebook as any).undoManager?.stopCapturing();
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
}
