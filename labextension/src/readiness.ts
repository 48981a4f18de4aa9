import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import type { ISharedCell } from '@jupyter/ydoc';
import { JSONExt } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import {
  applyFix,
  askedOf,
  counted,
  isUntouched,
  setIgnored
} from './findings';
import type {
  IAsked,
  IFinding,
  IFix,
  IFound,
  IIgnored,
  IRule
} from './findings';
import type { IProblem } from './outline';
import { painted } from './painted';
import { ask, Refusal } from './request';
import { sending } from './sending';
import type { IReadiness, ISectionModel, ReadinessState } from './tokens';

/** Milliseconds of quiet after which the server is asked. */
export const ASK_AFTER = 150;
/** The same where the last answer took no longer than `FAST`. */
export const ASK_SOONER = 100;
export const FAST = 300;
/** Milliseconds after which it is asked although there is no quiet, as while a cell prints. */
export const ASK_AT_LAST = 5000;

const NOTHING: IFound = {
  findings: [],
  counts: { error: 0, warning: 0, advice: 0 },
  ignored: [],
  score: null
};

/** Follows what stands between the current notebook and production. */
export class Readiness implements IReadiness {
  constructor(
    private readonly _tracker: INotebookTracker,
    private readonly _model: ISectionModel,
    private readonly _settings: ServerConnection.ISettings
  ) {
    _tracker.currentChanged.connect(this._onCurrentChanged, this);
    _model.changed.connect(this._onServer, this);
    this._onCurrentChanged();
  }

  get panel(): NotebookPanel | null {
    return this._panel;
  }

  get server(): ISectionModel['server'] {
    return this._model.server;
  }

  get state(): ReadinessState {
    if (!this._panel) {
      return 'no notebook';
    }
    if (this.server === 'missing' || this.server === 'other version') {
      return 'no server';
    }
    if (this._problems.length > 0) {
      return 'refused';
    }
    return this._found ? 'found' : 'reading';
  }

  get found(): IFound {
    const found = this._found ?? NOTHING;
    const live = this._panel && this._live.get(this._panel);
    if (!live?.length || !this._found) {
      return found;
    }
    const known = new Set(found.findings.map(each => each.fingerprint));
    const more = live
      .filter(({ finding }) => !known.has(finding.fingerprint))
      .map(({ finding }) => finding);
    const findings = [...found.findings, ...more];
    return { ...found, findings, counts: counted(findings) };
  }

