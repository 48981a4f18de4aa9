import type { ICellModel } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import type { ISharedCell } from '@jupyter/ydoc';
import { Debouncer } from '@lumino/polling';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { renumbered } from './outline';
import type {
  IOutline,
  IProblem,
  IRunning,
  ISuggestedOutline
} from './outline';
import { painted } from './painted';
import { ask, Refusal } from './request';
import { giveSections, sectionOf } from './sections';
import type { IGiven, INewCell } from './sections';
import { sending } from './sending';
import type { ISectionCell, ISectionModel, ServerPart } from './tokens';

/** Milliseconds of quiet after which the cells are listed again. */
const LIST_AFTER = 50;
/** Milliseconds of quiet after which the server is asked. */
const ASK_AFTER = 700;
/** Characters of printed output of a cell that the server gets to see. */
const MOST_OUTPUT = 20000;

/** The first line of a cell that says something. */
function preview(source: string): string {
  const lines = source.split('\n').map(line => line.trim());
  const first = lines.find(
    line => line && !line.startsWith('#') && !line.startsWith('%%')
  );
  return (first ?? lines.find(line => line) ?? '').slice(0, 120);
}

/** Follows the tracker's current notebook. */
export class SectionModel implements ISectionModel {
  constructor(
    private readonly _tracker: INotebookTracker,
    private readonly _settings: ServerConnection.ISettings,
    private readonly _version: string
  ) {
    _tracker.currentChanged.connect(this._onCurrentChanged, this);
    this._onCurrentChanged();
    void this._greet().then(() => this._askSoon());
  }

  get panel(): NotebookPanel | null {
    return this._panel;
  }

  get cells(): ReadonlyArray<ISectionCell> {
    return this._cells;
  }

  get outline(): IOutline | null {
    return this._outline;
  }

  get problems(): ReadonlyArray<IProblem> {
    return this._problems;
  }

  get suggestion(): ISuggestedOutline | null {
    return this._suggestion;
  }

  get isSuggesting(): boolean {
    return this._isSuggesting;
  }

