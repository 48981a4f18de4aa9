import { SectionModel } from '../model';
import type { IOutline, ISuggestedOutline } from '../outline';
import type { Written } from './making';
import { Open, Tracker } from './panels';
import { json, Server } from './server';
import type { IArrived, Said } from './server';

/** Milliseconds after which everything that is put off has been done. */
export const QUIET = 2000;

/** What the server says of the notebook in a request: the text of each cell is what it defines. */
export function outlineOf(arrived: IArrived): IOutline {
  const code = arrived.body.content.cells.filter(
    (cell: any) => cell.cell_type === 'code'
  );
  return {
    cells: code.map((cell: any, index: number) => ({
      index,
      id: cell.id,
      section: null,
      why: '',
      needed_by: null,
      definitions: [cell.source],
      mutations: [],
      references: []
    })),
    edges: [],
    project: 'p',
    settings: []
  };
}

/** A suggestion for each cell, and a cell to be built behind the last. */
export function suggestedOf(arrived: IArrived): ISuggestedOutline {
  const found = outlineOf(arrived);
  return {
    ...found,
    cells: found.cells.map((cell, at) => ({
      ...cell,
      suggestion: {
        section: at === 0 ? 'data' : 'training',
        confidence: 0.9,
        reason: 'because',
        options: { input: 'X' }
      }
    })),
    model: { name: 'model', cell: 0, why: '' },
    others: [],
    parameters: [],
    inference: {
      source: 'model.predict(X)',
      request: 'X',
      why: '',
      after: found.cells.length - 1
    },
    warnings: [],
    missing: '',
    nothing: ''
  };
}

/** What a server of our version answers. */
export function present(arrived: IArrived): Said {
  if (arrived.path === 'version') {
    return json({ version: '1' });
  }
  return json(arrived.body.suggest ? suggestedOf(arrived) : outlineOf(arrived));
}

/** Let the time pass, and what waits for it be done. */
export async function quiet(): Promise<void> {
  await jest.advanceTimersByTimeAsync(QUIET);
}

export interface IBench {
  server: Server;
  tracker: Tracker;
  model: SectionModel;
  open: Open;
}

/** A notebook that is open and was looked at by the server. */
export async function bench(
  cells: Written[] = ['a', 'b', 'c'],
  answer: (arrived: IArrived) => Said = present
): Promise<IBench> {
  const server = new Server(answer);
  const tracker = new Tracker();
  const model = new SectionModel(tracker.real, server.settings, '1');
  const open = new Open('a.ipynb', ...cells).load();
  tracker.show(open);
  await quiet();
  return { server, tracker, model, open };
}

/** How often the notebook was sent. */
export function outlines(server: Server): number {
  return server.asked.filter(each => each === 'POST outline').length;
}

/** The sections, as the panels show them. */
export function sections(model: SectionModel): (string | null)[] {
  return model.cells.map(cell => cell.section);
}

/** Select cells of the notebook. */
export function select(open: Open, ...places: number[]): void {
  open.notebook.deselectAll();
  open.notebook.activeCellIndex = places[0];
  places.forEach(at => open.notebook.select(open.notebook.widgets[at]));
}
