import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import { Debouncer } from '@lumino/polling';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { Job, JobList } from './jobs';
import type { IProblem } from './outline';
import { isOutput } from './outputs';
import { painted } from './painted';
import { reasons } from './readiness';
import { ask } from './request';
import { isOpen, NO_RUNS, NOTHING_TYPED, orderOf, valuesOf } from './runs';
import type { IComparison, IRunDetails, IRunForm, IRuns, ITyped } from './runs';
import { sending } from './sending';
import type { ISectionModel } from './tokens';

/** Milliseconds of quiet after which the server is asked what is wrong with what was typed. */
export const ASK_AFTER = 300;
/** Milliseconds after which the runs are looked at again while some are not over, and while all are. */
export const SOON = 1000;
export const LATE = 15_000;

/** Follows the runs of the current notebook: what it can be run with, and what its ledger knows. */
export class RunModel {
  constructor(
    private readonly _sections: ISectionModel,
    private readonly _jobs: JobList,
    private readonly _settings: ServerConnection.ISettings
  ) {
    _sections.changed.connect(this._onSections, this);
    _jobs.changed.connect(this._onJobs, this);
    this._onSections();
  }

  /** The notebook that is run; that of the runs, where what one of them has shown is looked at. */
  get panel(): NotebookPanel | null {
    return this._panel;
  }

  get path(): string {
    return this._panel?.context.localPath ?? '';
  }

  get server(): ISectionModel['server'] {
    return this._sections.server;
  }

  /** What the notebook can be run with; `null` as long as the server has not said it. */
  get form(): IRunForm | null {
    return this._form;
  }

  get typed(): ITyped {
    return this._typed.get(this.path) ?? NOTHING_TYPED;
  }

  /** Counts how often what was typed has been set to something else than by typing it. */
  get revision(): number {
    return this._revision;
  }

  get runs(): IRuns {
    return this._runs;
  }

  /** Why something cannot be done: the notebook cannot be read, its ledger not be opened, a run not be begun. */
  get problems(): readonly IProblem[] {
    return [...this._refused, ...this._unread, ...this._unlisted];
  }

  /** The runs and sweeps of the notebook that are jobs, the newest first. */
  get jobs(): readonly Job[] {
    return this._jobs.jobs.filter(
      ({ facts }) =>
        (facts.kind === 'run' || facts.kind === 'sweep') &&
        facts.path === this.path
    );
  }

  get isStarting(): boolean {
    return this._isStarting;
  }

