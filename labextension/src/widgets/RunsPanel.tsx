import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';

import type { Job } from '../jobs';
import type { IProblem } from '../outline';
import { reasons } from '../readiness';
import type { RunModel } from '../runModel';
import type { IComparison, IRunDetails } from '../runs';
import { whyNot } from '../words';
import { Button } from './Button';
import { Problems } from './Problems';
import { RunDetails } from './RunDetails';
import { RunForm } from './RunForm';
import { RunsCompared } from './RunsCompared';
import { RunsPlot } from './RunsPlot';
import { RunsTable } from './RunsTable';

/** What can be done with a run outside of the panel. */
export interface IRunActions {
  /** Show the executed notebook of a run. */
  open: (id: string) => void;
  /** Ask how to export the notebook, with the parameters of a run. */
  export: (details: IRunDetails) => void;
}

/** The sidebar's panel of runs: the form, how they stand, what they measured. */
export class RunsPanel extends ReactWidget {
  constructor(
    private readonly _model: RunModel,
    private readonly _actions: IRunActions,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('nb2prod-RunsPanel');
  }

  render(): JSX.Element {
    return (
      <UseSignal signal={this._model.changed}>
        {() => (
          <Runs
            model={this._model}
            actions={this._actions}
            trans={this._trans}
          />
        )}
      </UseSignal>
    );
  }

  protected onAfterShow(): void {
    this._model.wake();
  }
}

interface IProps {
  model: RunModel;
  actions: IRunActions;
  trans: TranslationBundle;
}

function Runs({ model, actions, trans }: IProps): JSX.Element {
  const why = whyNot(model, trans);
  if (why !== null) {
    return <p className="nb2prod-empty">{why}</p>;
  }
  const [newest] = model.jobs;
  return (
    <>
      <RunForm model={model} trans={trans} />
      <Problems problems={model.problems} trans={trans} />
      {model.jobs
        .filter(job => job.state === 'running' || job === newest)
        .map(job => (
          <RunJob key={job.facts.id} job={job} model={model} trans={trans} />
        ))}
      {model.runs.runs.length === 0 ? (
        <p className="nb2prod-empty">
          {trans.__('What was run is listed here, wherever it was begun.')}
        </p>
      ) : (
        <>
          <RunsTable model={model} trans={trans} />
          <Chosen model={model} actions={actions} trans={trans} />
          <RunsPlot model={model} trans={trans} />
        </>
      )}
    </>
  );
}

/** A job that runs, with how far it is; or why it could not begin. */
function RunJob(props: {
  job: Job;
  model: RunModel;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { job, model, trans } = props;
  const isRunning = job.state === 'running';
  const isRefused = !job.result?.run && !job.result?.sweep;
  const problems = isRunning || !isRefused ? [] : job.problems;
  if (!isRunning && problems.length === 0) {
    return null;
  }
  const { standing, cell } = job;
  const isSweep = job.facts.kind === 'sweep';
  const words = standing
    ? trans.__('%1 of %2 runs', standing.done, standing.total)
    : cell
      ? trans.__('cell %1 of %2', cell[0], cell[1])
      : trans.__('starting');
  return (
    <div className="nb2prod-RunJob">
      <Problems problems={problems} trans={trans} />
      <div className="nb2prod-bar">
        {isRunning && (
          <>
            <span role="status">
              {isSweep ? trans.__('Sweep:') : trans.__('Run:')} {words}
            </span>
            <progress
              aria-label={trans.__('How far it is')}
              max={standing?.total || cell?.[1] || 1}
              value={standing?.done ?? (cell ? cell[0] - 1 : 0)}
            />
          </>
        )}
        <Button onClick={() => void model.remove(job)}>
          {isRunning ? trans.__('Cancel') : trans.__('Forget')}
        </Button>
      </div>
    </div>
  );
}

/** What can be done with the runs that are chosen, and what is known of them. */
function Chosen({ model, actions, trans }: IProps): JSX.Element {
  const { chosen } = model;
  const key = chosen.join(' ');
  const runs = model.runs.runs.filter(run => chosen.includes(run.id));
  const stand = runs.map(run => run.status).join(' ');
  const [details, setDetails] = React.useState<IRunDetails | null>(null);
  const [compared, setCompared] = React.useState<IComparison | null>(null);
  const [problems, setProblems] = React.useState<IProblem[]>([]);
  React.useEffect(() => {
    let isCurrent = true;
    setProblems([]);
    setCompared(null);
    if (chosen.length !== 1) {
      setDetails(null);
      return;
    }
    model
      .details(chosen[0])
      .then(found => isCurrent && setDetails(found))
      .catch(error => isCurrent && setProblems(reasons(error)));
    return () => {
      isCurrent = false;
    };
  }, [key, stand]);
  const compare = async () => {
    try {
      // the older one first: what has changed since
      setCompared(await model.compare(runs[1].id, runs[0].id));
    } catch (error) {
      setProblems(reasons(error));
    }
  };
  const isShown = details !== null && details.run.id === chosen[0];
  return (
    <div className="nb2prod-Chosen">
      <div className="nb2prod-buttons">
        <Button
          disabled={runs.length !== 1 || !runs[0].output}
          title={trans.__('Show the executed notebook of the chosen run')}
          onClick={() => actions.open(chosen[0])}
        >
          {trans.__('Open')}
        </Button>
        <Button
          disabled={runs.length !== 2}
          title={trans.__('Show what differs between the two chosen runs')}
          onClick={() => void compare()}
        >
          {trans.__('Compare')}
        </Button>
        <Button
          disabled={runs.length !== 1 || !isShown}
          title={trans.__(
            'Export the notebook with the parameters of the chosen run'
          )}
          onClick={() => details && actions.export(details)}
        >
          {trans.__('Export…')}
        </Button>
      </div>
      {chosen.length === 0 && (
        <p className="nb2prod-hint">
          {trans.__('Choose a run to see all of it, or two to compare them.')}
        </p>
      )}
      <Problems problems={problems} trans={trans} />
      {isShown && <RunDetails details={details} trans={trans} />}
      {compared && <RunsCompared comparison={compared} trans={trans} />}
    </div>
  );
}
