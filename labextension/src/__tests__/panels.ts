import { NotebookModel } from '@jupyterlab/notebook';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { NBTestUtils } from '@jupyterlab/notebook/lib/testutils';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';

import { document } from './making';
import type { Written } from './making';

/** An open notebook: JupyterLab's own model and widget, in a document that is ready when the test says so. */
export class Open {
  constructor(
    readonly path: string,
    ...cells: Written[]
  ) {
    this.model = new NotebookModel({ disableDocumentWideUndoRedo: true });
    this.notebook = NBTestUtils.createNotebook();
    this.notebook.model = this.model;
    this.model.fromJSON(document(cells));
    this.model.sharedModel.clearUndoHistory();
    const isReady = () => this._isReady;
    this.panel = {
      isDisposed: false,
      model: this.model,
      content: this.notebook,
      sessionContext: { session: null },
      context: {
        ready: this._ready.promise,
        localPath: path,
        get isReady() {
          return isReady();
        }
      }
    } as unknown as NotebookPanel;
  }

  readonly model: NotebookModel;
  readonly notebook: NotebookPanel['content'];
  readonly panel: NotebookPanel;

  /** The document is loaded. */
  load(): this {
    this._isReady = true;
    this._ready.resolve();
    return this;
  }

  fail(): void {
    this._ready.reject(new Error('cannot be opened'));
  }

  /** Close it, as the person does. */
  close(): void {
    (this.panel as any).isDisposed = true;
    this.notebook.dispose();
    this.model.dispose();
  }

  private _isReady = false;
  private _ready = new PromiseDelegate<void>();
}

/** What JupyterLab's tracker tells: which notebook is the current one. */
export class Tracker {
  currentWidget: NotebookPanel | null = null;
  readonly currentChanged = new Signal<this, NotebookPanel | null>(this);

  show(open: Open | null): void {
    this.currentWidget = open?.panel ?? null;
    this.currentChanged.emit(this.currentWidget);
  }

  get real(): INotebookTracker {
    return this as unknown as INotebookTracker;
  }
}
