import * as React from 'react';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';

import { keysOf, SEVERITIES } from '../findings';
import type { IIgnored, Severity } from '../findings';
import type { LiveCheck } from '../live';
import { SIGNS } from '../marks';
import type { IReadiness } from '../tokens';
import { countWords, whyNot } from '../words';
import { Button } from './Button';
import { FindingView, placeOf } from './FindingView';
import { FixPreview } from './FixPreview';
import { LiveView } from './LiveView';
import { Problems } from './Problems';
import { ScoreView } from './ScoreView';
import { Words } from './Words';

/** Findings that are shown: more than anybody reads at once, and a page stays quick. */
export const MOST_SHOWN = 200;

interface IProps {
  readiness: IReadiness;
  rendermime: IRenderMimeRegistry | null;
  /** `null` where nothing can be started on the server. */
  live: LiveCheck | null;
  trans: TranslationBundle;
}

/** The sidebar's panel of what stands between the notebook and production. */
export class ReadinessPanel extends ReactWidget {
  constructor(private readonly _props: IProps) {
    super();
    this.addClass('nb2prod-ReadinessPanel');
  }

  render(): JSX.Element {
    const { readiness } = this._props;
    return (
      <UseSignal signal={readiness.changed}>
        {() => (
          <ReadinessView key={readiness.panel?.id ?? ''} {...this._props} />
        )}
      </UseSignal>
    );
  }

  protected onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._props.readiness.wake();
  }
}

/** Everything that is known of one notebook. */
function ReadinessView(props: IProps): JSX.Element {
  const { readiness, trans } = props;
  const { found } = readiness;
  const [done, setDone] = React.useState('');
  const [isMending, setMending] = React.useState(false);
  const head = React.useRef<HTMLParagraphElement>(null);
  if (readiness.state !== 'found') {
    return <Waiting readiness={readiness} trans={trans} />;
  }
  const finish = (what: string) => {
    setDone(what);
    setMending(false);
    head.current?.focus(); // what had the focus is gone
  };
  const safe = found.findings.filter(each => each.fix === 'safe').length;
  return (
    <>
      <p className="nb2prod-summary" role="status" tabIndex={-1} ref={head}>
        {found.findings.length > 0 ? (
          countWords(found.counts, trans)
        ) : (
          <>
            <span className="nb2prod-Sign nb2prod-mod-good" aria-hidden="true">
              ✓
            </span>{' '}
            {trans.__(
              'Nothing found. What only a run can show, an export tries out.'
            )}
          </>
        )}
      </p>
      {found.score && <ScoreView score={found.score} trans={trans} />}
      {done && (
        <p className="nb2prod-note" role="status">
          <Words text={done} />.{' '}
          {trans.__('Edit ▸ Undo Cell Operation, or Z, takes it back.')}
        </p>
      )}
      {props.live && <LiveView live={props.live} trans={trans} />}
      {safe > 1 && !isMending && (
        <div className="nb2prod-buttons">
          <Button onClick={() => setMending(true)}>
            {trans.__('Fix all that is safe…')}
          </Button>
        </div>
      )}
      {isMending && (
        <FixPreview
          finding={null}
          readiness={readiness}
          onDone={finish}
          onClose={() => setMending(false)}
          trans={trans}
        />
      )}
      <Groups {...props} onDone={finish} />
      <Ignored readiness={readiness} ignored={found.ignored} trans={trans} />
    </>
  );
}

/** Why there are no findings to be shown. */
function Waiting(props: {
  readiness: IReadiness;
  trans: TranslationBundle;
}): JSX.Element {
  const { readiness, trans } = props;
  switch (readiness.state) {
    case 'no notebook':
      return (
        <p className="nb2prod-empty">
          {trans.__(
            'Open a notebook to see here what stands between it and production.'
          )}
        </p>
      );
    case 'no server':
      return (
        <p className="nb2prod-note" role="status">
          {trans.__('%1.', whyNot(readiness, trans) ?? '')}
        </p>
      );
    case 'refused':
      return <Problems problems={readiness.problems} trans={trans} />;
    default:
      return (
        <p className="nb2prod-empty" role="status">
          {trans.__('Reading the notebook…')}
        </p>
      );
  }
}

/** The findings by severity, the gravest first. */
function Groups(
  props: IProps & { onDone: (done: string) => void }
): JSX.Element {
  const { readiness, trans } = props;
  const { findings, counts } = readiness.found;
  const keys = keysOf(findings);
  const all = SEVERITIES.flatMap(severity =>
    findings
      .map((finding, at) => ({ finding, key: keys[at] }))
      .filter(({ finding }) => finding.severity === severity)
  );
  const shown = all.slice(0, MOST_SHOWN);
  return (
    <>
      {SEVERITIES.filter(severity => counts[severity] > 0).map(severity => (
        <section
          key={severity}
          className={`nb2prod-Severity nb2prod-mod-${severity}`}
          aria-label={groupName(severity, trans)}
        >
          <h4>
            <span className="nb2prod-Sign" aria-hidden="true">
              {SIGNS[severity]}
            </span>
            {groupName(severity, trans)}
            <span className="nb2prod-count">{counts[severity]}</span>
          </h4>
          <ul className="nb2prod-plain">
            {shown
              .filter(({ finding }) => finding.severity === severity)
              .map(({ finding, key }) => (
                <FindingView key={key} {...props} finding={finding} />
              ))}
          </ul>
        </section>
      ))}
      {all.length > shown.length && (
        <p className="nb2prod-hint">
          {trans.__(
            'and %1 more: what is above comes first',
            all.length - shown.length
          )}
        </p>
      )}
    </>
  );
}

function groupName(severity: Severity, trans: TranslationBundle): string {
  switch (severity) {
    case 'error':
      return trans.__('Errors');
    case 'warning':
      return trans.__('Warnings');
    default:
      return trans.__('Advice');
  }
}

/** What somebody has decided to ignore, to be taken back. */
function Ignored(props: {
  readiness: IReadiness;
  ignored: readonly IIgnored[];
  trans: TranslationBundle;
}): JSX.Element | null {
  const { readiness, ignored, trans } = props;
  if (ignored.length === 0) {
    return null;
  }
  return (
    <details className="nb2prod-log">
      <summary>{trans.__('Ignored (%1)', ignored.length)}</summary>
      <ul className="nb2prod-plain">
        {ignored.map(each => {
          const place = placeOf({ cell: each.cell, line: null }, trans);
          return (
            <li key={`${each.code} ${each.cell}`} className="nb2prod-bar">
              <span className="nb2prod-ignored">
                {each.code} {each.name}, {place}
              </span>
              <Button
                name={trans.__('Take back: %1 at %2', each.code, place)}
                onClick={() => readiness.setIgnored(each, false)}
              >
                {trans.__('Take back')}
              </Button>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
