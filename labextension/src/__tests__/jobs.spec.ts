import { JobList } from '../jobs';
import type { IJobEvent, IJobFacts } from '../jobs';
import { after, EVENTS, facts, shown } from './jobsMade';
import { json, Later, Pipe, Server, until } from './server';
import type { IArrived, Said } from './server';

const ORDER = { kind: 'export' as const, path: 'a.ipynb', destination: 'a' };

/** A server whose streams of events a test holds in its hands. */
class Streams {
  readonly server = new Server(arrived => this._answer(arrived));
  readonly pipes: Pipe[] = [];
  jobs: IJobFacts[] = [];
  other: ((arrived: IArrived) => Said | null) | null = null;

  /** The numbers behind which events were asked for. */
  get asked(): number[] {
    return this.server.arrived
      .map(each => /events\?after=(\d+)/.exec(each.path))
      .filter(found => found !== null)
      .map(found => Number(found![1]));
  }

  /** The stream that was asked for last, once `count` were. */
  async pipe(count: number): Promise<Pipe> {
    await until(() => this.pipes.length >= count);
    return this.pipes[count - 1];
  }

  private _answer(arrived: IArrived): Said {
    const other = this.other?.(arrived);
    if (other) {
      return other;
    }
    if (arrived.path.includes('/events')) {
      const pipe = new Pipe();
      this.pipes.push(pipe);
      return pipe.response;
    }
    if (arrived.method === 'DELETE') {
      return new Response(null, { status: 204 });
    }
    return arrived.method === 'POST'
      ? json(facts(), 202)
      : json({ jobs: this.jobs });
  }
}

/** What the server says of a job that it does not know. */
function forgotten(): Response {
  const problem = { what: 'there is no such job', where: '', remedy: '' };
  return json({ problems: [problem] }, 404);
}