  get problems(): ReadonlyArray<IProblem> {
    return this._problems;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  watch(isLooking: () => boolean): void {
    this._looking.push(isLooking);
  }

  wake(): void {
    if (this._isStale) {
      this._askSoon();
    }
  }

  async goTo(id: string, line: number | null): Promise<void> {
    const notebook = this._panel?.content;
    const at = notebook?.widgets.findIndex(cell => cell.model.id === id) ?? -1;
    if (!notebook || at < 0) {
      return;
    }
    const cell = notebook.widgets[at];
    notebook.deselectAll();
    notebook.activeCellIndex = at;
    cell.inputHidden = false;
    await notebook.scrollToItem(at, 'smart');
    await cell.ready;
    const source = cell.model.sharedModel.getSource().split('\n');
    if (line === null || !cell.editor || line > source.length) {
      notebook.mode = 'command';
      notebook.activate();
      return;
    }
    notebook.mode = 'edit';
    const column = source[line - 1].search(/\S|$/);
    cell.editor.setCursorPosition({ line: line - 1, column });
    cell.editor.focus();
  }

  async explain(code: string): Promise<IRule> {
    const known = this._rules.get(code);
    if (known) {
      return known;
    }
    const path = `rules/${encodeURIComponent(code)}`;
    const rule = await ask<IRule>(path, this._settings);
    this._rules.set(code, rule);
    return rule;
  }

  async fixOf(finding: IFinding | null): Promise<IFix> {
    return (await this._askFix(finding)).fix;
  }

  async mend(finding: IFinding | null, shown: IFix): Promise<IFix | null> {
    const panel = this._panel;
    const { fix, asked } = await this._askFix(finding);
    const shared = panel?.model?.sharedModel;
    const isSame = JSONExt.deepEqual(fix as any, shown as any);
    if (!shared || panel !== this._panel || !isSame) {
      return fix;
    }
    if (!isUntouched(shared, fix, asked)) {
      return fix;
    }
    this._edits++;
    applyFix(shared, fix, asked);
    this._askSoon();
    return null;
  }

  setIgnored(
    { code, cell }: Pick<IIgnored, 'code' | 'cell'>,
    isIgnored: boolean
  ): void {
    const shared = this._panel?.model?.sharedModel;
    const target = cell === null ? null : codeCells(this._panel)[cell];
    if (!shared || target === undefined || !this._panel?.context.isReady) {
      return;
    }
    this._edits++;
    setIgnored(shared, target, code, isIgnored);
    const isHit = (each: IFinding) =>
      each.code === code && (cell === null || each.cell === cell);
    if (isIgnored && this._found) {
      const findings = this._found.findings.filter(each => !isHit(each));
      const counts = counted(findings);
      this._found = { ...this._found, findings, counts };
      const live = this._live.get(this._panel) ?? [];
      this._live.set(
        this._panel,
        live.filter(({ finding }) => !isHit(finding))
      );
      this._changed.emit();
    }
    this._askSoon();
  }

  setLive(
    panel: NotebookPanel,
    findings: readonly IFinding[],
    asked: readonly IAsked[]
  ): void {
    if (panel.isDisposed) {
      return;
    }
    const live = findings.map(finding => {
      const then = finding.cell === null ? undefined : asked[finding.cell];
      return {
        // Ids that files cannot have are changed on the other side.
        finding: { ...finding, id: then?.cell.getId() ?? null },
        source: then?.source
      };
    });
    this._live.set(panel, live);
    this._reviewLive(panel);
    if (panel === this._panel) {
      this._changed.emit();
    }
  }

  /** Forget what was found in objects of cells that are others now, and follow those that have moved. */
  private _reviewLive(panel: NotebookPanel): void {
    const cells = codeCells(panel);
    const live = this._live.get(panel) ?? [];
    const left = live.flatMap(({ finding, source }) => {
      if (finding.cell === null) {
        return [{ finding, source }];
      }
      const at = cells.findIndex(each => each.getId() === finding.id);
      return at >= 0 && cells[at].getSource() === source
        ? [{ finding: { ...finding, cell: at }, source }]
        : [];
    });
    this._live.set(panel, left);
  }

  /** Ask how to mend a finding, or all; with the cells as they are at this moment. */
  private async _askFix(finding: IFinding | null) {
    const panel = this._panel;
    if (!panel?.model) {
      throw new Error('there is no notebook');
    }
    const shared = panel.model.sharedModel;
    const asked = askedOf(shared);
    const told = finding && {
      code: finding.code,
      cell: finding.cell === null ? null : finding.id,
      line: finding.line ?? 0,
      what: finding.what
    };
    const body = {
      path: panel.context.localPath,
      content: panel.model.toJSON(),
      finding: told
    };
    return { fix: await ask<IFix>('fix', this._settings, body), asked };
  }

  private _onServer(): void {
    if (this._model.server !== this._seenServer) {
      this._seenServer = this._model.server;
      this._changed.emit();
      this._askSoon();
    }
  }

  private _onCurrentChanged(): void {
    const panel = this._tracker.currentWidget;
    if (panel === this._panel) {
      return;
    }
    const old = this._panel;
    if (old && !old.isDisposed) {
      old.model?.contentChanged.disconnect(this._askSoon, this);
    }
    this._panel = panel;
    this._isPainted = false;
    this._visits++;
    this._found = null;
    this._problems = [];
    this._isAsking = false;
    this._askAgain = false;
    this._changed.emit();
    if (panel) {
      painted(panel)
        .then(() => {
          if (this._panel === panel && !panel.isDisposed) {
            this._isPainted = true;
            panel.model?.contentChanged.connect(this._askSoon, this);
            this._askSoon();
          }
        })
        .catch(() => undefined); // it cannot be opened, and JupyterLab says so
    }
  }

  private _askSoon(): void {
    this._edited = Date.now();
    this._isStale = true;
    this._since ??= this._edited;
    this._askOnceQuiet();
  }

  private _askOnceQuiet(): void {
    const now = Date.now();
    const quiet = this._took <= FAST ? ASK_SOONER : ASK_AFTER;
    const latest = (this._since ?? now) + ASK_AT_LAST;
    clearTimeout(this._timer);
    this._timer = window.setTimeout(
      () => void this._update(),
      Math.max(0, Math.min(this._edited + quiet, latest) - now)
    );
  }

  /** Ask what is found now, one question at a time, and only while somebody looks. */
  private async _update(): Promise<void> {
    this._since = null;
    if (this._isAsking) {
      this._askAgain = true;
      return;
    }
    const panel = this._panel;
    const isReady = panel?.model && this._isPainted;
    const isLooked = this._looking.some(isLooking => isLooking());
    if (!isReady || this.server !== 'present' || !isLooked) {
      return;
    }
    const visit = this._visits;
    const began = Date.now();
    this._isAsking = true;
    this._isStale = false;
    try {
      await this._question(panel, visit);
    } finally {
      if (visit === this._visits) {
        this._took = Date.now() - began;
        this._isAsking = false;
        if (this._askAgain) {
          this._askAgain = false;
          this._isStale = true;
          this._askOnceQuiet();
        }
      }
    }
  }

  private async _question(panel: NotebookPanel, visit: number): Promise<void> {
    const edits = this._edits;
    const cells = codeCells(panel);
    const sources = cells.map(cell => cell.getSource());
    const body = {
      path: panel.context.localPath,
      content: sending.content(panel.model!)
    };
    let found: IFound | null = null;
    let problems: IProblem[] = [];
    try {
      found = await ask<IFound>('findings', this._settings, body);
    } catch (error) {
      problems = reasons(error);
    }
    if (visit !== this._visits) {
      return;
    }
    const now = codeCells(panel);
    const isSame =
      edits === this._edits &&
      now.length === cells.length &&
      now.every((cell, at) => cell === cells[at]) &&
      now.every((cell, at) => cell.getSource() === sources[at]);
    if (!isSame) {
      // Places may be others now; the next answer is on its way.
      this._askAgain = true;
      return;
    }
    const ids = cells.map(cell => cell.getId());
    // Ids that files cannot have are changed on the other side.
    const findings = found?.findings.map(each =>
      each.cell === null ? each : { ...each, id: ids[each.cell] }
    );
    this._found = found && findings ? { ...found, findings } : null;
    this._reviewLive(panel);
    this._problems = problems;
    this._changed.emit();
  }

  private _panel: NotebookPanel | null = null;
  private _isPainted = false;
  private _found: IFound | null = null;
  /** What was found in objects, and the source of its cell when they were asked about. */
  private _live = new WeakMap<
    NotebookPanel,
    { finding: IFinding; source?: string }[]
  >();
  private _problems: IProblem[] = [];
  private _seenServer: ISectionModel['server'] = 'unknown';
  private _rules = new Map<string, IRule>();
  private _looking: (() => boolean)[] = [];
  /** Counts the notebooks: an answer for one before this is dropped. */
  private _visits = 0;
  /** Counts what was done from here: an answer from before is dropped. */
  private _edits = 0;
  private _isAsking = false;
  private _askAgain = false;
  private _isStale = false;
  /** When the first change was that nobody has been asked about. */
  private _since: number | null = null;
  /** When the last change was. */
  private _edited = 0;
  /** Milliseconds that the last answer took. */
  private _took = 0;
  private _timer = 0;
  private _changed = new Signal<this, void>(this);
}

function codeCells(panel: NotebookPanel | null): ISharedCell[] {
  const cells = panel?.model?.sharedModel.cells ?? [];
  return cells.filter(cell => cell.cell_type === 'code');
}

/** Why the server has found nothing. */
export function reasons(error: unknown): IProblem[] {
  if (error instanceof Refusal && error.problems.length > 0) {
    return [...error.problems];
  }
  const what = error instanceof Error ? error.message : String(error);
  return [{ what, where: '', remedy: '' }];
}
