import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { gravest } from '../findings';
import { SIGNS } from '../marks';
import type { IReadiness } from '../tokens';
import { countWords, whyNot } from '../words';

/** The notebook toolbar's badge: how many findings of the gravest kind there are. */
export class Badge extends Widget {
  constructor(
    private readonly _notebook: NotebookPanel,
    private readonly _readiness: IReadiness,
    private readonly _open: () => void,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('nb2prod-Badge');
    this._button = document.createElement('button');
    this._button.type = 'button';
    this.node.appendChild(this._button);
    this._button.addEventListener('click', this);
    _readiness.changed.connect(this._show, this);
    this._show();
  }

  handleEvent(): void {
    this._open();
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._button.removeEventListener('click', this);
      this._readiness.changed.disconnect(this._show, this);
    }
    super.dispose();
  }

  protected onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._readiness.wake();
  }

  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._readiness.wake();
  }

  private _show(): void {
    // Of another notebook nothing new is known: what was shown stays.
    if (this._readiness.panel === this._notebook || !this._button.title) {
      const [text, kind, words] = this._state();
      this._button.textContent = text;
      this._button.dataset.nb2prodKind = kind;
      this._button.title = words;
      this._button.setAttribute('aria-label', words);
    }
  }

  /** What stands in it, how it looks, and what it says. */
  private _state(): [string, string, string] {
    const { _readiness: readiness, _trans: trans } = this;
    const { found } = readiness;
    const says = (words: string) => trans.__('Readiness: %1', words);
    switch (readiness.panel === this._notebook ? readiness.state : 'reading') {
      case 'no server':
        return ['–', 'none', says(whyNot(readiness, trans) ?? '')];
      case 'refused':
        return ['–', 'none', says(readiness.problems[0].what)];
      case 'found': {
        const worst = gravest(found.counts);
        return worst
          ? [
              `${SIGNS[worst]} ${found.counts[worst]}`,
              worst,
              says(countWords(found.counts, trans))
            ]
          : ['✓', 'good', says(trans.__('nothing found'))];
      }
      default:
        return ['…', 'none', says(trans.__('reading the notebook'))];
    }
  }

  private readonly _button: HTMLButtonElement;
}
