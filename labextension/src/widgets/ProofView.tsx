import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import type { IServeOrder, Job, JobList } from '../jobs';
import { Button } from './Button';
import { Words } from './Words';

interface ICounts {
  rows: number;
  equal: number;
}

/** The end of an export: what was proven, what to know, where the repository is. */
export function ProofView(props: {
  job: Job;
  jobs: JobList;
  start: (order: IServeOrder) => void;
  commands: CommandRegistry;
  trans: TranslationBundle;
}): JSX.Element {
  const { job, jobs, start, commands, trans } = props;
  const { result } = job;
  const folder = job.repository;
  const rows: [string, ICounts | null | undefined][] = [
    [trans.__('Answers as the notebook’s'), result.parity],
    [trans.__('One by one as in a batch'), result.batch],
    [trans.__('Over HTTP'), result.http]
  ];
  const open = (command: string, args: Record<string, string>) =>
    commands.hasCommand(command)
      ? () => void commands.execute(command, args)
      : null;
  const browse = open('filebrowser:go-to-path', { path: folder });
  const terminal = open('terminal:create-new', { cwd: folder });
  return (
    <section className="nb2prod-Proof" aria-label={trans.__('The proof')}>
      <table>
        <tbody>
          {rows.map(([name, counts]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{counted(counts, trans)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{trans.__('Trained again')}</th>
            <td>{retrained(result.retrain, trans)}</td>
          </tr>
          <tr>
            <th scope="row">{trans.__('Its own tests')}</th>
            <td>
              {result.tests
                ? result.tests.failed
                  ? trans.__('✕ %1 failed', result.tests.failed)
                  : trans.__('✓ %1 passed', result.tests.passed)
                : trans.__('not run')}
            </td>
          </tr>
        </tbody>
      </table>
      {(result.conflicts ?? []).length > 0 && (
        <p className="nb2prod-warning">
          {trans.__(
            'Merged with your changes, and in conflict with them in: %1',
            result.conflicts.join(', ')
          )}
        </p>
      )}
      {(result.warnings ?? []).map((warning: string) => (
        <p key={warning} className="nb2prod-note">
          <Words text={warning} />
        </p>
      ))}
      <div className="nb2prod-place">
        <code>{folder}</code>
      </div>
      {result.state === 'merged' && (
        <Changes folder={folder} jobs={jobs} trans={trans} />
      )}
      <div className="nb2prod-buttons">
        <Button
          isMain
          title={trans.__('Start the service and ask it about a row')}
          onClick={() => start({ kind: 'serve', path: folder })}
        >
          {trans.__('Try it')}
        </Button>
        {browse && <Button onClick={browse}>{trans.__('Open')}</Button>}
        {terminal && <Button onClick={terminal}>{trans.__('Terminal')}</Button>}
      </div>
    </section>
  );
}

/** What a re-export has changed in the repository. */
function Changes(props: {
  folder: string;
  jobs: JobList;
  trans: TranslationBundle;
}): JSX.Element {
  const { folder, jobs, trans } = props;
  const [diff, setDiff] = React.useState<string | null>(null);
  const load = (event: React.SyntheticEvent<HTMLDetailsElement>) => {
    if (event.currentTarget.open && diff === null) {
      jobs
        .changes(folder)
        .then(setDiff)
        .catch(error => setDiff(String(error.message)));
    }
  };
  return (
    <details className="nb2prod-log" onToggle={load}>
      <summary>{trans.__('What this export has changed')}</summary>
      <pre>
        {diff === null
          ? trans.__('Reading…')
          : diff === ''
            ? trans.__('Nothing')
            : diff.split('\n').map((line, at) => (
                <div key={at} className={kind(line)}>
                  {line || ' '}
                </div>
              ))}
      </pre>
    </details>
  );
}

/** Whether a line of a diff is new, gone, or a heading. */
function kind(line: string): string | undefined {
  if (line.startsWith('diff ') || line.startsWith('@@')) {
    return 'nb2prod-mod-heading';
  }
  return line.startsWith('+')
    ? 'nb2prod-mod-new'
    : line.startsWith('-')
      ? 'nb2prod-mod-gone'
      : undefined;
}

function counted(
  counts: ICounts | null | undefined,
  trans: TranslationBundle
): string {
  if (!counts || counts.rows === 0) {
    return trans.__('not tried');
  }
  const all = counts.equal === counts.rows;
  return trans.__(
    '%1 %2 of %3 rows equal',
    all ? '✓' : '✕',
    counts.equal,
    counts.rows
  );
}

function retrained(retrain: any, trans: TranslationBundle): string {
  if (!retrain) {
    return trans.__('not tried');
  }
  if (retrain.error) {
    return trans.__('✕ %1', String(retrain.error).split('\n')[0]);
  }
  if (retrain.deterministic === false) {
    return trans.__('✓ works; answers vary, as training draws random numbers');
  }
  return counted(retrain, trans);
}
