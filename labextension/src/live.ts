import type { NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { IFinding } from './findings';
import type { Job, JobList } from './jobs';
import type { IProblem } from './outline';
import { reasons } from './readiness';
import type { IReadiness } from './tokens';

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
    return this._panel === this._readiness.panel ? this._job : null;
  }

  /** Why it could not be started. */
  get problems(): readonly IProblem[] {
    return this._problems;
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
    if (!panel || !running || this.job?.state === 'running') {
      return;
    }
    this._problems = [];
    try {
      await panel.context.save();
      const path = panel.context.localPath;
      const job = await this._jobs.start({ kind: 'check', path, running });
      this._panel = panel;
      this._job = job;
      job.changed.connect(this._onJob, this);
      this._onJob(job);
    } catch (error) {
      this._problems = reasons(error);
    }
    this._changed.emit();
  }

  async cancel(): Promise<void> {
    if (this._job?.state === 'running') {
      await this._jobs.remove(this._job).catch(() => undefined); // it has ended
    }
  }

  private _onJob(job: Job): void {
    if (job.state === 'done' && this._panel) {
      this._readiness.setLive(this._panel, liveOf(job.result));
    }
    this._changed.emit();
  }

  private _onReadiness(): void {
    if (this._seen !== this._readiness.panel) {
      this._seen = this._readiness.panel;
      this._problems = [];
      this._changed.emit();
    }
  }

  private _job: Job | null = null;
  /** The notebook that it is about. */
  private _panel: NotebookPanel | null = null;
  private _seen: NotebookPanel | null = null;
  private _problems: readonly IProblem[] = [];
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
