import { Signal } from '@lumino/signaling';

import { JobList } from '../jobs';
import type { IJobFacts } from '../jobs';
import { ASK_AFTER, LATE, RunModel, SOON } from '../runModel';
import type { ISectionModel } from '../tokens';
import { tagged } from './making';
import { Open } from './panels';
import { aForm, aRun, listed, parameter } from './runsMade';
import { json, Later, Server, until } from './server';
import type { IArrived, Said } from './server';

const DEPTH = parameter({ name: 'depth', kind: 'int', value: '3' });

/** The notebook that is current, and whether the server has our part. */
class Sections {
  panel: ISectionModel['panel'] = null;
  server: ISectionModel['server'] = 'present';
  readonly changed = new Signal<this, void>(this);

  show(open: Open | null): void {
    this.panel = open?.panel ?? null;
    this.changed.emit();
  }
}

const desks: Desk[] = [];

/** A notebook in the browser and a server, which says what a test wants. */
class Desk {
  constructor() {
    this.server = new Server(arrived => this._answer(arrived));
    this.jobs = new JobList(this.server.settings);
    this.model = new RunModel(
      this.sections as unknown as ISectionModel,
      this.jobs,
      this.server.settings
    );
    this.model.watch(
      () => this.isLooking,
      () => 20
    );
    desks.push(this);
  }

  open(path = 'a.ipynb'): Open {
    const open = new Open(path, tagged('depth = 3', 'parameters')).load();
    (open.panel.context as any).save = async () => {
      this.server.arrived.push({ method: 'SAVE', path } as any);
    };
    this.sections.show(open);
    return open;
  }

  /** What was asked for, by how the address begins. */
  asked(begin: string): IArrived[] {
    return this.server.arrived.filter(each => each.path.startsWith(begin));
  }

  other: (arrived: IArrived) => Said | null = () => null;
  isLooking = true;
  form = aForm(DEPTH);
  runs = listed();
  readonly sections = new Sections();
  readonly server: Server;
  readonly jobs: JobList;
  readonly model: RunModel;

  private _answer(arrived: IArrived): Said {
    const other = this.other(arrived);
    if (other) {
      return other;
    }
    if (arrived.path === 'runs/form') {
      return json(this.form);
    }
    if (arrived.path === 'jobs') {
      const { kind, path } = arrived.body;
      return json(job({ kind, path }), 202);
    }
    return arrived.path.includes('/events')
      ? new Promise<Response>(() => undefined)
      : json(this.runs);
  }
}

function job(change: Partial<IJobFacts>): IJobFacts {
  const usual = { id: 'j', created: 1, state: 'running' as const, last: {} };
  return { kind: 'run', path: 'a.ipynb', ...usual, ...change };
}

afterEach(() => {
  jest.useRealTimers();
  desks.splice(0).forEach(desk => desk.sections.show(null));
});

