import type { ISweepOrder, IRunOrder } from './jobs';
import type { IParameter } from './fields';
import type { IProblem } from './outline';

/** How a run stands, in the ledger's words. */
export type RunStatus =
  | 'queued'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'timed_out'
  | 'interrupted'
  | 'kernel_died'
  | 'out_of_memory'
  | 'pruned'
  | 'lost';

/** What the ledger knows of a run, shortly. */
export interface IRun {
  id: string;
  status: RunStatus;
  why: string;
  parameters: Record<string, unknown>;
  given: string[];
  metrics: Record<string, number | string>;
  sweep: string | null;
  number: number | null;
  queued: string;
  started: string | null;
  ended: string | null;
  seconds: number | null;
  /** The code cell that it is at, from 0. */
  cell: number | null;
  cells: number | null;
  /** Where its notebook is, as the file browser has it; empty where it is elsewhere. */
  output: string;
}

/** All of it. */
export interface IWholeRun extends IRun {
  error: {
    cell: number | null;
    name: string;
    message: string;
    traceback: string;
  } | null;
  peak_memory: number | null;
  cpu_seconds: number | null;
  kernel: string;
  git_commit: string;
  shared: string;
  notes: string[];
}

/** A sweep that runs belong to. */
export interface ISweep {
  id: string;
  metric: string;
  direction: string;
  varied: string[];
}

/** The runs of a notebook, the newest first. */
export interface IRuns {
  runs: IRun[];
  /** Parameters with several values among them. */
  varied: string[];
  metrics: string[];
  sweeps: ISweep[];
}

/** One run with what it takes to export it. */
export interface IRunDetails {
  run: IWholeRun;
  attempts: { number: number; status: RunStatus; why: string }[];
  /** Whether it has kept what an export of it needs. */
  kept: boolean;
  /** Its parameters as they would be typed. */
  typed: Record<string, string>;
}

/** What differs between two runs, each as a pair. */
export interface IComparison {
  runs: [string, string];
  about: Record<string, [unknown, unknown]>;
  parameters: Record<string, [unknown, unknown]>;
  metrics: Record<string, [unknown, unknown, number | null]>;
  versions: Record<string, [unknown, unknown]>;
  same: { parameters: number; metrics: number; versions: number };
  outputs: {
    cells: { cell: number; difference: string[] }[] | null;
    problems: string[];
  };
}

/** What is wrong with what was typed, with the name of the parameter that it is about. */
export interface IWrong extends IProblem {
  name: string;
}

/** What a notebook can be run with. */
export interface IRunForm {
  parameters: IParameter[];
  wrong: IWrong[];
  /** How many runs that is; `null` where something is wrong. */
  runs: number | null;
}

/** What is typed in the form. */
export interface ITyped {
  isSweep: boolean;
  /** What is not the default, by name. */
  values: Record<string, string>;
  /** What is varied, by name, also while it is no sweep. */
  vary: Record<string, string>;
  /** Whether to keep what an export needs. */
  evidence: boolean;
  random: number;
  metric: string;
  direction: string;
  workers: number;
}

export const NOTHING_TYPED: ITyped = {
  isSweep: false,
  values: {},
  vary: {},
  evidence: false,
  random: 0,
  metric: '',
  direction: 'maximize',
  workers: 0
};

export const NO_RUNS: IRuns = { runs: [], varied: [], metrics: [], sweeps: [] };

/** The values that go along with a run: of those that are varied there is none. */
export function valuesOf(typed: ITyped): Record<string, string> {
  const isFixed = ([name]: [string, string]) =>
    !typed.isSweep || !(name in typed.vary);
  return Object.fromEntries(Object.entries(typed.values).filter(isFixed));
}

/** What was typed, as an order to the server. */
export function orderOf(path: string, typed: ITyped): IRunOrder | ISweepOrder {
  const parameters = valuesOf(typed);
  if (!typed.isSweep) {
    return { kind: 'run', path, parameters, evidence: typed.evidence };
  }
  const { vary, random, workers, evidence } = typed;
  const metric = typed.metric.trim();
  const direction = metric ? typed.direction : '';
  return {
    kind: 'sweep',
    evidence,
    path,
    parameters,
    vary,
    random,
    metric,
    direction,
    workers
  };
}

/** Whether a run is not over. */
export function isOpen(run: IRun): boolean {
  return run.status === 'queued' || run.status === 'running';
}

/** A value as people read it in a table. */
export function valueWords(value: unknown): string {
  if (typeof value === 'number') {
    return Number.isInteger(value) || Math.abs(value) >= 1e15
      ? String(value)
      : String(Number(value.toPrecision(6)));
  }
  return value === undefined
    ? ''
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
}