describe('JobList', () => {
  it('starts a job and follows it to its end', async () => {
    const streams = new Streams();
    const list = new JobList(streams.server.settings);
    const seen = jest.fn();
    list.changed.connect(seen);
    const job = await list.start(ORDER);
    expect(list.jobs).toEqual([job]);
    expect(seen).toHaveBeenCalledTimes(1);
    expect(streams.server.arrived[0].body).toEqual(ORDER);
    const pipe = await streams.pipe(1);
    for (const event of EVENTS) {
      pipe.events(event);
      await until(() => job.seen === event.n);
    }
    expect(shown(job)).toEqual(shown(after(EVENTS)));
    await until(() => pipe.isCancelled);
    expect(streams.asked).toEqual([0]);
  });

  it('does not start what is refused', async () => {
    const streams = new Streams();
    const problem = { what: 'too many', where: '', remedy: 'wait' };
    streams.other = () => json({ problems: [problem] }, 429);
    const list = new JobList(streams.server.settings);
    await expect(list.start(ORDER)).rejects.toMatchObject({
      status: 429,
      problems: [problem]
    });
    expect(list.jobs).toEqual([]);
  });

  it.each<[string, (pipe: Pipe) => void]>([
    ['ends too early', pipe => pipe.end()],
    ['breaks off', pipe => pipe.breakOff()],
    [
      'breaks off in the middle of a line',
      pipe => {
        pipe.write(JSON.stringify(EVENTS[3]).slice(0, 20));
        pipe.end();
      }
    ],
    [
      'breaks off in the middle of a character',
      pipe => {
        pipe.write(Uint8Array.of(0x7b, 0x22, 0xc3));
        pipe.breakOff();
      }
    ],
    [
      'goes over into the page of a proxy',
      pipe => {
        pipe.write('<html>Gateway Timeout</html>\n');
        pipe.end();
      }
    ]
  ])('takes up a stream again that %s', async (_, end) => {
    const streams = new Streams();
    const list = new JobList(streams.server.settings);
    const job = await list.start(ORDER);
    const first = await streams.pipe(1);
    first.events(...EVENTS.slice(0, 3));
    await until(() => job.seen === 3);
    end(first);
    const second = await streams.pipe(2);
    second.events(...EVENTS.slice(2));
    await until(() => job.state === 'done');
    expect(streams.asked).toEqual([0, 3]);
    expect(shown(job)).toEqual(shown(after(EVENTS)));
  });

  it('goes on when the server is back', async () => {
    const streams = new Streams();
    const list = new JobList(streams.server.settings);
    let refusals = 0;
    const answers: (() => Said)[] = [
      () => Promise.reject(new TypeError('Failed to fetch')),
      () => new Response('', { status: 502 }),
      () => json({ message: 'Not Found' }, 404)
    ];
    streams.other = arrived =>
      arrived.path.includes('events') && refusals < answers.length
        ? answers[refusals++]()
        : null;
    jest.useFakeTimers();
    try {
      const job = await list.start(ORDER);
      while (streams.pipes.length === 0) {
        await jest.advanceTimersByTimeAsync(100);
      }
      streams.pipes[0].events(...EVENTS);
      await jest.advanceTimersByTimeAsync(0);
      expect(job.state).toBe('done');
    } finally {
      jest.useRealTimers();
    }
  });

  it('waits longer and longer for a server that is away, but not too long', async () => {
    const streams = new Streams();
    const list = new JobList(streams.server.settings);
    streams.other = arrived =>
      arrived.path.includes('events')
        ? Promise.reject(new TypeError('Failed to fetch'))
        : null;
    jest.useFakeTimers();
    try {
      await list.start(ORDER);
      const counts = [];
      for (let minute = 0; minute < 3; minute++) {
        const before = streams.asked.length;
        await jest.advanceTimersByTimeAsync(60_000);
        counts.push(streams.asked.length - before);
      }
      expect(counts[0]).toBeGreaterThan(counts[1]);
      expect(counts[1]).toBe(12);
      expect(counts[2]).toBe(12);
    } finally {
      jest.useRealTimers();
    }
  });

  it('drops a job that the server has forgotten', async () => {
    const streams = new Streams();
    const list = new JobList(streams.server.settings);
    await list.start(ORDER);
    const pipe = await streams.pipe(1);
    streams.other = forgotten;
    pipe.end();
    await until(() => list.jobs.length === 0);
  });

  it('finds jobs again after a reload, each once', async () => {
    const streams = new Streams();
    streams.jobs = [facts('b'), facts('a', 'done')];
    const list = new JobList(streams.server.settings);
    await list.refresh();
    expect(list.jobs.map(job => [job.facts.id, job.state])).toEqual([
      ['b', 'running'],
      ['a', 'done']
    ]);
    const [running, ended] = list.jobs;
    (await streams.pipe(1)).events(...EVENTS.slice(0, 5));
    (await streams.pipe(2)).events(...EVENTS);
    await until(() => running.seen === 5 && ended.seen === 8);
    await list.refresh();
    expect(list.jobs[0]).toBe(running);
    expect(list.jobs[1]).toBe(ended);
    expect(streams.pipes.length).toBe(2);
    streams.jobs = [facts('b')];
    await list.refresh();
    expect(list.jobs).toEqual([running]);
    streams.pipes[0].events(...EVENTS);
    await until(() => running.state === 'done');
  });

  it('asks for no events of runs that have ended: the last one is all that is shown', async () => {
    const streams = new Streams();
    const result = { sweep: { id: 'x' }, runs: [] };
    const last: IJobEvent = { n: 9, event: 'ended', state: 'done', result };
    const kinds = ['sweep', 'run', 'check', 'export', 'serve'] as const;
    streams.jobs = kinds.map(kind => ({ ...facts(kind, 'done'), kind, last }));
    const running: IJobEvent = { n: 3, event: 'sweep-begun', done: 1 };
    streams.jobs.push({ ...facts('b'), kind: 'sweep', last: running });
    const list = new JobList(streams.server.settings);
    await list.refresh();
    await until(() => streams.pipes.length === 3);
    const asked = streams.server.asked.filter(each => each.includes('events'));
    expect(asked.map(each => each.split('/')[1])).toEqual([
      'export',
      'serve',
      'b'
    ]);
    for (const job of list.jobs.slice(0, 3)) {
      expect([job.state, job.result, job.seen]).toEqual(['done', result, 9]);
    }
    streams.pipes.forEach(pipe => pipe.events(last));
    await until(() => list.jobs.every(job => job.seen === 9));
  });

  it('keeps a job that is started while the jobs are asked for', async () => {
    const streams = new Streams();
    const list = new JobList(streams.server.settings);
    const late = new Later<Response>();
    streams.other = arrived => (arrived.path === 'jobs' ? late.promise : null);
    const refreshed = list.refresh();
    streams.other = null;
    const job = await list.start(ORDER);
    late.keep(json({ jobs: [] }));
    await refreshed;
    expect(list.jobs).toEqual([job]);
  });

  it('has a job once that is listed before its start is answered', async () => {
    const streams = new Streams();
    const list = new JobList(streams.server.settings);
    const late = new Later<Response>();
    streams.other = arrived =>
      arrived.method === 'POST' ? late.promise : null;
    const started = list.start(ORDER);
    streams.jobs = [facts('a')];
    await list.refresh();
    late.keep(json(facts('a'), 202));
    expect(list.jobs).toEqual([await started]);
    expect(streams.pipes.length).toBe(1);
    (await streams.pipe(1)).events(...EVENTS);
  });

  it('asks the service that a job runs, and for what has changed', async () => {
    const streams = new Streams();
    const list = new JobList(streams.server.settings);
    const job = await list.start({ kind: 'serve', path: 'größe/a' });
    const answer = { status: 200, answer: { prediction: 1 }, seconds: 0.1 };
    streams.other = arrived =>
      arrived.path.endsWith('predict') ? json(answer) : json({ diff: '+a' });
    expect(await list.predict(job, { x: 1 })).toEqual(answer);
    expect(streams.server.asked).toContain('POST jobs/a/predict');
    const { length } = streams.server.arrived;
    expect(streams.server.arrived[length - 1].body).toEqual({
      record: { x: 1 }
    });
    expect(await list.changes('größe/a & b')).toBe('+a');
    expect(streams.server.asked).toContain(
      'GET changes?path=gr%C3%B6%C3%9Fe%2Fa%20%26%20b'
    );
    streams.pipes[0]?.events(...EVENTS);
  });

  it('cancels a job that runs, and forgets it when it has ended', async () => {
    const streams = new Streams();
    const list = new JobList(streams.server.settings);
    const job = await list.start(ORDER);
    const pipe = await streams.pipe(1);
    await list.remove(job);
    expect(streams.server.asked).toContain('DELETE jobs/a');
    expect(list.jobs).toEqual([job]);
    pipe.events({ n: 1, at: 1, event: 'ended', state: 'cancelled' });
    await until(() => job.state === 'cancelled');
    expect(list.jobs).toEqual([job]);
    await list.remove(job);
    expect(list.jobs).toEqual([]);
  });

  it('removes what somebody else has removed already', async () => {
    const streams = new Streams();
    const list = new JobList(streams.server.settings);
    const job = await list.start(ORDER);
    (await streams.pipe(1)).events(...EVENTS);
    await until(() => job.state === 'done');
    streams.other = forgotten;
    await list.remove(job);
    expect(list.jobs).toEqual([]);
  });

  it('keeps a job that the server refuses to remove', async () => {
    const streams = new Streams();
    const list = new JobList(streams.server.settings);
    const job = await list.start(ORDER);
    (await streams.pipe(1)).events(...EVENTS);
    await until(() => job.state === 'done');
    streams.other = () => json({ message: 'Forbidden' }, 403);
    await expect(list.remove(job)).rejects.toThrow('Forbidden');
    expect(list.jobs).toEqual([job]);
  });
});
