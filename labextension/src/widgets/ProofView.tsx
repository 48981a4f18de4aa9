import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import type { Job } from '../jobs';

interface ICounts {
  rows: number;
  equal: number;
}

/** The end of an export: what was proven, what to know, where the repository is. */
export function ProofView(props: {
  job: Job;
  commands: CommandRegistry;
  trans: TranslationBundle;
}): JSX.Element {
  const { job, commands, trans } = props;
  const { result } = job;
  const path = job.facts.destination;
  const folder = result.state ? path : `${path}-not-proven`;
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
    <div className="nb2prod-Proof" aria-label={trans.__('The proof')}>
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
          {warning}
        </p>
      ))}
      <div className="nb2prod-place">
        <code>{folder}</code>
      </div>
      <div className="nb2prod-buttons">
        {browse && (
          <button
            className="jp-Dialog-button jp-mod-styled jp-mod-accept"
            onClick={browse}
          >
            {trans.__('Open')}
          </button>
        )}
        {terminal && (
          <button
            className="jp-Dialog-button jp-mod-styled jp-mod-reject"
            onClick={terminal}
          >
            {trans.__('Terminal')}
          </button>
        )}
      </div>
    </div>
  );
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
