import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { INeededBy } from '../outline';
import { CHOICES, sectionOf } from '../sections';
import { ISectionModel, PluginIDs } from '../tokens';
import { sectionName } from '../words';

/** The band of a cell, made when it is first needed; its words show on hover. */
function bandOf(cell: Cell): HTMLElement {
  const found = cell.node.querySelector<HTMLElement>(':scope > .nb2prod-Band');
  if (found) {
    return found;
  }
  const band = document.createElement('div');
  band.className = 'nb2prod-Band';
  band.setAttribute('aria-hidden', 'true'); // the cell's description says it
  cell.node.appendChild(band);
  return band;
}

/** Mirror the section on the cell's node, which windowing keeps, for the style sheet. */
function decorate(
  cell: Cell,
  needed: INeededBy | null,
  trans: TranslationBundle
): void {
  if (cell.isDisposed) {
    return;
  }
  const section = sectionOf(cell.model.sharedModel);
  const shown = section ?? needed?.section ?? '';
  const words = section
    ? sectionName(section, trans)
    : needed
      ? trans.__(
          'Comes along with %1: cell [%2] needs %3 from it',
          sectionName(needed.section, trans),
          needed.cell + 1,
          needed.name
        )
      : '';
  const { dataset } = cell.node;
  if (dataset.nb2prodSection === shown && dataset.nb2prodWords === words) {
    return;
  }
  cell.toggleClass('nb2prod-mod-section', section !== null);
  cell.toggleClass('nb2prod-mod-along', section === null && shown !== '');
  if (shown) {
    dataset.nb2prodSection = shown;
    dataset.nb2prodWords = words;
    const band = bandOf(cell);
    band.textContent = shown[0].toUpperCase();
    band.dataset.nb2prodWords = words;
    cell.node.setAttribute('aria-description', words);
  } else {
    delete dataset.nb2prodSection;
    delete dataset.nb2prodWords;
    bandOf(cell).remove();
    cell.node.removeAttribute('aria-description');
  }
}

/** Decorates the cells of the notebooks, now and later. */
class Bands {
  constructor(
    private readonly _model: ISectionModel,
    private readonly _trans: TranslationBundle
  ) {
    _model.changed.connect(this._onOutline, this);
  }

  /** Decorate the cells of a panel from now on. */
  follow(panel: NotebookPanel): void {
    void panel.context.ready.then(() => {
      if (panel.isDisposed) {
        return;
      }
      this._all(panel);
      panel.content.model?.cells.changed.connect(() => this._all(panel));
    });
  }

  private _all(panel: NotebookPanel): void {
    for (const cell of panel.content.widgets) {
      if (!this._seen.has(cell)) {
        this._seen.add(cell);
        cell.model.metadataChanged.connect(() => this._one(cell));
      }
      this._one(cell);
    }
  }

  private _one(cell: Cell): void {
    decorate(cell, this._needed.get(cell.model?.id) ?? null, this._trans);
  }

  /** What the server says of cells that come along; only for the current notebook. */
  private _onOutline(): void {
    const { outline, panel } = this._model;
    if (outline === this._outline || !panel) {
      return;
    }
    this._outline = outline;
    this._needed.clear();
    for (const cell of outline?.cells ?? []) {
      const id = this._model.cells[cell.index]?.id;
      if (id && cell.needed_by) {
        this._needed.set(id, cell.needed_by);
      }
    }
    this._all(panel);
  }

  private _outline: ISectionModel['outline'] = null;
  private _seen = new WeakSet<Cell>();
  private _needed = new Map<string, INeededBy>();
}

/** The colours that can be read on a colour of the settings: black or white. */
function readable(colour: string): string {
  const probe = document.createElement('canvas').getContext('2d');
  if (!probe) {
    return '#fff';
  }
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue] = [...probe.getImageData(0, 0, 1, 1).data].map(
    value => {
      const share = value / 255;
      return share <= 0.04045
        ? share / 12.92
        : Math.pow((share + 0.055) / 1.055, 2.4);
    }
  );
  // the luminance at which black and white have the same contrast
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179
    ? '#000'
    : '#fff';
}

/** Hand the colours of the settings to the style sheet. */
function paint(settings: ISettingRegistry.ISettings): void {
  const style = document.documentElement.style;
  const colours = settings.get('colours').composite as Record<string, string>;
  for (const choice of CHOICES) {
    const colour = colours?.[choice];
    if (colour && CSS.supports('color', colour)) {
      style.setProperty(`--nb2prod-chosen-${choice}`, colour);
      style.setProperty(`--nb2prod-chosen-on-${choice}`, readable(colour));
    } else {
      style.removeProperty(`--nb2prod-chosen-${choice}`);
      style.removeProperty(`--nb2prod-chosen-on-${choice}`);
    }
  }
  const shown = settings.get('bands').composite as boolean;
  document.body.classList.toggle('nb2prod-mod-noBands', !shown);
}

export const bandsPlugin: JupyterFrontEndPlugin<void> = {
  id: PluginIDs.bands,
  description: 'Shows the section of each cell as a band with its letter.',
  autoStart: true,
  requires: [INotebookTracker, ISectionModel],
  optional: [ISettingRegistry, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    model: ISectionModel,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    const bands = new Bands(
      model,
      (translator ?? nullTranslator).load('nb2prod')
    );
    tracker.forEach(panel => bands.follow(panel));
    tracker.widgetAdded.connect((_, panel) => bands.follow(panel));
    registry
      ?.load(PluginIDs.bands)
      .then(settings => {
        paint(settings);
        settings.changed.connect(paint);
      })
      .catch(reason => {
        console.error('nb2prod: the settings could not be loaded', reason);
      });
  }
};
