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
  const [status, setStatus] = React.useState(statusOf(context));
  // Counts what makes an answer old: another kernel, or something that ran.
  const [visit, setVisit] = React.useState(0);
  // Outlives a new answer: what somebody has opened does not close by itself.
  const [isOpen, setOpen] = React.useState(false);
  const asked = React.useRef(-1);
  React.useEffect(() => {
    const forget = () => {
      setVisit(visit => visit + 1);
      setFound(null);
      onChange('');
    };
    const follow = () => setStatus(statusOf(context));
    const listen = (_: unknown, message: { header: { msg_type: string } }) =>
      message.header.msg_type === 'execute_input' && forget();
    context.statusChanged.connect(follow);
    context.kernelChanged.connect(forget);
    context.iopubMessage.connect(listen);
    return () => {
      context.statusChanged.disconnect(follow);
      context.kernelChanged.disconnect(forget);
      context.iopubMessage.disconnect(listen);
    };
  }, [context]);
  // To be asked makes a kernel busy for a moment: one question for each visit.
  const isReady = status === 'idle' || status === 'none';
  React.useEffect(() => {
    if (isReady && asked.current !== visit) {
      asked.current = visit;
      void ask().then(answer => asked.current === visit && setFound(answer));
    }
  }, [isReady, visit]);
  React.useEffect(() => () => void (asked.current = -2), []);
  const kernel = context.session?.kernel;
  const isFit = kernel && found?.problems.length === 0;
  return (
    <>
      <label htmlFor="nb2prod-running">{trans.__('Evidence')}</label>
      <select
        id="nb2prod-running"
        className="jp-mod-styled"
        value={chosen}
        aria-describedby="nb2prod-running-why"
        onChange={event => onChange(event.target.value)}
      >
        <option value="">
          {trans.__('a run from the top, in a kernel of its own')}
        </option>
        <option value={kernel?.id ?? 'none'} disabled={!isFit}>
          {trans.__('the running kernel as it is, without a run')}
        </option>
      </select>
      {!found && (
        <p id="nb2prod-running-why" className="nb2prod-hint" role="status">
          {isReady
            ? trans.__('Looking whether the running kernel can be asked…')
            : trans.__('The running kernel cannot be asked while a cell runs.')}
        </p>
      )}
      {found && found.problems.length > 0 && (
        <details
          id="nb2prod-running-why"
          className="nb2prod-hint"
          open={isOpen}
          onToggle={event => setOpen(event.currentTarget.open)}
        >
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

function statusOf(context: ISessionContext): string {
  return context.session?.kernel?.status ?? 'none';
}
