import type { Cell } from '@jupyterlab/cells';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { CHOICES, sectionOf } from '../sections';
import { sectionHelp, sectionName } from '../words';

/** The cell toolbar's section picker: narrow, or JupyterLab hides the whole toolbar. */
export class SectionPicker extends Widget {
  constructor(
    private readonly _cell: Cell,
    private readonly _pick: (section: string | null) => void,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('nb2prod-SectionPicker');
    this._select = document.createElement('select');
    this._select.setAttribute(
      'aria-label',
      this._trans.__('Section of the cell')
    );
    for (const choice of ['', ...CHOICES]) {
      const option = document.createElement('option');
      option.value = choice;
      option.text = sectionName(choice || null, this._trans);
      option.title = sectionHelp(choice || null, this._trans);
      this._select.add(option);
    }
    this.node.appendChild(this._select);
    this._select.addEventListener('change', this);
    this._select.addEventListener('keydown', this);
    this._cell.model.metadataChanged.connect(this._show, this);
    this._show();
  }

  /** Take a choice over; keys are the picker's, not the notebook's. */
  handleEvent(event: Event): void {
    if (event.type === 'change') {
      this._pick(this._select.value || null);
    } else {
      event.stopPropagation();
    }
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._select.removeEventListener('change', this);
      this._select.removeEventListener('keydown', this);
      this._cell.model?.metadataChanged.disconnect(this._show, this);
    }
    super.dispose();
  }

  private _show(): void {
    if (!this._cell.isDisposed) {
      const section = sectionOf(this._cell.model.sharedModel);
      this._select.value = section ?? '';
      this.node.dataset.nb2prodSection = section ?? '';
      this._select.title = sectionHelp(section, this._trans);
    }
  }

  private readonly _select: HTMLSelectElement;
}
