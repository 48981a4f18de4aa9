import { Job, MOST_LINES } from '../jobs';
import type { IJobEvent, JobState } from '../jobs';
import { after, EVENTS, facts, shown } from './jobsMade';
import { numbers, oneOf } from './making';

describe('Job', () => {
  it('tells of its stages with their seconds, of the cell, and of the log', () => {
    const job = after(EVENTS.slice(0, 5));
    expect(shown(job)).toEqual({
      state: 'running',
      stages: [
        { key: 'analyse', words: 'read', began: 0.5, ended: 1 },
        { key: 'run', words: 'run', began: 1, ended: null }
      ],
      log: ['a warning'],
      cell: [2, 2],
      result: null,
      problems: [],
      seen: 5
    });
  });

  it('knows where its repository is, also where it stands beside', () => {
    const end: IJobEvent = { n: 1, event: 'ended', state: 'failed' };
    const job = after([{ ...end, repository: 'a-not-proven-2' }]);
    expect(job.repository).toBe('a-not-proven-2');
    expect(after([end]).repository).toBe('a');
  });

  it('ends with its result', () => {
    const job = after(EVENTS);
    expect(job.state).toBe('done');
    expect(job.cell).toBeNull();
    expect(job.result).toEqual({ repository: 'a' });
    expect(
      job.stages.map(({ key, began, ended }) => [key, began, ended])
    ).toEqual([
      ['analyse', 0.5, 1],
      ['run', 1, 5],
      ['prove', 5, 9]
    ]);
    expect(job.stages[2].words).toBe('over HTTP');
  });

  it('takes each event once, and tells of it once', () => {
    const job = new Job(facts());
    const seen = jest.fn();
    job.changed.connect(seen);
    for (const event of EVENTS) {
      job.take(event);
      EVENTS.filter(each => each.n <= event.n).forEach(each => job.take(each));
    }
    expect(shown(job)).toEqual(shown(after(EVENTS)));
    expect(seen).toHaveBeenCalledTimes(EVENTS.length);
  });

  it('comes out the same however the events are cut and sent again', () => {
    const random = numbers(5);
    const whole = shown(after(EVENTS));
    for (let round = 0; round < 100; round++) {
      const job = new Job(facts());
      let end = 0;
      while (end < EVENTS.length) {
        end += oneOf(random, [1, 2, 3]);
        const start = Math.max(0, end - oneOf(random, [1, 3, 8]));
        if (start <= job.seen) {
          EVENTS.slice(start, end).forEach(event => job.take(event));
        } else {
          end = job.seen;
        }
      }
      expect(shown(job)).toEqual(whole);
    }
  });

  it('has a stage twice that was left and entered again', () => {
    const [, first] = EVENTS;
    const keys = ['run', 'prove', 'run'];
    const job = after(
      keys.map((key, n) => ({ ...first, n: n + 1, at: n * 2, key }))
    );
    expect(job.stages.map(stage => [stage.key, stage.ended])).toEqual([
      ['run', 2],
      ['prove', 4],
      ['run', null]
    ]);
  });

  it('keeps the last lines of a log without end', () => {
    const job = new Job(facts());
    const count = MOST_LINES + 500;
    for (let n = 1; n <= count; n++) {
      job.take({ n, event: 'log', text: `line ${n}` });
    }
    expect(job.log.length).toBe(MOST_LINES);
    expect(job.log[MOST_LINES - 1]).toBe(`line ${count}`);
    expect(job.seen).toBe(count);
  });

  it('has all the reasons why it failed', () => {
    const problems = [{ what: 'x', where: 'cell [1]', remedy: 'y' }];
    const result = { error: { problems } };
    const job = after([{ n: 1, event: 'ended', state: 'failed', result }]);
    expect(job.state).toBe('failed');
    expect(job.problems).toEqual(problems);
  });

  it.each<[JobState]>([['cancelled'], ['lost'], ['failed']])(
    'can end as %s, in the middle of a stage and without a time',
    state => {
      const job = after([
        ...EVENTS.slice(0, 5),
        { n: 6, event: 'ended', state, exit_code: null, result: null }
      ]);
      expect(job.state).toBe(state);
      expect(job.stages[1]).toMatchObject({ began: 1, ended: 1 });
      expect(job.problems).toEqual([]);
      expect(job.cell).toBeNull();
    }
  );

  it('has no seconds below nothing where an event has no time', () => {
    const job = after([
      { n: 1, at: 4, event: 'progress', key: 'run' },
      { n: 2, event: 'progress', key: 'prove' },
      { n: 3, at: 6, event: 'ended', state: 'done' }
    ]);
    expect(job.stages).toEqual([
      { key: 'run', words: 'run', began: 4, ended: 4 },
      { key: 'prove', words: 'prove', began: 4, ended: 6 }
    ]);
  });
});

describe('a job that runs a service', () => {
  const schema = { type: 'object' };
  const serving: IJobEvent = {
    n: 2,
    event: 'serving',
    url: 'http://127.0.0.1:1',
    schema
  };

  it('tells of it while it runs', () => {
    const job = after([EVENTS[0]]);
    expect(job.serving).toBeNull();
    job.take(serving);
    expect(job.serving).toEqual({ url: 'http://127.0.0.1:1', schema });
    job.take({ n: 3, event: 'ended', state: 'cancelled' });
    expect(job.serving).toBeNull();
  });
});
