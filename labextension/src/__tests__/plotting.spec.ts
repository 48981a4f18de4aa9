import { plotOf } from '../plotting';
import { numbers } from './making';
import { aRun } from './runsMade';

const VARIED = ['depth', 'kind'];

function runs(values: [unknown, number, string?][]) {
  return values.map(([depth, score, kind = 'a'], at) =>
    aRun(`r${at}`, { parameters: { depth, kind }, metrics: { score } })
  );
}

describe('the plot', () => {
  it('has each run that succeeded and was measured, where it belongs', () => {
    const all = [
      ...runs([
        [1, 0.5],
        [3, 0.9],
        [2, 0.7]
      ]),
      aRun('failed', { status: 'failed' }),
      aRun('unmeasured', { parameters: { depth: 9 }, metrics: {} }),
      aRun('nan', { parameters: { depth: 9 }, metrics: { score: 'nan' } })
    ];
    const plot = plotOf(all, 'score', 'depth', VARIED);
    expect(plot.points.map(({ id }) => id)).toEqual(['r0', 'r1', 'r2']);
    const [one, three, two] = plot.points;
    expect(one.x).toBeLessThan(two.x);
    expect(two.x - one.x).toBeCloseTo(three.x - two.x);
    expect(three.y - two.y).toBeCloseTo(two.y - one.y);
    expect(plot.x.map(({ words }) => words)).toEqual([
      '1',
      '1.5',
      '2',
      '2.5',
      '3'
    ]);
    expect(plot.x[0].at).toBeCloseTo(one.x);
    expect(one.words).toBe('r0: depth = 1, score = 0.5');
    expect(plot.lines.map(line => line.map(({ id }) => id))).toEqual([
      ['r0', 'r2', 'r1']
    ]);
  });

  it('joins only what differs in nothing else', () => {
    const all = runs([
      [1, 0.5, 'a'],
      [1, 0.6, 'b'],
      [2, 0.7, 'a'],
      [3, 0.8, 'c']
    ]);
    const { lines } = plotOf(all, 'score', 'depth', VARIED);
    expect(lines.map(line => line.map(({ id }) => id))).toEqual([['r0', 'r2']]);
  });

  it('has words on an axis where not all are numbers', () => {
    const all = runs([
      ['small', 1],
      [null, 2],
      [true, 3],
      ['small', 4]
    ]);
    const { points, x } = plotOf(all, 'score', 'depth', VARIED);
    expect(x.map(({ words }) => words)).toEqual(['small', 'null', 'true']);
    expect(points[0].x).toBe(points[3].x);
    expect(points[0].x).toBe(x[0].at);
  });

  it('is empty where there is nothing to be seen', () => {
    expect(plotOf([], 'score', 'depth', VARIED).points).toEqual([]);
    expect(plotOf(runs([[1, 1]]), 'loss', 'depth', VARIED).points).toEqual([]);
  });

  it('has all points and ticks inside, whatever the numbers', () => {
    const drawn = numbers(3);
    const random = () => drawn.next().value;
    const any = () => (random() - 0.5) * 10 ** Math.floor(random() * 30 - 15);
    for (let round = 0; round < 300; round++) {
      const count = 1 + Math.floor(random() * 5);
      const values = Array.from({ length: count }, () => [any(), any()]);
      const all = runs(values as [number, number][]);
      const { points, x, y } = plotOf(all, 'score', 'depth', VARIED);
      const places = [
        ...points.map(each => each.x),
        ...points.map(each => each.y),
        ...[...x, ...y].map(each => each.at)
      ];
      expect(places.every(at => at >= 0 && at <= 1)).toBe(true);
      expect(points.length).toBe(count);
      expect(Math.max(x.length, y.length)).toBeLessThan(12);
    }
  });
});
