import type { IRun } from './runs';

/** A point of the plot: a run with a place on each axis. */
export interface IPoint {
  id: string;
  /** From 0 on the left to 1 on the right. */
  x: number;
  /** From 0 at the bottom to 1 at the top. */
  y: number;
  words: string;
}

/** A place on an axis with what is written there. */
export interface ITick {
  at: number;
  words: string;
}

export interface IPlot {
  points: IPoint[];
  x: ITick[];
  y: ITick[];
  /** The points that differ in the parameter alone, each from the left to the right. */
  lines: IPoint[][];
}

/** Values that an axis of words can have. */
const MOST_WORDS = 12;

/** Where the runs that succeeded lie, a metric against a parameter; nothing where none has both. */
export function plotOf(
  runs: readonly IRun[],
  metric: string,
  parameter: string,
  varied: readonly string[]
): IPlot {
  const drawn = runs.filter(
    run =>
      run.status === 'succeeded' &&
      typeof run.metrics[metric] === 'number' &&
      parameter in run.parameters
  );
  if (drawn.length === 0) {
    return { points: [], x: [], y: [], lines: [] };
  }
  const [placeX, x] = axisOf(drawn.map(run => run.parameters[parameter]));
  const [placeY, y] = numbers(
    drawn.map(run => run.metrics[metric] as number),
    0.06
  );
  const points = drawn.map(run => ({
    id: run.id,
    x: placeX(run.parameters[parameter]),
    y: placeY(run.metrics[metric] as number),
    words: `${run.id}: ${parameter} = ${JSON.stringify(run.parameters[parameter])}, ${metric} = ${run.metrics[metric]}`
  }));
  const others = varied.filter(name => name !== parameter);
  const groups = new Map<string, IPoint[]>();
  drawn.forEach((run, at) => {
    const key = JSON.stringify([
      run.sweep,
      ...others.map(name => run.parameters[name] ?? null)
    ]);
    groups.set(key, [...(groups.get(key) ?? []), points[at]]);
  });
  const lines = [...groups.values()]
    .filter(line => line.length > 1)
    .map(line => line.sort((one, other) => one.x - other.x));
  return { points, x, y, lines };
}

type Place<T> = (value: T) => number;

/** An axis of numbers, or of words where not all are numbers. */
function axisOf(values: unknown[]): [Place<unknown>, ITick[]] {
  if (values.every(value => typeof value === 'number')) {
    const [place, ticks] = numbers(values as number[], 0.06);
    return [value => place(value as number), ticks];
  }
  const all = [...new Set(values.map(value => JSON.stringify(value)))].sort();
  const place = (value: unknown) =>
    (all.indexOf(JSON.stringify(value)) + 0.5) / all.length;
  const words = all.map((text, at) => ({
    at: (at + 0.5) / all.length,
    words: text.replace(/^"(.*)"$/, '$1').slice(0, MOST_WORDS)
  }));
  return [place, words];
}

/** An axis of numbers with round ticks; `room` is the share that stays free at both ends. */
function numbers(values: number[], room: number): [Place<number>, ITick[]] {
  let low = Math.min(...values);
  let high = Math.max(...values);
  if (low === high) {
    const around = Math.abs(low) / 2 || 0.5;
    low -= around;
    high += around;
  }
  const margin = (high - low) * room;
  const [from, to] = [low - margin, high + margin];
  const place = (value: number) => (value - from) / (to - from);
  const step = roundStep((high - low) / 4);
  const ticks: ITick[] = [];
  for (let at = Math.ceil(low / step); at * step <= high * (1 + 1e-12); at++) {
    const value = Number((at * step).toPrecision(10));
    ticks.push({ at: place(value), words: String(value) });
    if (ticks.length > 10) {
      break;
    }
  }
  return [place, ticks];
}

/** The least of 1, 2, 5, 10, 20 ... that is not below a number. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find(each => each * power >= least * 0.999);
  return (factor ?? 10) * power;
}
