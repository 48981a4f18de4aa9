import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IChange, IFinding, IFix } from '../findings';
import type { IProblem } from '../outline';
import { reasons } from '../readiness';
import type { IReadiness } from '../tokens';
import { Button } from './Button';
import { Problems } from './Problems';
import { Words } from './Words';

/** What a fix would change, to be looked at before it is applied. */
export function FixPreview(props: {
  /** What is to be mended; `null` for all that can be mended safely. */
  finding: IFinding | null;
  readiness: IReadiness;
  /** Called with what was done. */
  onDone: (title: string) => void;
  onClose: () => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { finding, readiness, onDone, onClose, trans } = props;
  const [fix, setFix] = React.useState<IFix | null>(null);
  const [problems, setProblems] = React.useState<readonly IProblem[]>([]);
  const [hasChanged, setHasChanged] = React.useState(false);
  const [isBusy, setBusy] = React.useState(true);
  const isThere = React.useRef(true);
  const apply = React.useRef<HTMLDivElement>(null);
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblems([]);
    try {
      await work();
    } catch (error) {
      if (isThere.current) {
        setFix(null);
        setProblems(reasons(error));
      }
    }
    if (isThere.current) {
      setBusy(false);
    }
  };
  React.useEffect(() => {
    isThere.current = true;
    void attempt(async () => {
      const found = await readiness.fixOf(finding);
      if (isThere.current) {
        setFix(found);
      }
    });
    return () => void (isThere.current = false);
  }, []);
  React.useEffect(() => {
    if (fix) {
      apply.current?.querySelector('button')?.focus();
    }
    apply.current?.scrollIntoView?.({ block: 'nearest' });
  }, [fix, problems]);
  const mend = (shown: IFix) =>
    attempt(async () => {
      const other = await readiness.mend(finding, shown);
      if (other === null) {
        onDone(trans.__('Done: %1', shown.title));
      } else if (isThere.current) {
        setFix(other);
        setHasChanged(true);
      }
    });
  return (
    <div
      className="nb2prod-FixPreview"
      role="group"
      aria-label={trans.__('What the fix changes')}
    >
      {isBusy && !fix && (
        <p className="nb2prod-hint" role="status">
          {trans.__('Working it out…')}
        </p>
      )}
      <Problems problems={problems} trans={trans} />
      {fix && (
        <>
          <p>
            <strong>
              <Words text={fix.title} />
            </strong>
          </p>
          {hasChanged && (
            <p className="nb2prod-warning" role="alert">
              {trans.__(
                'The notebook has changed since this was shown. This is what the fix does now.'
              )}
            </p>
          )}
          {fix.fix === 'unsafe' && (
            <p className="nb2prod-warning">
              {trans.__('The notebook may compute something else afterwards.')}
            </p>
          )}
          {fix.changes.map((change, at) => (
            <Change key={at} change={change} trans={trans} />
          ))}
        </>
      )}
      <div className="nb2prod-buttons" ref={apply}>
        {fix && (
          <Button
            isMain={true}
            disabled={isBusy}
            onClick={() => void mend(fix)}
          >
            {trans.__('Apply')}
          </Button>
        )}
        <Button onClick={onClose}>{trans.__('Close')}</Button>
      </div>
    </div>
  );
}

/** One change: its lines, with signs for those who see no colours. */
function Change(props: {
  change: IChange;
  trans: TranslationBundle;
}): JSX.Element {
  const { change, trans } = props;
  const number = change.index + 1;
  const where = {
    source: trans.__('Cell [%1]', number),
    tags: trans.__('Cell [%1], tags', number),
    outputs: trans.__('Cell [%1]: its stored outputs are replaced', number),
    insert: trans.__('A new cell, before [%1]', number)
  }[change.kind];
  return (
    <figure className="nb2prod-Change">
      <figcaption>{where}</figcaption>
      {change.diff.length > 0 && (
        <pre tabIndex={0} aria-label={where}>
          {change.diff.map((line, at) =>
            line.startsWith('@@') && at === 0 ? null : (
              <span key={at} className={`nb2prod-line ${styleOf(line)}`}>
                {line.startsWith('@@') ? '…' : line}
                {'\n'}
              </span>
            )
          )}
        </pre>
      )}
    </figure>
  );
}

function styleOf(line: string): string {
  return line.startsWith('+')
    ? 'nb2prod-mod-new'
    : line.startsWith('-')
      ? 'nb2prod-mod-old'
      : '';
}
