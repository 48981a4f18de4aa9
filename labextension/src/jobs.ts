import type { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { IProblem } from './outline';
import { ask, Refusal, send } from './request';
import { jsonLines } from './stream';

/** What is asked of the server for an export; see `ExportOrder` in Python. */
export interface IExportOrder {
  kind: 'export';
  path: string;
  destination: string;
  name?: string;
  /** As somebody types them. */
  parameters?: Record<string, string>;
  verify?: string;
  input?: string;
  /** The id of a kernel to be asked instead of running the notebook. */
  running?: string;
  /** A run that is recorded, to be taken instead of a new one. */
  run?: string;
}

/** What is asked of the server to start a service that was exported; see `ServeOrder`. */
export interface IServeOrder {
  kind: 'serve';
  path: string;
}

/** What is asked of the server to look at the objects of a running kernel; see `CheckOrder`. */
export interface ICheckOrder {
  kind: 'check';
  path: string;
  running: string;
}

/** What is asked of the server to run a notebook once; see `RunOrder`. */
export interface IRunOrder {
  kind: 'run';
  path: string;
  /** Whether to keep what an export of it needs. */
  evidence: boolean;
  /** As somebody types them. */
  parameters: Record<string, string>;
}

/** What is asked of the server to run it with other values; see `SweepOrder`. */
export interface ISweepOrder {
  kind: 'sweep';
  path: string;
  /** Whether each run is to keep what an export of it needs. */
  evidence: boolean;
  parameters: Record<string, string>;
  /** Values, as somebody types them. */
  vary: Record<string, string>;
  /** How many combinations to draw; 0 for all. */
  random: number;
  metric: string;
  direction: string;
  /** Runs at once; 0 for one for each processor. */
  workers: number;
}

/** Whatever can be asked for as a job. */
export type IOrder =
  IExportOrder | IServeOrder | ICheckOrder | IRunOrder | ISweepOrder;

/** How far a sweep has come. */
export interface IStanding {
  done: number;
  total: number;
  failed: number;
}

/** How a job ended. */
export type JobState = 'running' | 'done' | 'failed' | 'cancelled' | 'lost';

/** One line of what happens in a job. */
export interface IJobEvent {
  n: number;
  at?: number;
  event:
    'started' | 'progress' | 'serving' | 'log' | 'ended' | `sweep-${string}`;
  stage?: string;
  key?: string;
  cell?: number | null;
  cells?: number;
  text?: string;
  state?: JobState;
  exit_code?: number | null;
  result?: any;
  /** Where the repository of an export is, as the file browser has it. */
  repository?: string | null;
  url?: string;
  schema?: any;
  /** Runs of a sweep. */
  done?: number;
  total?: number;
  failed?: number;
}

/** A service that runs: where, and what it takes. */
export interface IServing {
  url: string;
  schema: any;
}

/** What a service said to one record. */
export interface IAnswer {
  status: number;
  answer: any;
  seconds: number;
}

/** A job as the server lists it. */
export interface IJobFacts {
  id: string;
  kind: 'export' | 'serve' | 'check' | 'run' | 'sweep';
  /** The notebook, or the repository whose service runs. */
  path: string;
  /** Where an export goes. */
  destination?: string;
  /** The kernel that an export asks; empty where it runs the notebook. */
  running?: string;
  created: number;
  state: JobState;
  last: IJobEvent | Record<string, never>;
}

/** One part of the work, as it is shown. */
export interface IStage {
  key: string;
  words: string;
  began: number;
  ended: number | null;
}

/** The parts of an export, in their order. */
export const STAGES = [
  'analyse',
  'run',
  'plan',
  'lock',
  'render',
  'environment',
  'prove',
  'deliver'
];

/** Lines of a job's log that a page keeps: the last ones. */
export const MOST_LINES = 2000;

/** A job that is followed. */
export class Job {
  constructor(readonly facts: IJobFacts) {
    this._state = facts.state;
  }

  /** Emitted when something has happened in it. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): JobState {
    return this._state;
  }

  get stages(): readonly IStage[] {
    return this._stages;
  }

  get log(): readonly string[] {
    return this._log;
  }

  /** The cell that runs, and how many there are. */
  get cell(): readonly [number, number] | null {
    return this._cell;
  }

  /** How far the sweep has come that it does; `null` before that is known. */
  get standing(): IStanding | null {
    return this._standing;
  }

  /** The service that it runs, while it does. */
  get serving(): IServing | null {
    return this._state === 'running' ? this._serving : null;
  }

  /** The object that the command printed, once it has ended. */
  get result(): any {
    return this._result;
  }

  /** Where its repository is, as the file browser has it; it may stand beside the destination. */
  get repository(): string {
    return this._repository ?? this.facts.destination ?? '';
  }

  /** Why it failed. */
  get problems(): readonly IProblem[] {
    return this._result?.error?.problems ?? [];
  }

  /** The number of the last event that was seen. */
  get seen(): number {
    return this._seen;
  }

  /** Take an event in; one that was seen already changes nothing. */
  take(event: IJobEvent): void {
    if (event.n <= this._seen) {
      return;
    }
    this._seen = event.n;
    if (event.event === 'progress') {
      this._progress(event);
    } else if (event.event.startsWith('sweep-')) {
      const { done = 0, total = 0, failed = 0 } = event;
      this._standing = { done, total, failed };
    } else if (event.event === 'serving') {
      this._serving = { url: event.url ?? '', schema: event.schema };
    } else if (event.event === 'log') {
      this._log.push(event.text ?? '');
      if (this._log.length > MOST_LINES) {
        this._log.splice(0, this._log.length - MOST_LINES);
      }
    } else if (event.event === 'ended') {
      this._end(event.at ?? null);
      this._state = event.state ?? 'lost';
      this._result = event.result;
      this._repository = event.repository ?? null;
      this._cell = null;
    }
    this._changed.emit();
  }

  /** The server knows it no more, as after a restart: whatever ran has ended, and nobody will say how. */
  lose(): void {
    if (this._state === 'running') {
      this.take({ n: this._seen + 1, event: 'ended', state: 'lost' });
    }
  }

  private _progress(event: IJobEvent): void {
    const key = event.key ?? '';
    const last = this._stages[this._stages.length - 1];
    if (last && last.key === key) {
      last.words = event.stage ?? last.words;
    } else {
      this._end(event.at ?? null);
      const began = event.at ?? last?.ended ?? 0;
      this._stages.push({ key, words: event.stage ?? key, began, ended: null });
    }
    this._cell = event.cell ? [event.cell, event.cells ?? 0] : null;
  }

  private _end(at: number | null): void {
    const last = this._stages[this._stages.length - 1];
    if (last && last.ended === null) {
      last.ended = at ?? last.began;
    }
  }

  private _state: JobState;
  private _stages: IStage[] = [];
  private _log: string[] = [];
  private _cell: readonly [number, number] | null = null;
  private _result: any = null;
  private _repository: string | null = null;
  private _serving: IServing | null = null;
  private _standing: IStanding | null = null;
  private _seen = 0;
  private _changed = new Signal<this, void>(this);
}

/** How long to wait before asking a server again that was away, in milliseconds. */
const PATIENCE = [500, 1000, 2000, 5000];

/** The jobs of the server: started, found again after a reload, followed to their end. */
export class JobList {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  /** Emitted when a job comes or goes. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get jobs(): readonly Job[] {
    return this._jobs;
  }

  /** Those that people look at as jobs: exports and services. */
  get shown(): readonly Job[] {
    return this._jobs.filter(({ facts }) => isShown(facts));
  }

  /** Ask the server for its jobs, and follow those that run. */
  async refresh(): Promise<void> {
    const before = new Set(this._jobs);
    const { jobs } = await ask<{ jobs: IJobFacts[] }>('jobs', this._settings);
    // Those that were started meanwhile may not be in the answer yet.
    const started = this._jobs.filter(job => !before.has(job));
    const listed = jobs.map(facts => this._known(facts));
    this._jobs = [...started.filter(job => !listed.includes(job)), ...listed];
    this._changed.emit();
  }

  /** Start a job and follow it. */
  async start(order: IOrder): Promise<Job> {
    const facts = await ask<IJobFacts>('jobs', this._settings, order);
    const job = this._known(facts);
    this._jobs = [job, ...this._jobs.filter(other => other !== job)];
    this._changed.emit();
    return job;
  }

  /** Ask the service that a job runs about one record. */
  async predict(job: Job, record: unknown): Promise<IAnswer> {
    const path = `jobs/${job.facts.id}/predict`;
    return ask<IAnswer>(path, this._settings, { record });
  }

  /** What the last export into a folder has changed there, as a diff. */
  async changes(folder: string): Promise<string> {
    const path = `changes?path=${encodeURIComponent(folder)}`;
    return (await ask<{ diff: string }>(path, this._settings)).diff;
  }

  /** Cancel a job that runs; forget one that has ended. */
  async remove(job: Job): Promise<void> {
    const gone = job.state !== 'running';
    try {
      await send(`jobs/${job.facts.id}`, this._settings, { method: 'DELETE' });
    } catch (error) {
      if (!isForgotten(error)) {
        throw error;
      }
      this._forget(job);
    }
    if (gone) {
      this._drop(job);
    }
  }

  private _known(facts: IJobFacts): Job {
    const known = this._jobs.find(job => job.facts.id === facts.id);
    return known ?? this._follow(facts);
  }

  private _drop(job: Job): void {
    if (this._jobs.includes(job)) {
      this._jobs = this._jobs.filter(other => other !== job);
      this._changed.emit();
    }
  }

  private _forget(job: Job): void {
    job.lose();
    this._drop(job);
  }

  private _follow(facts: IJobFacts): Job {
    const job = new Job(facts);
    const { last } = facts;
    if (last.event === 'ended' && !isShown(facts)) {
      // Of the others, the parts of the work and the log are shown.
      job.take(last as IJobEvent);
    } else {
      void this._read(job);
    }
    return job;
  }

  /** Read a job's events to the last; a stream that breaks off is taken up again. */
  private async _read(job: Job): Promise<void> {
    let failures = 0;
    for (;;) {
      try {
        const path = `jobs/${job.facts.id}/events?after=${job.seen}`;
        const response = await send(path, this._settings);
        for await (const event of jsonLines<IJobEvent>(response.body!)) {
          failures = 0;
          job.take(event);
          if (event.event === 'ended') {
            return;
          }
        }
      } catch (error) {
        if (isForgotten(error)) {
          this._forget(job);
          return;
        }
      }
      const wait = PATIENCE[Math.min(failures++, PATIENCE.length - 1)];
      await new Promise(resolve => setTimeout(resolve, wait));
    }
  }

  private _jobs: Job[] = [];
  private _changed = new Signal<this, void>(this);
}

function isShown({ kind }: IJobFacts): boolean {
  return kind === 'export' || kind === 'serve';
}

/** Whether the server says that it knows the job no more, and not that it has no part of ours. */
function isForgotten(error: unknown): boolean {
  return error instanceof Refusal && error.status === 404 && !error.isMissing;
}
