import { askedOf } from '../findings';
import type { IFound } from '../findings';
import {
  ASK_AFTER,
  ASK_AT_LAST,
  ASK_SOONER,
  FAST,
  Readiness
} from '../readiness';
import { MOST_TEXT, shortened } from '../sending';
import { present, QUIET, quiet } from './bench';
import { liveOf } from '../live';
import { SectionModel } from '../model';
import { Open, Tracker } from './panels';
import { json, Later, Server } from './server';
import type { IArrived, Said } from './server';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const TITLE = 't';

/** A finding for each code cell that says `bad`, with what the cell says. */
function foundIn(arrived: IArrived): IFound {
  const code = arrived.body.content.cells.filter(
    (cell: any) => cell.cell_type === 'code'
  );
  const bad = code
    .map((cell: any, index: number) => ({ cell, index }))
    .filter(({ cell }: any) => cell.source.includes('bad'));
  const findings = bad.map(({ cell, index }: any) => ({
    code: 'NB107',
    name: 'n',
    severity: 'warning',
    cell: index,
    id: 'of the server',
    line: 1,
    what: cell.source,
    remedy: '',
    fix: 'safe',
    fingerprint: cell.source
  }));
  const counts = { error: 0, warning: findings.length, advice: 0 };
  return { findings, counts, ignored: [], score: null };
}

function answer(arrived: IArrived): Said {
  switch (arrived.path) {
    case 'findings':
      return json(foundIn(arrived));
    case 'fix':
      return json({
        title: TITLE,
        fix: 'safe',
        changes: [{ kind: 'source', index: 0, source: 'good', diff: [] }]
      });
    default:
      return present(arrived);
  }
}

async function bench(cells: any[] = ['bad a', 'b'], said = answer) {
  const server = new Server(said);
  const tracker = new Tracker();
  const model = new SectionModel(tracker.real, server.settings, '1');
  const readiness = new Readiness(tracker.real, model, server.settings);
  const eyes = { open: true };
  readiness.watch(() => eyes.open);
  const open = new Open('a.ipynb', ...cells).load();
  tracker.show(open);
  await quiet();
  return { server, tracker, readiness, open, eyes };
}

const asked = (server: Server) =>
  server.asked.filter(each => each === 'POST findings').length;
const said = (readiness: Readiness) =>
  readiness.found.findings.map(each => each.what);

it('what is found is known after the notebook is opened, with the ids of its cells', async () => {
  const { readiness } = await bench();
  expect(readiness.state).toBe('found');
  expect(readiness.found.findings.map(each => each.id)).toEqual(['c0']);
});

it('an edit is asked about once it pauses, in one request', async () => {
  const { server, readiness, open } = await bench();
  const before = asked(server);
  for (const source of ['bad', 'bad x', 'bad xy']) {
    open.model.sharedModel.cells[1].setSource(source);
    await jest.advanceTimersByTimeAsync(ASK_SOONER - 10);
  }
  expect(asked(server)).toBe(before);
  await jest.advanceTimersByTimeAsync(10);
  expect(asked(server)).toBe(before + 1);
  expect(said(readiness)).toEqual(['bad a', 'bad xy']);
});

/** A server whose next answer about findings can be held back. */
async function held() {
  const later = new Later<Response>();
  let isHeld = false;
  const found = await bench(['a', 'b'], arrived => {
    if (arrived.path === 'findings' && isHeld) {
      isHeld = false;
      return later.promise;
    }
    return answer(arrived);
  });
  return { ...found, later, hold: () => (isHeld = true) };
}

it('where an answer has taken long, a longer pause is waited for', async () => {
  const { server, open, later, hold } = await held();
  hold();
  const cell = open.model.sharedModel.cells[0];
  cell.setSource('bad once');
  await jest.advanceTimersByTimeAsync(ASK_SOONER + FAST + 10);
  later.keep(json(foundIn(server.arrived[server.arrived.length - 1])));
  await jest.advanceTimersByTimeAsync(10);
  const before = asked(server);
  cell.setSource('bad twice');
  await jest.advanceTimersByTimeAsync(ASK_AFTER - 1);
  expect(asked(server)).toBe(before);
  await jest.advanceTimersByTimeAsync(1);
  expect(asked(server)).toBe(before + 1);
});

it('the pause is counted from the edit, not from the answer to a question before it', async () => {
  const { server, open, later, hold } = await held();
  hold();
  const cell = open.model.sharedModel.cells[0];
  cell.setSource('bad once');
  await jest.advanceTimersByTimeAsync(ASK_SOONER);
  const before = asked(server);
  cell.setSource('bad twice');
  await jest.advanceTimersByTimeAsync(ASK_AFTER);
  later.keep(json(foundIn(server.arrived[server.arrived.length - 1])));
  await jest.advanceTimersByTimeAsync(1);
  expect(asked(server)).toBe(before + 1);
});

it('what never pauses is asked about now and then', async () => {
  const { server, open } = await bench();
  const before = asked(server);
  const step = ASK_SOONER - 10;
  for (let time = 0; time < ASK_AT_LAST + ASK_AFTER; time += step) {
    open.model.sharedModel.cells[1].setSource(`print(${time})`);
    await jest.advanceTimersByTimeAsync(step);
  }
  expect(asked(server)).toBe(before + 1);
});

it('never two questions at once, and an old answer is dropped', async () => {
  const { server, readiness, open, later, hold } = await held();
  hold();
  const before = asked(server);
  open.model.sharedModel.cells[0].setSource('bad once');
  await jest.advanceTimersByTimeAsync(QUIET);
  open.model.sharedModel.cells[0].setSource('bad twice');
  await jest.advanceTimersByTimeAsync(QUIET);
  expect(asked(server)).toBe(before + 1);
  later.keep(json(foundIn(server.arrived[server.arrived.length - 1])));
  const seen: string[] = [];
  readiness.changed.connect(() => seen.push(...said(readiness)));
  await quiet();
  expect(asked(server)).toBe(before + 2);
  expect(seen).toEqual(['bad twice']);
});

