import { Job } from '../jobs';
import type { IJobEvent, IJobFacts, JobState } from '../jobs';

/** A job as the server lists it. */
export function facts(id = 'a', state: JobState = 'running'): IJobFacts {
  const path = `${id}.ipynb`;
  const more = { destination: id, verify: 'full', created: 1, last: {} };
  return { id, kind: 'export', path, state, ...more };
}

/** The events of an export that ends well. */
export const EVENTS: IJobEvent[] = [
  { n: 1, at: 0, event: 'started' },
  { n: 2, at: 0.5, event: 'progress', key: 'analyse', stage: 'read' },
  {
    n: 3,
    at: 1,
    event: 'progress',
    key: 'run',
    stage: 'run',
    cell: 1,
    cells: 2
  },
  { n: 4, at: 2, event: 'log', text: 'a warning' },
  {
    n: 5,
    at: 3,
    event: 'progress',
    key: 'run',
    stage: 'run',
    cell: 2,
    cells: 2
  },
  { n: 6, at: 5, event: 'progress', key: 'prove', stage: 'prove it' },
  { n: 7, at: 6, event: 'progress', key: 'prove', stage: 'over HTTP' },
  {
    n: 8,
    at: 9,
    event: 'ended',
    state: 'done',
    exit_code: 0,
    result: { repository: 'a' }
  }
];

/** All that a job shows. */
export function shown(job: Job): object {
  const { state, stages, log, cell, result, problems, seen } = job;
  return { state, stages, log, cell, result, problems, seen };
}

/** A job that has taken those events in. */
export function after(events: readonly IJobEvent[]): Job {
  const job = new Job(facts());
  events.forEach(event => job.take(event));
  return job;
}
