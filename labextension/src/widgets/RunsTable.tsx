import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { RunModel } from '../runModel';
import { valueWords } from '../runs';
import type { IRun } from '../runs';
import { statusSign, statusWords } from '../words';

/** Columns of metrics where there are many. */
const MOST_METRICS = 3;

/** The runs as they stand: how, with what, and what was measured. */
export function RunsTable(props: {
  model: RunModel;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, trans } = props;
  const { runs, varied, metrics, sweeps } = model.runs;
  const ofSweeps = sweeps.map(each => each.metric).filter(Boolean);
  const shown = [...new Set([...ofSweeps, ...metrics])].slice(0, MOST_METRICS);
  const chosen = new Set(model.chosen);
  return (
    <div
      className="nb2prod-scrolled"
      role="region"
      aria-label={trans.__('Runs')}
      tabIndex={0}
    >
      <table className="nb2prod-Runs">
        <thead>
          <tr>
            <th scope="col">
              <span className="nb2prod-heard">{trans.__('Chosen')}</span>
            </th>
            <th scope="col">{trans.__('Run')}</th>
            {varied.map(name => (
              <th scope="col" key={name} className="nb2prod-name">
                {name}
              </th>
            ))}
            {shown.map(name => (
              <th scope="col" key={name} className="nb2prod-name">
                {name}
              </th>
            ))}
            <th scope="col">{trans.__('s')}</th>
          </tr>
        </thead>
        <tbody>
          {runs.map(run => (
            <tr
              key={run.id}
              data-nb2prod-status={run.status}
              className={chosen.has(run.id) ? 'nb2prod-mod-chosen' : ''}
            >
              <td>
                <input
                  type="checkbox"
                  checked={chosen.has(run.id)}
                  aria-label={trans.__('Choose run %1', run.id)}
                  onChange={event => model.choose(run.id, event.target.checked)}
                />
              </td>
              <th scope="row" title={`${run.id}\n${run.why}`}>
                <span className="nb2prod-sign" aria-hidden="true">
                  {statusSign(run.status)}
                </span>
                <span
                  className={run.status === 'succeeded' ? 'nb2prod-heard' : ''}
                >
                  {words(run, trans)}
                </span>
                {run.number === null ? '' : ` ${run.number}`}
              </th>
              {varied.map(name => (
                <td key={name} title={valueWords(run.parameters[name])}>
                  {valueWords(run.parameters[name])}
                </td>
              ))}
              {shown.map(name => (
                <td key={name} title={String(run.metrics[name] ?? '')}>
                  {valueWords(run.metrics[name])}
                </td>
              ))}
              <td>{run.seconds === null ? '' : run.seconds.toFixed(1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How a run stands, and how far it is. */
function words(run: IRun, trans: TranslationBundle): string {
  return run.status === 'running' && run.cell !== null && run.cells !== null
    ? trans.__('cell %1 of %2', run.cell + 1, run.cells)
    : statusWords(run.status, trans);
}
