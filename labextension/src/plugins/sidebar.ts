import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { SidePanel } from '@jupyterlab/ui-components';
import type { AccordionPanel, Widget } from '@lumino/widgets';

import { productionIcon } from '../icon';
import { CommandIDs, IProductionPanels, PluginIDs } from '../tokens';

/** The sidebar: one panel below the other, by rank. */
class Sidebar extends SidePanel implements IProductionPanels {
  constructor(
    private readonly _app: JupyterFrontEnd,
    translator: ITranslator
  ) {
    super({ translator });
    const trans = translator.load('nb2prod');
    this.id = 'nb2prod-sidebar';
    this.addClass('nb2prod-Sidebar');
    this.title.icon = productionIcon;
    this.title.caption = trans.__('Notebook to Production');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', this.title.caption);
  }

  add(panel: Widget, rank: number, isOpen = true): void {
    const at = this._ranks.filter(other => other <= rank).length;
    this._ranks.splice(at, 0, rank);
    this.insertWidget(at, panel);
    if (!isOpen) {
      this._accordion.collapse(at);
    }
  }

  open(id: string): void {
    const panel = this.widgets.find(widget => widget.id === id);
    if (panel?.isHidden) {
      this._accordion.expand(this.widgets.indexOf(panel));
      const share = () =>
        // else it would get the height that it had when it was closed: none
        this._accordion.setRelativeSizes(
          this.widgets.map(widget =>
            widget.isHidden ? 0 : widget === panel ? 2 : 1
          )
        );
      share();
      requestAnimationFrame(share); // a sidebar that is just being shown has no height yet
    }
  }

  reveal(id?: string): void {
    this._app.shell.activateById(this.id);
    if (id !== undefined) {
      this.open(id);
      this.widgets.find(widget => widget.id === id)?.activate();
    }
  }

  private get _accordion(): AccordionPanel {
    return this.content as AccordionPanel;
  }

  private _ranks: number[] = [];
}

export const sidebarPlugin: JupyterFrontEndPlugin<IProductionPanels> = {
  id: PluginIDs.sidebar,
  description: 'The sidebar that panels about production are added to.',
  autoStart: true,
  optional: [ILayoutRestorer, ITranslator],
  provides: IProductionPanels,
  activate: (
    app: JupyterFrontEnd,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const used = translator ?? nullTranslator;
    const trans = used.load('nb2prod');
    const sidebar = new Sidebar(app, used);
    app.shell.add(sidebar, 'left', { rank: 450, type: 'Production' });
    restorer?.add(sidebar, sidebar.id);
    app.commands.addCommand(CommandIDs.openPanel, {
      label: trans.__('Show Production Panel'),
      caption: trans.__('Sections of the notebook, suggestions and exports'),
      icon: productionIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => sidebar.reveal()
    });
    return sidebar;
  }
};
