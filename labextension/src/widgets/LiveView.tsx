import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';
import { UseSignal } from '@jupyterlab/ui-components';

import type { Job } from '../jobs';
import type { LiveCheck } from '../live';
import { Button } from './Button';
import { Problems } from './Problems';
import { Words } from './Words';

/** A look at the objects of the running kernel: how to start it, how far it is, how it ended. */
export function LiveView(props: {
  live: LiveCheck;
  trans: TranslationBundle;
}): JSX.Element {
  const { live, trans } = props;
  return (
    <UseSignal signal={live.changed}>
      {() => {
        const { job, kernel } = live;
        const isRunning = job?.state === 'running';
        return (
          <>
            <div className="nb2prod-buttons">
              <Button
                disabled={live.isAtWork || kernel === null}
                title={
                  kernel === null
                    ? trans.__('No kernel runs')
                    : trans.__(
                        'Save the notebook, and look at its data, its model and its answers in a copy of the running kernel'
                      )
                }
                onClick={() => void live.start()}
              >
                {trans.__('Check live')}
              </Button>
              {isRunning && (
                <Button onClick={() => void live.cancel()}>
                  {trans.__('Cancel')}
                </Button>
              )}
            </div>
            <Problems problems={live.problems} trans={trans} />
            {job && <Course job={job} trans={trans} />}
          </>
        );
      }}
    </UseSignal>
  );
}

/** How far it is, and how it ended where that is not what was wanted. */
function Course(props: { job: Job; trans: TranslationBundle }): JSX.Element {
  const { job, trans } = props;
  return (
    <UseSignal signal={job.changed}>
      {() => (
        <>
          <Problems problems={job.problems} trans={trans} />
          <p className="nb2prod-hint" role="status">
            {wordsOf(job, trans)}
          </p>
          {job.state === 'done' && <Skipped job={job} trans={trans} />}
        </>
      )}
    </UseSignal>
  );
}

function wordsOf(job: Job, trans: TranslationBundle): string {
  switch (job.state) {
    case 'running':
      return (
        job.stages[job.stages.length - 1]?.words ??
        trans.__('Asking the running kernel…')
      );
    case 'done': {
      const { made, skipped } = checksOf(job);
      return trans.__(
        'Looked at the kernel: %1 checks made, %2 skipped.',
        made.length,
        skipped.length
      );
    }
    case 'cancelled':
      return trans.__('Cancelled.');
    case 'lost':
      return trans.__('The process was ended from outside. Check again.');
    default:
      return '';
  }
}

/** One check of objects, as `nb2prod check --json` tells it. */
interface ICheck {
  name: string;
  state: string;
  why: string;
}

function checksOf(job: Job): { made: ICheck[]; skipped: ICheck[] } {
  const all: ICheck[] = job.result?.notebooks?.[0]?.checks ?? [];
  const made = all.filter(each => each.state !== 'skipped');
  return { made, skipped: all.filter(each => each.state === 'skipped') };
}

/** What could not be looked at, and why. */
function Skipped(props: {
  job: Job;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { job, trans } = props;
  const { skipped } = checksOf(job);
  return skipped.length === 0 ? null : (
    <details className="nb2prod-log nb2prod-hint">
      <summary>{trans.__('What was skipped, and why')}</summary>
      <ul className="nb2prod-plain">
        {skipped.map(({ name, why }) => (
          <li key={name}>
            {name}: <Words text={why} />
          </li>
        ))}
      </ul>
    </details>
  );
}