it('nothing is asked while nobody looks, and what was missed is asked when somebody does', async () => {
  const { server, readiness, open, eyes } = await bench();
  eyes.open = false;
  const before = asked(server);
  open.model.sharedModel.cells[1].setSource('bad b');
  await quiet();
  expect(asked(server)).toBe(before);
  eyes.open = true;
  readiness.wake();
  await quiet();
  expect(said(readiness)).toEqual(['bad a', 'bad b']);
  readiness.wake();
  await quiet();
  expect(asked(server)).toBe(before + 1);
});

it('another notebook does not get the answer for the one before', async () => {
  const { readiness, tracker } = await bench();
  const other = new Open('b.ipynb', 'fine', 'bad other');
  tracker.show(other);
  expect(readiness.state).toBe('reading');
  expect(said(readiness)).toEqual([]);
  other.load();
  await quiet();
  expect(said(readiness)).toEqual(['bad other']);
  tracker.show(null);
  expect(readiness.state).toBe('no notebook');
});

it('a notebook that cannot be read says why', async () => {
  const problem = { what: 'it is written in R', where: 'a.ipynb', remedy: '' };
  const { readiness } = await bench(['a'], arrived =>
    arrived.path === 'findings'
      ? json({ message: '', problems: [problem] }, 422)
      : present(arrived)
  );
  expect(readiness.state).toBe('refused');
  expect(readiness.problems).toEqual([problem]);
});

it('a server without our part is not asked', async () => {
  const { readiness, server } = await bench(['a'], () => json({}, 404));
  expect(readiness.state).toBe('no server');
  expect(asked(server)).toBe(0);
});

it('what is ignored is gone at once, and taken back', async () => {
  const { readiness, open } = await bench();
  readiness.setIgnored(readiness.found.findings[0], true);
  expect(readiness.found.counts.warning).toBe(0);
  const cell = open.model.sharedModel.cells[0];
  expect(cell.getMetadata('nb2prod')).toEqual({ ignore: ['NB107'] });
  await quiet(); // this server does not know about ignoring
  readiness.setIgnored({ code: 'NB107', cell: 0 }, false);
  expect(cell.getMetadata('nb2prod')).toBeUndefined();
  await quiet();
  expect(readiness.found.counts.warning).toBe(1);
});

it('a fix is applied as it was shown', async () => {
  const { readiness, open } = await bench();
  const [finding] = readiness.found.findings;
  const fix = await readiness.fixOf(finding);
  expect(await readiness.mend(finding, fix)).toBeNull();
  const cells = open.model.sharedModel.cells;
  expect(cells[0].getSource()).toBe('good');
  open.model.sharedModel.undo();
  expect(cells[0].getSource()).toBe('bad a');
});

it('a fix that would be another one now is shown again and not applied', async () => {
  const { readiness, open } = await bench();
  const fix = await readiness.fixOf(null);
  const other = { ...fix, title: `${TITLE} other` };
  expect(await readiness.mend(null, other)).toEqual(fix);
  expect(open.model.sharedModel.cells[0].getSource()).toBe('bad a');
});

it('what was found in objects is beside the rest until its cell is another one', async () => {
  const { readiness, open } = await bench();
  const result = {
    notebooks: [
      {
        checks: [{ name: 'slow', state: 'failed' }],
        findings: [
          { code: 'NB107', name: 'n', severity: 'warning', id: 'c0' },
          {
            code: 'NB510',
            name: 'slow',
            severity: 'error',
            id: 'c1',
            cell: 1,
            what: 'slow',
            fingerprint: 'f'
          }
        ]
      }
    ]
  };
  expect(liveOf(null)).toEqual([]);
  const asked = askedOf(open.model.sharedModel);
  readiness.setLive(open.panel, liveOf(result), asked);
  expect(said(readiness)).toEqual(['bad a', 'slow']);
  expect(readiness.found.counts).toEqual({ error: 1, warning: 1, advice: 0 });
  open.model.sharedModel.cells[0].setSource('bad aa');
  await quiet();
  expect(said(readiness)).toEqual(['bad aa', 'slow']);
  open.model.sharedModel.cells[1].setSource('b2');
  await quiet();
  expect(said(readiness)).toEqual(['bad aa']);
});

it('a rule is asked about once', async () => {
  const rule = { code: 'NB107', page: '## What it does' };
  const { readiness, server } = await bench(['a'], arrived =>
    arrived.path === 'rules/NB107' ? json(rule) : answer(arrived)
  );
  expect(await readiness.explain('NB107')).toEqual(rule);
  await readiness.explain('NB107');
  const rules = server.asked.filter(each => each === 'GET rules/NB107');
  expect(rules).toHaveLength(1);
});

it('pictures and the rest of long texts are left out, and how much that is is told', () => {
  const long = 'x'.repeat(MOST_TEXT + 5);
  expect(
    shortened({
      output_type: 'display_data',
      metadata: {},
      data: { 'image/png': 'abcd', 'text/plain': ['a', 'b'], 'text/html': long }
    }).data
  ).toEqual({
    'image/png': [4],
    'text/plain': 'ab',
    'text/html': [long.slice(0, MOST_TEXT), 5]
  });
  expect(
    shortened({ output_type: 'stream', name: 'stdout', text: 'a' }).text
  ).toBe('a');
  expect(
    shortened({ data: { 'application/json': { a: [1, 2] } } }).data
  ).toEqual({ 'application/json': '{"a":[1,2]}' });
});
