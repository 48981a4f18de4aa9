import type { IFinding, IFound } from '../findings';
import { JobList } from '../jobs';
import type { IJobFacts } from '../jobs';
import { LiveCheck } from '../live';
import { SectionModel } from '../model';
import { Readiness } from '../readiness';
import { present, quiet } from './bench';
import { Open, Tracker } from './panels';
import { json, Pipe, Server } from './server';
import type { IArrived, Said } from './server';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const NOTHING: IFound = {
  findings: [],
  counts: { error: 0, warning: 0, advice: 0 },
  ignored: [],
  score: null
};

/** What a check says of a cell that was the `cell`-th when it was asked. */
function finding(what: string, cell: number | null): IFinding {
  return {
    code: 'NB510',
    name: 'slow',
    severity: 'warning',
    cell,
    id: cell === null ? null : `of the server ${cell}`,
    line: null,
    what,
    remedy: '',
    fix: null,
    fingerprint: what
  };
}

/** Two open notebooks with a kernel each, and a server whose checks end when a test says so. */
class Desk {
  constructor() {
    this.server = new Server(arrived => this._answer(arrived));
    this.model = new SectionModel(this.tracker.real, this.server.settings, '1');
    this.readiness = new Readiness(
      this.tracker.real,
      this.model,
      this.server.settings
    );
    this.readiness.watch(() => true);
    this.jobs = new JobList(this.server.settings);
    this.live = new LiveCheck(this.jobs, this.readiness);
  }

  /** Make a notebook the current one. */
  async goTo(open: Open): Promise<void> {
    this.tracker.show(open);
    await quiet();
  }

  /** Press the button. */
  async check(): Promise<void> {
    void this.live.start();
    await quiet();
  }

  /** Have the check of a notebook end with what it has found. */
  async end(open: Open, ...findings: IFinding[]): Promise<void> {
    const checks = [{ name: 'slow', state: 'failed', why: '' }];
    const result = { notebooks: [{ checks, findings }] };
    const ended = { n: 1, event: 'ended', state: 'done', result };
    this._pipes[this._paths.lastIndexOf(open.path)].events(ended);
    await quiet();
  }

  /** What the panel shows. */
  get said(): string[] {
    return this.readiness.found.findings.map(each => each.what);
  }

  /** The places of what the panel shows, and the ids of the cells there. */
  get places(): unknown[] {
    return this.readiness.found.findings.map(({ cell, id }) => [cell, id]);
  }

  readonly one = opened('one.ipynb');
  readonly two = opened('two.ipynb');
  readonly tracker = new Tracker();
  readonly server: Server;
  readonly model: SectionModel;
  readonly readiness: Readiness;
  readonly jobs: JobList;
  readonly live: LiveCheck;
  /** Whether the server has no room for more jobs. */
  isFull = false;
  /** Whether the server was started again, and knows of no job. */
  isNew = false;

  /** Have the answer to the check of a notebook break off. */
  breakOff(open: Open): void {
    this._pipes[this._paths.lastIndexOf(open.path)].breakOff();
  }

  private _answer(arrived: IArrived): Said {
    const { path, body } = arrived;
    if (path === 'findings') {
      return json(NOTHING);
    }
    if (path.startsWith('jobs/')) {
      if (this.isNew) {
        return json({ problems: [{ what: 'no such job' }] }, 404);
      }
      return this._pipes[Number(path.split('/')[1])].response;
    }
    if (path !== 'jobs') {
      return present(arrived);
    }
    if (this.isFull) {
      return json({ message: 'no room' }, 503);
    }
    this._pipes.push(new Pipe());
    const facts: IJobFacts = {
      id: String(this._paths.push(body.path) - 1),
      kind: 'check',
      path: body.path,
      created: 1,
      state: 'running',
      last: {}
    };
    return json(facts);
  }

  /** The notebooks of all checks, the ids of which are their places here. */
  private _paths: string[] = [];
  private _pipes: Pipe[] = [];
}

function opened(path: string): Open {
  const open = new Open(path, 'a', 'b', 'c').load();
  const { panel } = open as any;
  panel.sessionContext.session = { kernel: { id: `kernel of ${path}` } };
  panel.context.save = async () => undefined;
  return open;
}

/** A desk where the check of the first notebook goes on. */
async function checking(): Promise<Desk> {
  const desk = new Desk();
  await desk.goTo(desk.one);
  await desk.check();
  expect(desk.live.job?.state).toBe('running');
  return desk;
}

const cellOf = (open: Open, at: number) => open.model.sharedModel.cells[at];

it('what is found is said of the notebook that was asked about, whatever is checked meanwhile', async () => {
  const desk = await checking();
  await desk.goTo(desk.two);
  await desk.check();
  await desk.end(desk.one, finding('of one', 0));
  expect(desk.said).toEqual([]);
  expect(desk.live.job?.facts.path).toBe('two.ipynb');
  await desk.end(desk.two, finding('of two', 0));
  expect(desk.said).toEqual(['of two']);
  await desk.goTo(desk.one);
  expect(desk.live.job?.facts.path).toBe('one.ipynb');
  expect(desk.said).toEqual(['of one']);
});

