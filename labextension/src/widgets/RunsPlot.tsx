import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';

import { plotOf } from '../plotting';
import type { IPoint } from '../plotting';
import type { RunModel } from '../runModel';

const [WIDTH, HEIGHT] = [300, 170];
const [LEFT, RIGHT, TOP, BOTTOM] = [46, 8, 8, 22];

/** A metric against a parameter, of the runs that succeeded; a point chooses its run. */
export function RunsPlot(props: {
  model: RunModel;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { model, trans } = props;
  const { runs, varied, metrics, sweeps } = model.runs;
  const [wantedMetric, setMetric] = React.useState('');
  const [wantedParameter, setParameter] = React.useState('');
  const metric = [wantedMetric, sweeps[0]?.metric, metrics[0]].find(
    each => each && metrics.includes(each)
  );
  const parameter = [
    wantedParameter,
    ...(sweeps[0]?.varied ?? []),
    varied[0]
  ].find(each => each && varied.includes(each));
  if (!metric || !parameter) {
    return null;
  }
  const plot = plotOf(runs, metric, parameter, varied);
  if (plot.points.length < 2) {
    return null;
  }
  const x = (at: number) => LEFT + at * (WIDTH - LEFT - RIGHT);
  const y = (at: number) => HEIGHT - BOTTOM - at * (HEIGHT - TOP - BOTTOM);
  const path = (line: IPoint[]) =>
    line.map(point => `${x(point.x)},${y(point.y)}`).join(' ');
  const chosen = new Set(model.chosen);
  const choice = (
    label: string,
    value: string,
    all: string[],
    choose: (name: string) => void
  ) => (
    <select
      aria-label={label}
      value={value}
      onChange={event => choose(event.target.value)}
    >
      {all.map(each => (
        <option key={each} value={each}>
          {each}
        </option>
      ))}
    </select>
  );
  return (
    <figure className="nb2prod-RunsPlot">
      <figcaption className="nb2prod-bar">
        {choice(trans.__('Metric of the plot'), metric, metrics, setMetric)}
        {trans.__('against')}
        {choice(
          trans.__('Parameter of the plot'),
          parameter,
          varied,
          setParameter
        )}
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={trans.__(
          '%1 against %2, %3 runs; the table has the numbers',
          metric,
          parameter,
          plot.points.length
        )}
      >
        {plot.y.map(({ at, words }) => (
          <g key={words}>
            <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(at)} y2={y(at)} />
            <text x={LEFT - 4} y={y(at) + 3} textAnchor="end">
              {words}
            </text>
          </g>
        ))}
        {plot.x.map(({ at, words }) => (
          <text key={words} x={x(at)} y={HEIGHT - 6} textAnchor="middle">
            {words}
          </text>
        ))}
        {plot.lines.map((line, at) => (
          <polyline key={at} points={path(line)} />
        ))}
        {plot.points.map(point => (
          <circle
            key={point.id}
            cx={x(point.x)}
            cy={y(point.y)}
            r={chosen.has(point.id) ? 6 : 4}
            className={chosen.has(point.id) ? 'nb2prod-mod-chosen' : ''}
            onClick={() => model.choose(point.id, !chosen.has(point.id))}
          >
            <title>{point.words}</title>
          </circle>
        ))}
      </svg>
    </figure>
  );
}