  /** The runs that are chosen, by their identifiers. */
  get chosen(): readonly string[] {
    return this._chosen.filter(id =>
      this._runs.runs.some(run => run.id === id)
    );
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Have the server asked while this is so, and at most so many runs be listed. */
  watch(isLooking: () => boolean, most: () => number): void {
    this._isLooking = isLooking;
    this._most = most;
  }

  /** Somebody looks again: ask for everything. */
  wake(): void {
    if (this._isPainted) {
      void this._askForm();
      void this.refresh();
    }
  }

  /** Take in what somebody types or chooses in the form. */
  type(change: Partial<ITyped>, isTyped = true): void {
    this._typed.set(this.path, { ...this.typed, ...change });
    this._revision += isTyped ? 0 : 1;
    this._refused = [];
    this._askSoon();
    this._changed.emit();
  }

  choose(id: string, isChosen: boolean): void {
    const others = this._chosen.filter(other => other !== id);
    this._chosen = isChosen ? [...others, id] : others;
    this._changed.emit();
  }

  /** Save the notebook and have it run with what was typed. */
  async start(): Promise<Job | null> {
    const panel = this._panel;
    if (!panel || this._isStarting) {
      return null;
    }
    this._isStarting = true;
    this._refused = [];
    this._changed.emit();
    try {
      await panel.context.save();
      return await this._jobs.start(orderOf(this.path, this.typed));
    } catch (error) {
      this._refused = reasons(error);
      return null;
    } finally {
      this._isStarting = false;
      this._changed.emit();
      void this.refresh();
    }
  }

  /** Cancel a job that runs, as Ctrl-C does; forget one that has ended. */
  async remove(job: Job): Promise<void> {
    try {
      await this._jobs.remove(job);
    } catch (error) {
      this._refused = reasons(error);
    }
    this._changed.emit();
  }

  /** All that is known of a run. Rejects with the server's refusal. */
  async details(id: string): Promise<IRunDetails> {
    return ask<IRunDetails>(this._address(id), this._settings);
  }

  /** What differs between two runs. Rejects with the server's refusal. */
  async compare(one: string, other: string): Promise<IComparison> {
    const path = this._address(`${one}/with/${other}`);
    return ask<IComparison>(path, this._settings);
  }

  /** Ask for the runs as they stand, and again after a while, as long as somebody looks. */
  async refresh(): Promise<void> {
    clearTimeout(this._timer);
    const panel = this._panel;
    if (!panel || this.server !== 'present' || !this._isLooking()) {
      return;
    }
    const number = ++this._asked;
    try {
      const path = `${this._address('')}&limit=${this._most()}`;
      const runs = await ask<IRuns>(path, this._settings);
      if (number !== this._asked) {
        return;
      }
      this._runs = runs;
      this._unlisted = [];
    } catch (error) {
      if (number !== this._asked) {
        return;
      }
      this._unlisted = reasons(error);
    }
    this._changed.emit();
    const isLive =
      this._runs.runs.some(isOpen) ||
      this.jobs.some(job => job.state === 'running');
    clearTimeout(this._timer);
    this._timer = setTimeout(() => void this.refresh(), isLive ? SOON : LATE);
  }

  private _address(rest: string): string {
    const where = rest ? `runs/${rest}` : 'runs';
    return `${where}?path=${encodeURIComponent(this.path)}`;
  }

  private _onSections(): void {
    const panel = this._sections.panel;
    const isNew = panel !== this._panel && !isOutput(panel?.context.path ?? '');
    if (isNew || this._panel?.isDisposed) {
      this._forget();
      this._panel = isNew ? panel : null;
      if (this._panel) {
        this._onceShown(this._panel);
      }
      this._changed.emit();
    }
    if (this._server !== this.server) {
      this._server = this.server;
      this.wake();
      this._changed.emit();
    }
  }

  private _onceShown(panel: NotebookPanel): void {
    painted(panel)
      .then(() => {
        if (this._panel === panel && !panel.isDisposed) {
          this._isPainted = true;
          panel.model?.contentChanged.connect(this._askSoon, this);
          this.wake();
        }
      })
      .catch(() => undefined); // it cannot be opened, and JupyterLab says so
  }

  private _forget(): void {
    const old = this._panel;
    if (old && !old.isDisposed && old.model) {
      old.model.contentChanged.disconnect(this._askSoon, this);
    }
    clearTimeout(this._timer);
    this._isPainted = false;
    // Answers that are still to come for it are not waited for any more.
    this._asked++;
    this._formsAsked++;
    this._form = null;
    this._runs = NO_RUNS;
    this._chosen = [];
    this._refused = this._unread = this._unlisted = [];
    this._revision++;
  }

  private _onJobs(): void {
    const jobs = new Set(this._jobs.jobs);
    for (const job of this.jobs) {
      if (!this._followed.has(job)) {
        this._followed.add(job);
        job.changed.connect(this._onJob, this);
      }
    }
    this._followed.forEach(job => {
      if (!jobs.has(job)) {
        job.changed.disconnect(this._onJob, this);
        this._followed.delete(job);
      }
    });
    this._changed.emit();
  }

  private _onJob(job: Job): void {
    this._changed.emit();
    if (job.state !== 'running') {
      void this.refresh();
    }
  }

  private _askSoon(): void {
    void this._asker.invoke().catch(() => undefined);
  }

  /** Ask what the notebook can be run with, and what is wrong with what was typed. */
  private async _askForm(): Promise<void> {
    const model = this._panel?.model;
    if (!model || this.server !== 'present' || !this._isLooking()) {
      return;
    }
    const number = ++this._formsAsked;
    const { isSweep, vary, random } = this.typed;
    const body = {
      path: this.path,
      content: sending.content(model),
      parameters: valuesOf(this.typed),
      vary: isSweep ? vary : {},
      number: isSweep ? random : 0
    };
    let form: IRunForm | null = null;
    let problems: IProblem[] = [];
    try {
      form = await ask<IRunForm>('runs/form', this._settings, body);
    } catch (error) {
      problems = reasons(error);
    }
    if (number === this._formsAsked) {
      this._form = form ?? this._form;
      this._unread = problems;
      this._changed.emit();
    }
  }

  private _panel: NotebookPanel | null = null;
  private _isPainted = false;
  private _server: ISectionModel['server'] = 'unknown';
  private _form: IRunForm | null = null;
  private _runs: IRuns = NO_RUNS;
  private _chosen: string[] = [];
  private _typed = new Map<string, ITyped>();
  private _revision = 0;
  private _isStarting = false;
  /** Why a run was not begun, no form made, no run listed. */
  private _refused: IProblem[] = [];
  private _unread: IProblem[] = [];
  private _unlisted: IProblem[] = [];
  /** Number the questions: an answer to one before the last is dropped. */
  private _asked = 0;
  private _formsAsked = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _followed = new Set<Job>();
  private _isLooking = () => true;
  private _most = () => 50;
  private _changed = new Signal<this, void>(this);
  private _asker = new Debouncer(() => this._askForm(), ASK_AFTER);
}
