import * as React from 'react';
import type { ISessionContext } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRunning } from '../outline';
import { Words } from './Words';

/** Where the evidence comes from: a run, or the running kernel where that is as good. */
export function Running(props: {
  context: ISessionContext;
  ask: () => Promise<IRunning>;
  /** The id of the kernel that is to be asked; empty for a run. */
  chosen: string;
  onChange: (kernel: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { context, ask, chosen, onChange, trans } = props;
  const [found, setFound] = React.useState<IRunning | null>(null);
  const kernel = context.session?.kernel;
  const status = kernel?.status ?? 'none';
  const isIdle = status === 'idle';
  const [, setStatus] = React.useState(status);
  React.useEffect(() => {
    const follow = () => setStatus(context.session?.kernel?.status ?? 'none');
    context.statusChanged.connect(follow);
    return () => {
      context.statusChanged.disconnect(follow);
    };
  }, [context]);
  React.useEffect(() => {
    let isCurrent = true;
    if (isIdle && found === null) {
      void ask().then(answer => isCurrent && setFound(answer));
    }
    return () => {
      isCurrent = false;
    };
  }, [isIdle]);
  const isFit = kernel && isIdle && found?.problems.length === 0;
  return (
    <>
      <label htmlFor="nb2prod-running">{trans.__('Evidence')}</label>
      <select
        id="nb2prod-running"
        className="jp-mod-styled"
        value={chosen}
        onChange={event => onChange(event.target.value)}
      >
        <option value="">
          {trans.__('a run from the top, in a kernel of its own')}
        </option>
        <option value={kernel?.id ?? 'none'} disabled={!isFit}>
          {trans.__('the running kernel as it is, without a run')}
        </option>
      </select>
      {found && found.problems.length > 0 && (
        <details className="nb2prod-hint">
          <summary>{trans.__('Why not from the running kernel')}</summary>
          <ul>
            {found.problems.map(({ where, what, remedy }, at) => (
              <li key={at}>
                {where && `${where}: `}
                <Words text={what} />
                {at === found.problems.length - 1 && remedy && (
                  <div className="nb2prod-remedy">
                    <Words text={remedy} />
                  </div>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
      {chosen && found && found.notes.length > 0 && (
        <ul className="nb2prod-hint">
          {found.notes.map((note, at) => (
            <li key={at}>
              <Words text={note} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
