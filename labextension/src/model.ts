import type { ICellModel } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import type { ISharedCell } from '@jupyter/ydoc';
import { Debouncer } from '@lumino/polling';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { IOutline, IProblem, ISuggestedOutline } from './outline';
import { ask, Refusal } from './request';
import { giveSections, sectionOf } from './sections';
import type { IGiven, INewCell } from './sections';
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
    void this._greet();
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
    await this._update();
    return this._problems.length > 0 ? null : this._outline;
  }

  async suggest(model = ''): Promise<void> {
    const panel = this._panel;
    if (!panel?.model || this._isSuggesting) {
      return;
    }
    this._isSuggesting = true;
    this._changed.emit();
    try {
      const found = await this._ask<ISuggestedOutline>(panel, true, model);
      if (panel === this._panel) {
        this._suggestion = found;
        this._problems = [];
      }
    } catch (error) {
      this._problems = this._reasons(error);
    } finally {
      this._isSuggesting = false;
      this._changed.emit();
    }
  }

  accept(id?: string): void {
    const suggestion = this._suggestion;
    if (!suggestion || !this._isReady()) {
      return;
    }
    const given: IGiven[] = [];
    for (const each of suggestion.cells) {
      const cell = this._codeCells()[each.index];
      if (
        cell &&
        each.suggestion?.section &&
        sectionOf(cell) === null &&
        (id === undefined || cell.getId() === id)
      ) {
        const { section, options } = each.suggestion;
        given.push({ cell, section, options });
      }
    }
    const built = suggestion.inference;
    let added: INewCell | undefined;
    if (built && (id === undefined || id === BUILT)) {
      const after =
        built.after === null ? undefined : this._codeCells()[built.after];
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
        this._codeCells()[cell.index]?.getId() === id
          ? { ...cell, suggestion: undefined }
          : cell
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
    } catch {
      this._server = 'missing';
    }
    this._changed.emit();
    this._askSoon();
  }

  private _onCurrentChanged(): void {
    const panel = this._tracker.currentWidget;
    if (panel === this._panel) {
      return;
    }
    this._forget();
    this._panel = panel;
    this._list();
    void panel?.context.ready.then(() => {
      if (this._panel === panel && !panel.isDisposed) {
        panel.model?.cells.changed.connect(this._listSoon, this);
        panel.model?.contentChanged.connect(this._askSoon, this);
        this._list();
        this._askSoon();
      }
    });
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
        this._watched.delete(cell);
      }
    });
    this._cells = cells;
    this._changed.emit();
  }

  /** Ask the server what it thinks of the notebook as it is now. */
  private async _update(): Promise<void> {
    const panel = this._panel;
    this._list();
    if (!panel?.model || this._server !== 'present' || !this._isReady()) {
      return;
    }
    try {
      const outline = await this._ask<IOutline>(panel, false, '');
      if (panel === this._panel) {
        this._outline = outline;
        this._problems = [];
      }
    } catch (error) {
      if ((error as Error).name === 'AbortError') {
        return;
      }
      this._problems = this._reasons(error);
    }
    this._changed.emit();
  }

  private async _ask<T>(
    panel: NotebookPanel,
    suggest: boolean,
    model: string
  ): Promise<T> {
    const body = {
      path: panel.context.localPath,
      content: content(panel, suggest),
      suggest,
      model
    };
    return ask<T>('outline', this._settings, body);
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
  private _cells: ReadonlyArray<ISectionCell> = [];
  private _outline: IOutline | null = null;
  private _problems: IProblem[] = [];
  private _suggestion: ISuggestedOutline | null = null;
  private _isSuggesting = false;
  private _server: ServerPart = 'unknown';
  private _watched = new Set<ICellModel>();
  private _changed = new Signal<this, void>(this);
  private _lister = new Debouncer(() => this._list(), LIST_AFTER);
  private _asker = new Debouncer(() => this._update(), ASK_AFTER);
}

/** What stands for the id of the cell that is built, where suggestions are accepted. */
export const BUILT = 'nb2prod-built';

/** The notebook without what the server does not look at: most outputs are large. */
function content(panel: NotebookPanel, withOutputs: boolean): unknown {
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
      const all = withOutputs ? (cell as any).getOutputs() : [];
      return { ...json, execution_count: null, outputs: texts(all) };
    })
  };
}

/** What outputs say in words. */
function texts(outputs: any[]): any[] {
  return outputs
    .map(output => {
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
