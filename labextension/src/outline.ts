/** What the server says of a notebook: the object of `nb2prod sections --json`. */

/** A cell that an untagged one is needed by. */
export interface INeededBy {
  cell: number;
  section: string;
  name: string;
  direct: boolean;
}

/** What is suggested for one cell. */
export interface ISuggestion {
  section: string | null;
  confidence: number;
  reason: string;
  options: Record<string, string>;
}

/** One code cell; `index` counts code cells only. */
export interface IOutlineCell {
  index: number;
  id: string;
  section: string | null;
  why: string;
  needed_by: INeededBy | null;
  definitions: string[];
  mutations: string[];
  references: string[];
  suggestion?: ISuggestion;
}

/** A name that flows from one code cell to another. */
export interface IEdge {
  from: number;
  to: number;
  kind: string;
  name: string;
}

/** A model that could be served. */
export interface IServedModel {
  name: string;
  cell: number;
  why: string;
}

/** A literal that people vary. */
export interface IProposal {
  name: string;
  value: string;
  type: string;
  cell: number;
  line: number;
  why: string;
}

/** The inference section that is built where there is none. */
export interface IBuiltCell {
  source: string;
  request: string;
  why: string;
  after: number | null;
}

/** A parameter of the notebook, with its value as somebody would type it. */
export interface ISetting {
  name: string;
  value: string;
  type: string;
  help: string;
}

/** What is known without suggesting. */
export interface IOutline {
  cells: IOutlineCell[];
  edges: IEdge[];
  /** What an export is called if nobody says otherwise. */
  project: string;
  settings: ISetting[];
}

/** What is suggested. */
export interface ISuggestedOutline extends IOutline {
  model: IServedModel | null;
  others: IServedModel[];
  parameters: IProposal[];
  inference: IBuiltCell | null;
  warnings: string[];
  missing: string;
  nothing: string;
}

/** One reason for a refusal. */
export interface IProblem {
  what: string;
  where: string;
  remedy: string;
}

/** Whether a kernel that runs can be asked instead of running the notebook again. */
export interface IRunning {
  /** Why it cannot; nothing where it can. */
  problems: IProblem[];
  /** What a run would show and it cannot. */
  notes: string[];
}

/** Names that flow from one section to another. */
export interface IFlow {
  from: string;
  to: string;
  names: string[];
}

/**
 * Sum the edges up by section; a cell that comes along counts as part of the
 * section that needs it.
 */
export function flows(outline: IOutline): IFlow[] {
  const home = new Map<number, string | null>();
  for (const cell of outline.cells) {
    home.set(cell.index, cell.section ?? cell.needed_by?.section ?? null);
  }
  const found = new Map<string, IFlow>();
  for (const edge of outline.edges) {
    const from = home.get(edge.from);
    const to = home.get(edge.to);
    if (!from || !to || from === to || from === 'skip' || to === 'skip') {
      continue;
    }
    const key = `${from}>${to}`;
    const flow = found.get(key) ?? { from, to, names: [] };
    if (!flow.names.includes(edge.name)) {
      flow.names.push(edge.name);
    }
    found.set(key, flow);
  }
  return [...found.values()];
}

/**
 * What was said of a notebook, after its code cells were moved, deleted and put
 * in: `ids` are those of now, in order. The same object where nothing is new.
 */
export function renumbered<T extends IOutline>(
  outline: T,
  ids: readonly string[]
): T {
  if (outline.cells.every(cell => ids[cell.index] === cell.id)) {
    return outline;
  }
  const places = new Map(ids.map((id, at) => [id, at]));
  const now = new Map<number, number>();
  for (const { index, id } of outline.cells) {
    const at = places.get(id);
    if (at !== undefined) {
      now.set(index, at);
    }
  }
  const moved = <E extends { cell: number }>(all: readonly E[]) =>
    all
      .filter(each => now.has(each.cell))
      .map(each => ({ ...each, cell: now.get(each.cell)! }));
  const cells = outline.cells
    .filter(cell => now.has(cell.index))
    .map(cell => ({
      ...cell,
      index: now.get(cell.index)!,
      needed_by: cell.needed_by && (moved([cell.needed_by])[0] ?? null)
    }))
    .sort((one, other) => one.index - other.index);
  const edges = outline.edges
    .filter(edge => now.has(edge.from) && now.has(edge.to))
    .map(edge => ({
      ...edge,
      from: now.get(edge.from)!,
      to: now.get(edge.to)!
    }));
  return { ...outline, cells, edges, ...suggested(outline, now, moved) };
}

/** The part of `renumbered` that only suggestions have. */
function suggested(
  outline: IOutline & Partial<ISuggestedOutline>,
  now: ReadonlyMap<number, number>,
  moved: <E extends { cell: number }>(all: readonly E[]) => E[]
): Partial<ISuggestedOutline> {
  if (!('inference' in outline)) {
    return {};
  }
  const { model, others, parameters, inference } = outline;
  const after = inference?.after ?? null;
  return {
    model: (model && moved([model])[0]) ?? null,
    others: moved(others ?? []),
    parameters: moved(parameters ?? []),
    inference: inference
      ? {
          ...inference,
          after: after === null ? null : (now.get(after) ?? null)
        }
      : null
  };
}
