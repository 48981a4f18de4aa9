import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';

import { valueWords } from '../runs';
import type { IRunDetails } from '../runs';
import { statusWords } from '../words';

/** All that people ask of one run: why it stands as it does, with what it ran, what it measured. */
export function RunDetails(props: {
  details: IRunDetails;
  trans: TranslationBundle;
}): JSX.Element {
  const { details, trans } = props;
  const { run, attempts } = details;
  const memory = run.peak_memory;
  const rows: [string, string][] = [
    [trans.__('Status'), statusWords(run.status, trans)],
    [trans.__('Why'), run.why],
    [trans.__('Started'), run.started ? localTime(run.started) : ''],
    [trans.__('Seconds'), run.seconds === null ? '' : run.seconds.toFixed(1)],
    [
      trans.__('Attempts'),
      attempts.length > 1
        ? attempts.map(each => statusWords(each.status, trans)).join(', ')
        : ''
    ],
    [trans.__('Memory'), memory ? `${(memory / 1e6).toFixed(0)} MB` : ''],
    [trans.__('Shared'), run.shared],
    [trans.__('Commit'), run.git_commit.slice(0, 10)]
  ];
  return (
    <section aria-label={trans.__('Run %1', run.id)}>
      <h4>{trans.__('Run %1', run.id)}</h4>
      {run.error && (
        <div className="nb2prod-warning">
          {run.error.cell !== null &&
            trans.__('cell [%1]: ', run.error.cell + 1)}
          {run.error.name}: {run.error.message}
          {run.error.traceback && (
            <details className="nb2prod-log">
              <summary>{trans.__('Traceback')}</summary>
              <pre tabIndex={0}>{run.error.traceback}</pre>
            </details>
          )}
        </div>
      )}
      <table className="nb2prod-Facts">
        <tbody>
          {rows
            .filter(([, text]) => text)
            .map(([name, text]) => (
              <Row key={name} name={name} text={text} />
            ))}
          {Object.entries(run.metrics).map(([name, value]) => (
            <Row
              key={`metric ${name}`}
              name={name}
              text={valueWords(value)}
              isName
            />
          ))}
          {Object.entries(run.parameters).map(([name, value]) => (
            <Row
              key={`parameter ${name}`}
              name={name}
              text={
                run.given.includes(name)
                  ? valueWords(value)
                  : trans.__('%1 (default)', valueWords(value))
              }
              isName
            />
          ))}
        </tbody>
      </table>
      {run.notes.map(note => (
        <p className="nb2prod-hint" key={note}>
          {note}
        </p>
      ))}
    </section>
  );
}

function Row(props: {
  name: string;
  text: string;
  isName?: boolean;
}): JSX.Element {
  return (
    <tr>
      <th scope="row" className={props.isName ? 'nb2prod-name' : ''}>
        {props.name}
      </th>
      <td>{props.text}</td>
    </tr>
  );
}

/** A moment of the ledger, which is UTC, as it is here. */
function localTime(moment: string): string {
  const time = new Date(/[Z+]/.test(moment) ? moment : `${moment}Z`);
  return isNaN(time.getTime()) ? moment : time.toLocaleString();
}