describe('RunModel', () => {
  it('asks what a notebook can be run with, and for its runs', async () => {
    const desk = new Desk();
    desk.runs = listed(aRun('r'));
    expect(desk.server.asked).toEqual([]);
    desk.open('größe/a b.ipynb');
    await until(
      () => desk.model.form !== null && desk.model.runs.runs.length > 0
    );
    expect(desk.model.form).toEqual(desk.form);
    expect(desk.asked('runs?')[0].path).toBe(
      'runs?path=gr%C3%B6%C3%9Fe%2Fa%20b.ipynb&limit=20'
    );
    const { body } = desk.asked('runs/form')[0];
    expect(body.content.cells[0].source).toBe('depth = 3');
    expect(body).toMatchObject({ parameters: {}, vary: {}, number: 0 });
  });

  it('asks for nothing where nobody looks, and for all of it when somebody does', async () => {
    const desk = new Desk();
    desk.isLooking = false;
    desk.open();
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(desk.server.asked).toEqual([]);
    desk.isLooking = true;
    desk.model.wake();
    await until(() => desk.model.form !== null);
  });

  it('has what was typed checked, after a while of quiet', async () => {
    const desk = new Desk();
    desk.open();
    await until(() => desk.model.form !== null);
    const wrong = { name: 'depth', what: 'no', where: '', remedy: '' };
    desk.form = { ...desk.form, wrong: [wrong], runs: null };
    desk.model.type({ values: { depth: 'd' } });
    desk.model.type({ values: { depth: 'deep' } });
    expect(desk.model.typed.values).toEqual({ depth: 'deep' });
    await until(() => desk.model.form?.wrong.length === 1);
    const forms = desk.asked('runs/form');
    expect(forms.map(({ body }) => body.parameters)).toEqual([
      {},
      { depth: 'deep' }
    ]);
    desk.model.type({ isSweep: true, vary: { depth: '1..3' }, random: 2 });
    await until(() => desk.asked('runs/form').length === 3);
    const { body } = desk.asked('runs/form')[2];
    expect(body).toMatchObject({ parameters: {}, vary: { depth: '1..3' } });
    expect(body.number).toBe(2);
  });

  it('drops an answer that is older than the last question', async () => {
    const desk = new Desk();
    const late = new Later<Response>();
    desk.other = ({ path }) => (path === 'runs/form' ? late.promise : null);
    desk.open();
    await until(() => desk.asked('runs/form').length === 1);
    desk.other = () => null;
    desk.form = aForm(DEPTH, parameter({ name: 'rate' }));
    desk.model.wake();
    await until(() => desk.model.form !== null);
    late.keep(json(aForm()));
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(desk.model.form?.parameters.length).toBe(2);
  });

  it('keeps what was typed for each notebook, and drops what is known of the one before', async () => {
    const desk = new Desk();
    desk.runs = listed(aRun('r'));
    desk.open('a.ipynb');
    await until(() => desk.model.runs.runs.length === 1);
    desk.model.type({ values: { depth: '4' } });
    desk.model.choose('r', true);
    expect(desk.model.chosen).toEqual(['r']);
    desk.open('b.ipynb');
    expect(desk.model.runs.runs).toEqual([]);
    expect(desk.model.form).toBeNull();
    expect(desk.model.typed.values).toEqual({});
    expect(desk.model.chosen).toEqual([]);
    desk.open('a.ipynb');
    expect(desk.model.typed.values).toEqual({ depth: '4' });
  });

  it('stays with its notebook while somebody looks at what a run has shown', () => {
    const desk = new Desk();
    const open = desk.open('a.ipynb');
    const output = new Open('r.ipynb').load();
    (output.panel.context as any).path = 'nb2prod-runs:r.ipynb';
    desk.sections.show(output);
    expect(desk.model.panel).toBe(open.panel);
    desk.sections.show(null);
    expect(desk.model.panel).toBeNull();
  });

  it('saves the notebook before it is run, and orders what was typed', async () => {
    const desk = new Desk();
    desk.open();
    desk.model.type({ values: { depth: '4', name: 'b' } });
    const job = await desk.model.start();
    const order = desk.asked('jobs')[0];
    expect(order.body).toEqual({
      kind: 'run',
      path: 'a.ipynb',
      parameters: { depth: '4', name: 'b' },
      evidence: false
    });
    const all = desk.server.arrived;
    expect(all.findIndex(each => each.method === 'SAVE')).toBeLessThan(
      all.indexOf(order)
    );
    expect(desk.model.jobs).toEqual([job]);
    desk.model.type({ isSweep: true, vary: { depth: '1..3' }, metric: ' r2 ' });
    desk.model.type({ evidence: true });
    await desk.model.start();
    expect(desk.asked('jobs').filter(each => each.body)[1].body).toEqual({
      kind: 'sweep',
      path: 'a.ipynb',
      parameters: { name: 'b' },
      vary: { depth: '1..3' },
      evidence: true,
      random: 0,
      metric: 'r2',
      direction: 'maximize',
      workers: 0
    });
  });

  it('says why nothing was begun, until something else is typed', async () => {
    const desk = new Desk();
    desk.open();
    const problem = { what: 'too many', where: '', remedy: 'wait' };
    desk.other = ({ path }) =>
      path === 'jobs' ? json({ problems: [problem] }, 429) : null;
    expect(await desk.model.start()).toBeNull();
    expect(desk.model.problems).toEqual([problem]);
    expect(desk.model.isStarting).toBe(false);
    desk.model.type({ values: {} });
    expect(desk.model.problems).toEqual([]);
  });

  it('knows only the jobs of its notebook that are runs', async () => {
    const desk = new Desk();
    desk.open('a.ipynb');
    const all = [
      job({ id: 'b', path: 'b.ipynb' }),
      job({ id: 'e', kind: 'export' }),
      job({ id: 's', kind: 'sweep' })
    ];
    desk.other = ({ path }) => (path === 'jobs' ? json({ jobs: all }) : null);
    await desk.jobs.refresh();
    expect(desk.model.jobs.map(({ facts }) => facts.id)).toEqual(['s']);
    expect(desk.jobs.shown.map(({ facts }) => facts.id)).toEqual(['e']);
    const told = jest.fn();
    desk.model.changed.connect(told);
    const [sweep] = desk.model.jobs;
    sweep.take({ n: 1, event: 'sweep-ended', done: 2, total: 6, failed: 1 });
    expect(sweep.standing).toEqual({ done: 2, total: 6, failed: 1 });
    expect(told).toHaveBeenCalled();
  });

  it('looks again soon while a run is not over, and late when all are', async () => {
    jest.useFakeTimers();
    const desk = new Desk();
    desk.runs = listed(aRun('r', { status: 'running' }));
    desk.open();
    await jest.advanceTimersByTimeAsync(ASK_AFTER);
    const before = desk.asked('runs?').length;
    await jest.advanceTimersByTimeAsync(3 * SOON);
    expect(desk.asked('runs?').length).toBe(before + 3);
    desk.runs = listed(aRun('r'));
    await jest.advanceTimersByTimeAsync(SOON);
    const ended = desk.asked('runs?').length;
    await jest.advanceTimersByTimeAsync(LATE - SOON);
    expect(desk.asked('runs?').length).toBe(ended);
    await jest.advanceTimersByTimeAsync(SOON);
    expect(desk.asked('runs?').length).toBe(ended + 1);
    desk.isLooking = false;
    await jest.advanceTimersByTimeAsync(10 * LATE);
    expect(desk.asked('runs?').length).toBe(ended + 1);
  });

  it('says why the runs cannot be listed, and lists them when they can', async () => {
    const desk = new Desk();
    const problem = { what: 'damaged', where: 'runs.sqlite', remedy: '' };
    desk.other = ({ path }) =>
      path.startsWith('runs?') ? json({ problems: [problem] }, 422) : null;
    desk.open();
    await until(() => desk.model.problems.length === 1);
    expect(desk.model.problems).toEqual([problem]);
    desk.other = () => null;
    desk.runs = listed(aRun('r'));
    await desk.model.refresh();
    expect(desk.model.problems).toEqual([]);
    expect(desk.model.runs.runs.length).toBe(1);
  });

  it('hears nothing more of a notebook that is left', async () => {
    const desk = new Desk();
    const open = desk.open('a.ipynb');
    await until(() => desk.model.form !== null);
    desk.sections.show(null);
    const before = desk.server.arrived.length;
    open.model.sharedModel.cells[0].setSource('depth = 4');
    await new Promise(resolve => setTimeout(resolve, ASK_AFTER + 100));
    expect(desk.server.arrived.length).toBe(before);
  });

  it('asks for one run, and for what differs between two', async () => {
    const desk = new Desk();
    desk.open('a.ipynb');
    desk.other = ({ path }) =>
      path.startsWith('runs/r') ? json({ path }) : null;
    expect(await desk.model.details('r-1')).toEqual({
      path: 'runs/r-1?path=a.ipynb'
    });
    expect(await desk.model.compare('r-1', 'r-2')).toEqual({
      path: 'runs/r-1/with/r-2?path=a.ipynb'
    });
  });
});
