import * as React from 'react';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import { STAGES } from '../jobs';
import type { IExportOrder, IServeOrder, Job, JobList } from '../jobs';
import type { IProblem } from '../outline';
import { Refusal } from '../request';
import { Button } from './Button';
import { Problems } from './Problems';
import { ProofView } from './ProofView';
import { ServiceView } from './ServiceView';

/** The sidebar's panel of exports: those that run and how they ended. */
export class JobsPanel extends ReactWidget {
  constructor(
    private readonly _jobs: JobList,
    private readonly _commands: CommandRegistry,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('nb2prod-JobsPanel');
  }

  /** Start a job; a refusal is shown and not thrown. */
  async start(order: IExportOrder | IServeOrder): Promise<Job | null> {
    const job = await this._attempt(() => this._jobs.start(order));
    this._toTop();
    return job;
  }

  /** Do what the server may refuse, and show why it does. */
  private async _attempt<T>(work: () => Promise<T>): Promise<T | null> {
    this._problems = [];
    try {
      return await work();
    } catch (error) {
      const refusal = error as Refusal;
      this._problems = refusal.problems?.length
        ? [...refusal.problems]
        : [{ what: refusal.message, where: '', remedy: '' }];
      return null;
    } finally {
      this.update();
    }
  }

  /** Show what comes first: the newest job, or why there is none. */
  private _toTop(): void {
    this.node.scrollTop = 0;
    this.node.scrollIntoView?.({ block: 'start' });
  }

  render(): JSX.Element {
    return (
      <UseSignal signal={this._jobs.changed}>
        {() => (
          <>
            <Problems problems={this._problems} trans={this._trans} />
            {this._jobs.shown.length === 0 ? (
              <p className="nb2prod-empty">
                {this._trans.__('What is exported shows here how it goes.')}
              </p>
            ) : (
              <ol className="nb2prod-jobs">
                {this._jobs.shown.map(job => (
                  <JobView
                    key={job.facts.id}
                    job={job}
                    jobs={this._jobs}
                    start={order => void this.start(order)}
                    remove={() =>
                      void this._attempt(() => this._jobs.remove(job))
                    }
                    commands={this._commands}
                    trans={this._trans}
                  />
                ))}
              </ol>
            )}
          </>
        )}
      </UseSignal>
    );
  }

  private _problems: IProblem[] = [];
}