it('what was found while another notebook was shown is there when somebody comes back', async () => {
  const desk = await checking();
  await desk.goTo(desk.two);
  await desk.end(desk.one, finding('of one', 1), finding('of all', null));
  expect(desk.said).toEqual([]);
  expect(desk.live.job).toBeNull();
  await desk.goTo(desk.one);
  expect(desk.live.job?.state).toBe('done');
  expect(desk.said).toEqual(['of one', 'of all']);
});

it('what was found outlasts a look at another notebook, but for cells edited or deleted meanwhile', async () => {
  const desk = await checking();
  const all = [finding('of a', 0), finding('of b', 1), finding('of all', null)];
  await desk.end(desk.one, ...all);
  expect(desk.said).toEqual(['of a', 'of b', 'of all']);
  await desk.goTo(desk.two);
  expect(desk.said).toEqual([]);
  cellOf(desk.one, 1).setSource('other');
  await desk.goTo(desk.one);
  expect(desk.said).toEqual(['of a', 'of all']);
  await desk.goTo(desk.two);
  desk.one.model.sharedModel.deleteCell(0);
  await desk.goTo(desk.one);
  expect(desk.said).toEqual(['of all']);
});

it('an edit while a check goes on is noticed, and a cell that moves is followed', async () => {
  const desk = await checking();
  cellOf(desk.one, 0).setSource('other');
  desk.one.model.sharedModel.insertCell(0, { cell_type: 'code', source: '' });
  await quiet();
  await desk.end(desk.one, finding('of a', 0), finding('of b', 1));
  expect(desk.said).toEqual(['of b']);
  expect(desk.places).toEqual([[2, 'c1']]);
});

it('so it is in a notebook that is not shown then', async () => {
  const desk = await checking();
  await desk.goTo(desk.two);
  cellOf(desk.one, 0).setSource('other');
  desk.one.model.sharedModel.deleteCell(2);
  const all = [finding('of a', 0), finding('of b', 1), finding('of c', 2)];
  await desk.end(desk.one, ...all);
  await desk.goTo(desk.one);
  expect(desk.said).toEqual(['of b']);
});

it('what is ignored does not come back with its notebook', async () => {
  const desk = await checking();
  await desk.end(desk.one, finding('of a', 0), finding('of b', 1));
  desk.readiness.setIgnored({ code: 'NB510', cell: 0 }, true);
  expect(desk.said).toEqual(['of b']);
  await desk.goTo(desk.two);
  await desk.goTo(desk.one);
  expect(desk.said).toEqual(['of b']);
});

it('a check takes the place of the one before', async () => {
  const desk = await checking();
  await desk.end(desk.one, finding('of a', 0));
  await desk.check();
  expect(desk.said).toEqual(['of a']);
  await desk.end(desk.one, finding('of b', 1));
  expect(desk.said).toEqual(['of b']);
});

it('a notebook that is closed meanwhile is let go', async () => {
  const desk = await checking();
  await desk.goTo(desk.two);
  desk.one.close();
  await desk.end(desk.one, finding('of a', 0));
  expect(desk.said).toEqual([]);
});

it('only the check of the notebook that is shown is cancelled', async () => {
  const desk = await checking();
  await desk.goTo(desk.two);
  await desk.live.cancel();
  expect(desk.server.asked).not.toContain('DELETE jobs/0');
  await desk.goTo(desk.one);
  void desk.live.cancel();
  await quiet();
  expect(desk.server.asked).toContain('DELETE jobs/0');
});

it('pressed twice, it is asked for once', async () => {
  const desk = new Desk();
  await desk.goTo(desk.one);
  void desk.live.start();
  expect(desk.live.isAtWork).toBe(true);
  void desk.live.start();
  await quiet();
  expect(desk.server.asked.filter(each => each === 'POST jobs')).toHaveLength(
    1
  );
  expect(desk.live.isAtWork).toBe(true);
});

it('a check that the server has forgotten is lost, and another can be asked for', async () => {
  const desk = await checking();
  desk.isNew = true;
  desk.breakOff(desk.one);
  await jest.advanceTimersByTimeAsync(10_000);
  await quiet();
  expect(desk.live.job?.state).toBe('lost');
  expect(desk.live.isAtWork).toBe(false);
});

it('why a check could not be started is said of its notebook only', async () => {
  const desk = new Desk();
  desk.isFull = true;
  await desk.goTo(desk.one);
  void desk.live.start();
  desk.tracker.show(desk.two);
  await quiet();
  expect(desk.live.problems).toEqual([]);
  await desk.goTo(desk.one);
  expect(desk.live.problems.map(each => each.what)).toEqual(['no room']);
});