  get server(): ServerPart {
    return this._server;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  setSection(section: string | null): void {
    const notebook = this._panel?.content;
    if (notebook && this._isReady()) {
      const cells = notebook.selectedCells.map(cell => cell.model.sharedModel);
      this._give(cells.map(cell => ({ cell, section })));
    }
  }

  setSectionOf(id: string, section: string | null): void {
    const cell = this._cellOf(id);
    if (cell && this._isReady()) {
      this._give([{ cell, section }]);
    }
  }

  async latest(): Promise<IOutline | null> {
    const visit = this._visits;
    this._list();
    await this._question(visit);
    const isHere = visit === this._visits && this._problems.length === 0;
    return isHere ? this._outline : null;
  }

  async running(): Promise<IRunning> {
    const panel = this._panel;
    const kernel = panel?.sessionContext.session?.kernel?.id ?? '';
    if (!panel?.model) {
      throw new Error('there is no notebook');
    }
    const body = {
      path: panel.context.localPath,
      content: content(panel),
      kernel
    };
    try {
      return await ask<IRunning>('running', this._settings, body);
    } catch (error) {
      return { problems: this._reasons(error), notes: [] };
    }
  }

  async suggest(model = ''): Promise<void> {
    const panel = this._panel;
    if (!panel?.model || this._isSuggesting) {
      return;
    }
    const visit = this._visits;
    this._isSuggesting = true;
    this._changed.emit();
    let found: ISuggestedOutline | null = null;
    let problems: IProblem[] = [];
    try {
      found = await this._ask<ISuggestedOutline>(panel, true, model);
    } catch (error) {
      problems = this._reasons(error);
    }
    if (visit === this._visits) {
      this._isSuggesting = false;
      this._suggestion = found && renumbered(found, this._ids());
      this._problems = problems;
      this._changed.emit();
    }
  }

  accept(id?: string): void {
    if (!this._suggestion || !this._isReady()) {
      return;
    }
    const suggestion = renumbered(this._suggestion, this._ids());
    const code = this._codeCells();
    const places = new Map(code.map(cell => [cell.getId(), cell]));
    const given: IGiven[] = [];
    for (const each of suggestion.cells) {
      const cell = places.get(each.id);
      if (
        cell &&
        each.suggestion?.section &&
        sectionOf(cell) === null &&
        (id === undefined || each.id === id)
      ) {
        const { section, options } = each.suggestion;
        given.push({ cell, section, options });
      }
    }
    const built = suggestion.inference;
    let added: INewCell | undefined;
    if (built && (id === undefined || id === BUILT)) {
      const after = built.after === null ? undefined : code[built.after];
      added = { source: built.source, section: 'inference', after };
    }
    this._give(given, added);
    this.dismiss(id);
  }

  dismiss(id?: string): void {
    const suggestion = this._suggestion;
    if (!suggestion || id === undefined) {
      this._suggestion = null;
    } else if (id === BUILT) {
      this._suggestion = { ...suggestion, inference: null };
    } else {
      const cells = suggestion.cells.map(cell =>
        cell.id === id ? { ...cell, suggestion: undefined } : cell
      );
      this._suggestion = { ...suggestion, cells };
    }
    this._changed.emit();
  }

  show(id: string): void {
    const notebook = this._panel?.content;
    const at = notebook?.widgets.findIndex(cell => cell.model.id === id) ?? -1;
    if (notebook && at >= 0) {
      notebook.deselectAll();
      notebook.activeCellIndex = at;
      void notebook.scrollToItem(at, 'smart');
    }
  }

  /** Whether cells can be tagged: not before the document is loaded. */
  private _isReady(): boolean {
    return this._panel?.context.isReady ?? false;
  }

  private _give(given: readonly IGiven[], added?: INewCell): void {
    const shared = this._panel?.content.model?.sharedModel;
    if (shared && (given.length > 0 || added)) {
      giveSections(shared, given, added);
    }
  }

  private _codeCells(): ISharedCell[] {
    const cells = this._panel?.content.model?.sharedModel.cells ?? [];
    return cells.filter(cell => cell.cell_type === 'code');
  }

  private _ids(): string[] {
    return this._codeCells().map(cell => cell.getId());
  }

  private _cellOf(id: string): ISharedCell | undefined {
    return this._codeCells().find(cell => cell.getId() === id);
  }

  /** See whether the server has our part, and which version of it. */
  private async _greet(): Promise<void> {
    try {
      const { version } = await ask<{ version: string }>(
        'version',
        this._settings
      );
      this._server = version === this._version ? 'present' : 'other version';
    } catch (error) {
      this._problems = this._reasons(error);
    }
    this._changed.emit();
  }

  private _onCurrentChanged(): void {
    const panel = this._tracker.currentWidget;
    if (panel === this._panel) {
      return;
    }
    this._forget();
    this._panel = panel;
    this._list();
    if (panel) {
      painted(panel)
        .then(() => {
          if (this._panel === panel && !panel.isDisposed) {
            this._isPainted = true;
            panel.model?.cells.changed.connect(this._listSoon, this);
            panel.model?.contentChanged.connect(this._askSoon, this);
            this._list();
            this._askSoon();
          }
        })
        .catch(() => undefined); // it cannot be opened, and JupyterLab says so
    }
  }

  private _forget(): void {
    const old = this._panel;
    if (old && !old.isDisposed && old.model) {
      old.model.cells.changed.disconnect(this._listSoon, this);
      old.model.contentChanged.disconnect(this._askSoon, this);
    }
    this._watched.forEach(cell =>
      cell.metadataChanged.disconnect(this._listSoon, this)
    );
    this._watched.clear();
    this._isPainted = false;
    // Answers that are still to come for it are not waited for any more.
    this._visits++;
    this._isAsking = false;
    this._askAgain = false;
    this._isSuggesting = false;
    this._outline = null;
    this._suggestion = null;
    this._problems = [];
  }

  private _listSoon(): void {
    void this._lister.invoke().catch(() => undefined);
  }

  private _askSoon(): void {
    void this._asker.invoke().catch(() => undefined);
  }

  private _list(): void {
    const cells: ISectionCell[] = [];
    const list = this._panel?.content.model?.cells;
    const present = new Set<ICellModel>();
    let position = 0;
    for (const cell of list ?? []) {
      present.add(cell);
      if (!this._watched.has(cell)) {
        this._watched.add(cell);
        cell.metadataChanged.connect(this._listSoon, this);
      }
      if (cell.type === 'code') {
        cells.push({
          position,
          index: cells.length,
          id: cell.id,
          section: sectionOf(cell.sharedModel),
          preview: preview(cell.sharedModel.getSource())
        });
      }
      position++;
    }
    this._watched.forEach(cell => {
      if (!present.has(cell)) {
        cell.metadataChanged.disconnect(this._listSoon, this);
        this._watched.delete(cell);
      }
    });
    this._cells = cells;
    const ids = cells.map(cell => cell.id);
    this._outline = this._outline && renumbered(this._outline, ids);
    this._suggestion = this._suggestion && renumbered(this._suggestion, ids);
    this._changed.emit();
  }

  /** Ask the server what it thinks of the notebook as it is now. */
  private async _update(): Promise<void> {
    if (!this._isPainted) {
      return;
    }
    this._list();
    if (this._isAsking) {
      // One question at a time: the next one tells of all that has changed.
      this._askAgain = true;
      return;
    }
    const visit = this._visits;
    this._isAsking = true;
    try {
      await this._question(visit);
    } finally {
      if (visit === this._visits) {
        this._isAsking = false;
        if (this._askAgain) {
          this._askAgain = false;
          this._askSoon();
        }
      }
    }
  }

  private async _question(visit: number): Promise<void> {
    const panel = this._panel;
    if (this._server === 'unknown') {
      await this._greet();
    }
    if (!panel?.model || this._server !== 'present' || !this._isReady()) {
      return;
    }
    const number = ++this._asked;
    let found = this._outline;
    let problems: IProblem[] = [];
    try {
      found = await this._ask<IOutline>(panel, false, '');
    } catch (error) {
      problems = this._reasons(error);
    }
    if (visit === this._visits && number > this._answered) {
      this._answered = number;
      this._outline = found && renumbered(found, this._ids());
      this._problems = problems;
      this._changed.emit();
    }
  }

  private async _ask<T extends IOutline>(
    panel: NotebookPanel,
    suggest: boolean,
    model: string
  ): Promise<T> {
    const body = {
      path: panel.context.localPath,
      content: suggest ? content(panel) : sending.text(panel.model!),
      suggest,
      model
    };
    const ids = this._ids();
    const found = await ask<T>('outline', this._settings, body);
    // Cells may have moved meanwhile, and ids that files cannot have are changed there.
    const cells = found.cells.map(cell => ({ ...cell, id: ids[cell.index] }));
    return { ...found, cells };
  }

  private _reasons(error: unknown): IProblem[] {
    if (error instanceof Refusal) {
      if (error.problems.length > 0) {
        return [...error.problems];
      }
      if (error.isMissing) {
        this._server = 'missing';
        return [];
      }
    }
    const what = error instanceof Error ? error.message : String(error);
    return [{ what, where: '', remedy: '' }];
  }

  private _panel: NotebookPanel | null = null;
  private _isPainted = false;
  private _cells: ReadonlyArray<ISectionCell> = [];
  private _outline: IOutline | null = null;
  private _problems: IProblem[] = [];
  private _suggestion: ISuggestedOutline | null = null;
  private _isSuggesting = false;
  /** Counts the notebooks: an answer for one before this is dropped. */
  private _visits = 0;
  /** Number the questions: an answer to one before the last answered is dropped. */
  private _asked = 0;
  private _answered = 0;
  private _isAsking = false;
  private _askAgain = false;
  private _server: ServerPart = 'unknown';
  private _watched = new Set<ICellModel>();
  private _changed = new Signal<this, void>(this);
  private _lister = new Debouncer(() => this._list(), LIST_AFTER);
  private _asker = new Debouncer(() => this._update(), ASK_AFTER);
}

/** What stands for the id of the cell that is built, where suggestions are accepted. */
export const BUILT = 'nb2prod-built';

/** The notebook without what the server does not look at: most outputs are large. */
function content(panel: NotebookPanel): unknown {
  const shared = panel.content.model!.sharedModel;
  return {
    nbformat: 4,
    nbformat_minor: shared.nbformat_minor,
    metadata: shared.metadata,
    cells: shared.cells.map(cell => {
      const json = {
        cell_type: cell.cell_type,
        id: cell.getId(),
        metadata: cell.getMetadata(),
        source: cell.getSource()
      };
      if (cell.cell_type !== 'code') {
        return json;
      }
      const all = (cell as any).getOutputs();
      const count = (cell as any).execution_count ?? null;
      return { ...json, execution_count: count, outputs: texts(all) };
    })
  };
}

/** What outputs say in words. */
function texts(outputs: any[]): any[] {
  return outputs
    .map(output => {
      if (output.output_type === 'error') {
        const { ename, evalue } = output;
        return { output_type: 'error', ename, evalue, traceback: [] };
      }
      const data = output.data?.['text/plain'];
      const text = output.text ?? data;
      const plain = (
        Array.isArray(text) ? text.join('') : String(text ?? '')
      ).slice(0, MOST_OUTPUT);
      return output.output_type === 'stream'
        ? { output_type: 'stream', name: output.name, text: plain }
        : {
            output_type: 'display_data',
            metadata: {},
            data: { 'text/plain': plain }
          };
    })
    .slice(0, 50);
}
