import * as React from 'react';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IFinding, IRule } from '../findings';
import { SIGNS } from '../marks';
import type { IProblem } from '../outline';
import { reasons } from '../readiness';
import type { IReadiness } from '../tokens';
import { Button } from './Button';
import { FixPreview } from './FixPreview';
import { Page } from './Page';
import { Problems } from './Problems';
import { Words } from './Words';

interface IProps {
  finding: IFinding;
  readiness: IReadiness;
  rendermime: IRenderMimeRegistry | null;
  /** Called with what was done about it. */
  onDone: (done: string) => void;
  trans: TranslationBundle;
}

/** One finding: where it is, what it says, what can be done about it. */
export function FindingView(props: IProps): JSX.Element {
  const { finding, readiness, rendermime, onDone, trans } = props;
  const [open, setOpen] = React.useState<'page' | 'fix' | null>(null);
  const box = React.useRef<HTMLLIElement>(null);
  const place = placeOf(finding, trans);
  const toggle = (part: 'page' | 'fix') =>
    setOpen(before => (before === part ? null : part));
  const close = (part: string) => {
    setOpen(null);
    box.current
      ?.querySelector<HTMLElement>(`[data-nb2prod-part="${part}"] button`)
      ?.focus();
  };
  return (
    <li className={`nb2prod-Finding nb2prod-mod-${finding.severity}`} ref={box}>
      <div className="nb2prod-said">
        <span className="nb2prod-Sign" aria-hidden="true">
          {SIGNS[finding.severity]}
        </span>
        <div>
          {finding.id !== null ? (
            <button
              type="button"
              className="nb2prod-Link nb2prod-place"
              title={trans.__('Go there')}
              onClick={() => void readiness.goTo(finding.id!, finding.line)}
            >
              {place}
            </button>
          ) : (
            <span className="nb2prod-place">{place}</span>
          )}
          <span className="nb2prod-rule" title={finding.name}>
            {finding.live ? trans.__('live, %1', finding.code) : finding.code}
          </span>
          <div>
            <Words text={finding.what} />
          </div>
          {finding.remedy && (
            <div className="nb2prod-remedy">
              <span aria-hidden="true">→ </span>
              <Words text={finding.remedy} />
            </div>
          )}
        </div>
      </div>
      <div className="nb2prod-does">
        <span data-nb2prod-part="page">
          <Toggle
            isOpen={open === 'page'}
            name={trans.__('Explain %1 at %2', finding.code, place)}
            onClick={() => toggle('page')}
          >
            {trans.__('Explain')}
          </Toggle>
        </span>
        {finding.fix !== null && (
          <span data-nb2prod-part="fix">
            <Toggle
              isOpen={open === 'fix'}
              name={trans.__('Fix %1 at %2', finding.code, place)}
              onClick={() => toggle('fix')}
            >
              {trans.__('Fix…')}
            </Toggle>
          </span>
        )}
        <Toggle
          name={trans.__('Ignore %1 at %2', finding.code, place)}
          onClick={() => {
            readiness.setIgnored(finding, true);
            onDone(trans.__('%1 is ignored: %2', finding.code, place));
          }}
        >
          {trans.__('Ignore here')}
        </Toggle>
      </div>
      {open === 'page' && (
        <Explanation
          code={finding.code}
          readiness={readiness}
          rendermime={rendermime}
          onClose={() => close('page')}
          trans={trans}
        />
      )}
      {open === 'fix' && (
        <FixPreview
          finding={finding}
          readiness={readiness}
          onDone={onDone}
          onClose={() => close('fix')}
          trans={trans}
        />
      )}
    </li>
  );
}

/** A button that looks like a link; with `isOpen`, one that opens something. */
function Toggle(props: {
  children: React.ReactNode;
  name: string;
  onClick: () => void;
  isOpen?: boolean;
}): JSX.Element {
  return (
    <button
      type="button"
      className="nb2prod-Link"
      aria-label={props.name}
      aria-expanded={props.isOpen}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}

/** Where a finding is, as people read it. */
export function placeOf(
  { cell, line }: Pick<IFinding, 'cell' | 'line'>,
  trans: TranslationBundle
): string {
  if (cell === null) {
    return trans.__('notebook');
  }
  return line === null
    ? trans.__('cell [%1]', cell + 1)
    : trans.__('cell [%1], line %2', cell + 1, line);
}

/** The page of a rule. */
function Explanation(props: {
  code: string;
  readiness: IReadiness;
  rendermime: IRenderMimeRegistry | null;
  onClose: () => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { code, readiness, rendermime, onClose, trans } = props;
  const box = React.useRef<HTMLDivElement>(null);
  const [rule, setRule] = React.useState<IRule | null>(null);
  const [problems, setProblems] = React.useState<readonly IProblem[]>([]);
  React.useEffect(() => {
    let isThere = true;
    readiness.explain(code).then(
      found => isThere && setRule(found),
      error => isThere && setProblems(reasons(error))
    );
    return () => void (isThere = false);
  }, [code]);
  const look = () => box.current?.scrollIntoView?.({ block: 'nearest' });
  return (
    <div
      ref={box}
      className="nb2prod-Explanation"
      role="region"
      aria-label={trans.__('What %1 is about', code)}
    >
      <Problems problems={problems} trans={trans} />
      {rule && (
        <>
          <p className="nb2prod-hint">
            {rule.code} {rule.name}
          </p>
          <Page text={rule.page} rendermime={rendermime} onRendered={look} />
        </>
      )}
      <div className="nb2prod-buttons">
        <Button onClick={onClose}>{trans.__('Close')}</Button>
      </div>
    </div>
  );
}
