import type { ICellModel } from '@jupyterlab/cells';
import type { INotebookModel } from '@jupyterlab/notebook';

/** Characters of each text of an output that the server gets to see. */
export const MOST_TEXT = 20000;
/** Kinds of output that are read; of others only their length is. */
const READ = /^text\/|json$/;

/** What a text is sent as: the number of characters that are left out stands in a list for them. */
function short(text: string, isRead: boolean): unknown {
  const kept = isRead ? MOST_TEXT : 0;
  return text.length <= kept
    ? text
    : [text.slice(0, kept), text.length - kept].filter(part => part !== '');
}

function joined(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  return Array.isArray(value) && value.every(each => typeof each === 'string')
    ? value.join('')
    : JSON.stringify(value);
}

/** An output without pictures and the rest of long texts; see `whole` in Python. */
export function shortened(output: any): any {
  const found = { ...output };
  if (output.text !== undefined) {
    found.text = short(joined(output.text), true);
  }
  if (output.data) {
    found.data = Object.fromEntries(
      Object.entries(output.data).map(([kind, value]) => [
        kind,
        short(joined(value), READ.test(kind))
      ])
    );
  }
  return found;
}

/** A notebook as it is sent to be looked at; cells that have not changed are not looked through again. */
class Sending {
  /** The notebook, without what nothing is found in. */
  content(model: INotebookModel): any {
    const shared = model.sharedModel;
    return {
      nbformat: 4,
      nbformat_minor: shared.nbformat_minor,
      metadata: shared.metadata,
      cells: [...model.cells].map(cell => this._cell(cell))
    };
  }

  /** The same without any outputs. */
  text(model: INotebookModel): any {
    const found = this.content(model);
    const cells = found.cells.map((cell: any) =>
      cell.outputs ? { ...cell, outputs: [] } : cell
    );
    return { ...found, cells };
  }

  private _cell(cell: ICellModel): any {
    const known = this._known.get(cell);
    if (known) {
      return known;
    }
    if (!this._followed.has(cell)) {
      this._followed.add(cell);
      cell.contentChanged.connect(this._forget, this);
      cell.stateChanged.connect(this._forget, this);
      cell.metadataChanged.connect(this._forget, this);
    }
    const shared = cell.sharedModel;
    const json: any = {
      cell_type: cell.type,
      id: shared.getId(),
      metadata: shared.getMetadata(),
      source: shared.getSource()
    };
    if (cell.type === 'code') {
      json.execution_count = (shared as any).execution_count ?? null;
      json.outputs = (shared as any).getOutputs().map(shortened);
    }
    this._known.set(cell, json);
    return json;
  }

  private _forget(cell: ICellModel): void {
    this._known.delete(cell);
  }

  private _known = new WeakMap<ICellModel, any>();
  private _followed = new WeakSet<ICellModel>();
}

/** One for all that ask: what one of them has looked through, another need not. */
export const sending = new Sending();