interface IProps {
  job: Job;
  jobs: JobList;
  start: (order: IServeOrder) => void;
  /** Cancel it, or forget it. */
  remove: () => void;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

function JobView({
  job,
  jobs,
  start,
  remove,
  commands,
  trans
}: IProps): JSX.Element {
  const isRunning = () => job.state === 'running';
  const isExport = job.facts.kind === 'export';
  return (
    <UseSignal signal={job.changed}>
      {() => (
        <li className={`nb2prod-Job nb2prod-mod-${job.state}`}>
          <h4 title={job.facts.path}>
            {isExport
              ? PathExt.basename(job.facts.path)
              : trans.__('Service %1', PathExt.basename(job.facts.path))}
            <span className="nb2prod-state">{stateWords(job, trans)}</span>
          </h4>
          <p className="nb2prod-heard" role="status">
            {heard(job, trans)}
          </p>
          {!isExport ? (
            <ServiceView job={job} jobs={jobs} trans={trans} />
          ) : job.state === 'done' ? (
            <details className="nb2prod-log">
              <summary>{trans.__('All steps, %1 s', total(job))}</summary>
              <Stages job={job} trans={trans} />
            </details>
          ) : (
            <Stages job={job} trans={trans} />
          )}
          <Problems problems={job.problems} trans={trans} />
          {isExport && job.state === 'lost' && (
            <p className="nb2prod-warning">
              {trans.__(
                'The process was ended from outside before it was done. Nothing was handed over; export again.'
              )}
            </p>
          )}
          {job.result?.repository && (
            <ProofView
              job={job}
              jobs={jobs}
              start={start}
              commands={commands}
              trans={trans}
            />
          )}
          {job.log.length > 0 && (
            <details className="nb2prod-log">
              <summary>{trans.__('Log')}</summary>
              <pre>{job.log.join('\n')}</pre>
            </details>
          )}
          <div className="nb2prod-buttons">
            <Button onClick={remove}>
              {!isRunning()
                ? trans.__('Forget')
                : isExport
                  ? trans.__('Cancel')
                  : trans.__('Stop')}
            </Button>
          </div>
        </li>
      )}
    </UseSignal>
  );
}

function stateWords(job: Job, trans: TranslationBundle): string {
  switch (job.state) {
    case 'running':
      return trans.__('running');
    case 'done':
      return trans.__('done');
    case 'cancelled':
      return job.facts.kind === 'serve'
        ? trans.__('stopped')
        : trans.__('cancelled');
    case 'lost':
      return trans.__('lost');
    default:
      return job.result?.repository
        ? trans.__('not proven')
        : trans.__('stopped');
  }
}

/** The parts of the work, as people call them. */
function stageNames(trans: TranslationBundle): Record<string, string> {
  return {
    analyse: trans.__('Read the notebook'),
    run: trans.__('Run it'),
    plan: trans.__('Plan the repository'),
    lock: trans.__('Find the versions'),
    render: trans.__('Write the repository'),
    environment: trans.__('Make an environment'),
    prove: trans.__('Prove it'),
    deliver: trans.__('Hand it over')
  };
}

/** The seconds that all of it took. */
function total(job: Job): string {
  const last = job.stages[job.stages.length - 1];
  return (last?.ended ?? last?.began ?? 0).toFixed(0);
}

/** What somebody who listens is told: the part of the work, not every cell of it. */
function heard(job: Job, trans: TranslationBundle): string {
  const current = job.stages[job.stages.length - 1];
  return job.state === 'running' && current
    ? (stageNames(trans)[current.key] ?? '')
    : stateWords(job, trans);
}

/** The parts of the work: done, under way with the cell that runs, to come. */
function Stages({
  job,
  trans
}: {
  job: Job;
  trans: TranslationBundle;
}): JSX.Element {
  const names = stageNames(trans);
  if (job.facts.running) {
    names.run = trans.__('Ask the running kernel');
  }
  const current = job.stages[job.stages.length - 1];
  // What is not proven was tried in several ways: the last of them may have ended early.
  const last = job.result?.state === 'not proven' ? 'prove' : current?.key;
  return (
    <ol className="nb2prod-Stages">
      {STAGES.map(key => {
        const all = job.stages.filter(stage => stage.key === key);
        const isNow =
          job.state === 'running' &&
          current !== undefined &&
          current.key === key;
        const failed = job.state !== 'running' && job.state !== 'done';
        const isLast = failed && last === key;
        const mark = isNow
          ? 'now'
          : isLast
            ? 'stop'
            : all.length
              ? 'done'
              : 'todo';
        const seconds = all.reduce(
          (sum, stage) => sum + ((stage.ended ?? stage.began) - stage.began),
          0
        );
        return (
          <li key={key} className={`nb2prod-mod-${mark}`}>
            <span className="nb2prod-mark" aria-hidden="true">
              {{ now: '▸', stop: '✕', done: '✓', todo: '·' }[mark]}
            </span>
            {names[key]}
            {mark === 'done' && seconds >= 0.5 && (
              <span className="nb2prod-seconds">
                {trans.__('%1 s', seconds.toFixed(0))}
              </span>
            )}
            {isNow && key === 'run' && job.cell && (
              <progress
                aria-label={trans.__('Cells')}
                max={job.cell[1]}
                value={job.cell[0] - 1}
              />
            )}
            {isNow && (
              <div className="nb2prod-words">
                {job.cell
                  ? trans.__('cell %1 of %2', job.cell[0], job.cell[1])
                  : current.words}
              </div>
            )}
          </li>
        );
      })}
    </ol>
  );
}
