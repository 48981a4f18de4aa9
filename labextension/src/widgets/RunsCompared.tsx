import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';

import { valueWords } from '../runs';
import type { IComparison } from '../runs';

/** What differs between two runs: what they were given, what they measured, what their cells showed. */
export function RunsCompared(props: {
  comparison: IComparison;
  trans: TranslationBundle;
}): JSX.Element {
  const { comparison, trans } = props;
  const { runs, about, parameters, metrics, versions, outputs, same } =
    comparison;
  const parts: [string, Record<string, readonly unknown[]>][] = [
    [trans.__('Parameters'), parameters],
    [trans.__('Metrics'), metrics],
    [trans.__('Versions'), versions],
    [trans.__('Otherwise'), about]
  ];
  return (
    <section aria-label={trans.__('Two runs compared')}>
      <h4>{trans.__('What differs')}</h4>
      <div
        className="nb2prod-scrolled"
        tabIndex={0}
        role="region"
        aria-label={trans.__('What differs')}
      >
        <table className="nb2prod-Facts">
          <thead>
            <tr>
              <th scope="col">
                <span className="nb2prod-heard">{trans.__('What')}</span>
              </th>
              {runs.map(id => (
                <th scope="col" key={id}>
                  {id}
                </th>
              ))}
              <th scope="col">{trans.__('Difference')}</th>
            </tr>
          </thead>
          {parts
            .filter(([, found]) => Object.keys(found).length > 0)
            .map(([heading, found]) => (
              <tbody key={heading} aria-label={heading}>
                {Object.entries(found).map(([name, [one, other, between]]) => (
                  <tr key={name}>
                    <th scope="row" className="nb2prod-name" title={heading}>
                      {name}
                    </th>
                    <td>{words(one)}</td>
                    <td>{words(other)}</td>
                    <td>
                      {typeof between === 'number'
                        ? `${between > 0 ? '+' : ''}${valueWords(between)}`
                        : ''}
                    </td>
                  </tr>
                ))}
              </tbody>
            ))}
        </table>
      </div>
      <p className="nb2prod-hint">
        {trans.__(
          'The same: %1 parameters, %2 metrics, %3 versions.',
          same.parameters,
          same.metrics,
          same.versions
        )}
      </p>
      {outputs.problems.map(problem => (
        <p className="nb2prod-hint" key={problem}>
          {problem}
        </p>
      ))}
      {(outputs.cells ?? []).map(({ cell, difference }) => (
        <details className="nb2prod-log" key={cell}>
          <summary>
            {trans.__('Cell [%1] shows something else', cell + 1)}
          </summary>
          <pre tabIndex={0}>
            {difference.map((line, at) => (
              <span key={at} className={`nb2prod-line ${kind(line)}`}>
                {line || ' '}
              </span>
            ))}
          </pre>
        </details>
      ))}
    </section>
  );
}

function words(value: unknown): string {
  return value === null ? '–' : valueWords(value);
}

function kind(line: string): string {
  return line.startsWith('+')
    ? 'nb2prod-mod-new'
    : line.startsWith('-')
      ? 'nb2prod-mod-old'
      : '';
}
