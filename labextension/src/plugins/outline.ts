import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import {
  CommandIDs,
  IProductionPanels,
  ISectionModel,
  PluginIDs
} from '../tokens';
import { OutlinePanel } from '../widgets/OutlinePanel';
import { whyNot } from '../words';

export const outlinePlugin: JupyterFrontEndPlugin<void> = {
  id: PluginIDs.outline,
  description: 'The outline of the notebook by section, with suggestions.',
  autoStart: true,
  requires: [IProductionPanels, ISectionModel],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    panels: IProductionPanels,
    model: ISectionModel,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('nb2prod');
    const panel = new OutlinePanel(model, app.commands, trans);
    panel.id = 'nb2prod-outline';
    panel.title.label = trans.__('Sections');
    panels.add(panel, 10);

    app.commands.addCommand(CommandIDs.suggest, {
      label: trans.__('Suggest Sections'),
      caption: () =>
        whyNot(model, trans) ??
        trans.__(
          'Read the notebook, without running it, and say what each cell is for'
        ),
      isEnabled: () => model.panel !== null && model.server === 'present',
      describedBy: {
        args: {
          type: 'object',
          properties: {
            model: {
              type: 'string',
              description: trans.__('The model to serve, as NAME or NAME@CELL')
            }
          }
        }
      },
      execute: async args => {
        panels.reveal(panel.id);
        await model.suggest(args.model ? String(args.model) : '');
      }
    });
    app.commands.addCommand(CommandIDs.acceptAll, {
      label: trans.__('Accept All Suggested Sections'),
      isEnabled: () => model.suggestion !== null,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => model.accept()
    });
    model.changed.connect(() => {
      app.commands.notifyCommandChanged(CommandIDs.suggest);
      app.commands.notifyCommandChanged(CommandIDs.acceptAll);
    });
    for (const command of [CommandIDs.suggest, CommandIDs.acceptAll]) {
      palette?.addItem({
        command,
        category: trans.__('Notebook to Production')
      });
    }
  }
};
