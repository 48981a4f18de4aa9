import type { NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { askedOf } from './findings';
import type { IAsked, IFinding } from './findings';
import type { Job, JobList } from './jobs';
import type { IProblem } from './outline';
import { reasons } from './readiness';
import type { IReadiness } from './tokens';

/** The last check of a notebook. */
interface ICheck {
  job: Job | null;
  /** Why the one after it could not be started. */
  problems: readonly IProblem[];
}

const NONE: ICheck = { job: null, problems: [] };

/** Looks at the objects of the current notebook's kernel, as a job of the server's. */
export class LiveCheck {
  constructor(
    private readonly _jobs: JobList,
    private readonly _readiness: IReadiness
  ) {
    _readiness.changed.connect(() => this._onReadiness());
  }

  /** The check of the current notebook: one that runs, or how the last one ended. */
  get job(): Job | null {
    return this._check.job;
  }

  /** Why it could not be started. */
  get problems(): readonly IProblem[] {
    return this._check.problems;
  }

  /** Whether a check of the current notebook runs, or is just being asked for. */
  get isAtWork(): boolean {
    const { panel } = this._readiness;
    return (
      this.job?.state === 'running' || (!!panel && this._starting.has(panel))
    );
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The id of the kernel that would be asked; `null` where none runs. */
  get kernel(): string | null {
    return this._readiness.panel?.sessionContext.session?.kernel?.id ?? null;
  }

  /** Save the notebook and ask its kernel. */
  async start(): Promise<void> {
    const panel = this._readiness.panel;
    const running = this.kernel;
    const { job } = this._check;
    if (!panel?.model || !running || this.isAtWork) {
      return;
    }
    this._checks.set(panel, { job, problems: [] });
    this._starting.add(panel);
    this._changed.emit();
    try {
      const asked = askedOf(panel.model.sharedModel);
      await panel.context.save();
      const path = panel.context.localPath;
      const started = await this._jobs.start({ kind: 'check', path, running });
      this._checks.set(panel, { job: started, problems: [] });
      this._follow(panel, started, asked);
    } catch (error) {
      this._checks.set(panel, { job, problems: reasons(error) });
    } finally {
      this._starting.delete(panel);
    }
    this._changed.emit();
  }

  async cancel(): Promise<void> {
    const { job } = this._check;
    if (job?.state === 'running') {
      await this._jobs.remove(job).catch(() => undefined); // it has ended
    }
  }

  /** Wait for what a job finds in a notebook, the code cells of which were those when it was asked. */
  private _follow(
    panel: NotebookPanel,
    job: Job,
    asked: readonly IAsked[]
  ): void {
    const onJob = () => {
      if (job.state !== 'running') {
        job.changed.disconnect(onJob);
      }
      if (job.state === 'done' && this._checks.get(panel)?.job === job) {
        this._readiness.setLive(panel, liveOf(job.result), asked);
      }
      this._changed.emit();
    };
    job.changed.connect(onJob);
    onJob();
  }

  private _onReadiness(): void {
    if (this._seen !== this._readiness.panel) {
      this._seen = this._readiness.panel;
      this._changed.emit();
    }
  }

  /** That of the current notebook. */
  private get _check(): ICheck {
    const panel = this._readiness.panel;
    return (panel && this._checks.get(panel)) ?? NONE;
  }

  private _checks = new WeakMap<NotebookPanel, ICheck>();
  private _starting = new WeakSet<NotebookPanel>();
  private _seen: NotebookPanel | null = null;
  private _changed = new Signal<this, void>(this);
}

/** What only objects can tell, of all that a check with a kernel has found. */
export function liveOf(result: any): IFinding[] {
  const notebook = result?.notebooks?.[0];
  const looked = new Set(
    (notebook?.checks ?? []).map((each: any) => each.name)
  );
  return (notebook?.findings ?? [])
    .filter((each: any) => looked.has(each.name))
    .map((each: any) => ({ ...each, live: true }));
}
