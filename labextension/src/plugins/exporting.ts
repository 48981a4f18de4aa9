import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { productionIcon } from '../icon';
import { JobList } from '../jobs';
import {
  CommandIDs,
  IJobList,
  IProductionPanels,
  ISectionModel,
  PluginIDs
} from '../tokens';
import { JobsPanel } from '../widgets/JobsPanel';
import { whyNot } from '../words';

export const exportingPlugin: JupyterFrontEndPlugin<JobList> = {
  id: PluginIDs.exporting,
  description: 'Exports the notebook, shows how it goes and what is proven.',
  autoStart: true,
  requires: [INotebookTracker, ISectionModel, IProductionPanels],
  optional: [
    ISettingRegistry,
    IDefaultFileBrowser,
    ICommandPalette,
    ITranslator
  ],
  provides: IJobList,
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    model: ISectionModel,
    panels: IProductionPanels,
    settings: ISettingRegistry | null,
    browser: IDefaultFileBrowser | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const used = translator ?? nullTranslator;
    const trans = used.load('nb2prod');
    const jobs = new JobList(app.serviceManager.serverSettings);
    const panel = new JobsPanel(jobs, app.commands, trans);
    panel.id = 'nb2prod-jobs';
    panel.title.label = trans.__('Exports');
    panels.add(panel, 50, false);

    jobs.changed.connect(() => {
      const count = jobs.shown.length;
      panel.title.label = count
        ? trans.__('Exports (%1)', count)
        : trans.__('Exports');
    });
    let isAsked = false;
    model.changed.connect(() => {
      if (model.server === 'present' && !isAsked) {
        isAsked = true;
        void jobs
          .refresh()
          .then(() => {
            if (jobs.shown.some(job => job.state === 'running')) {
              panels.open(panel.id);
            }
          })
          .catch(() => undefined);
      }
      app.commands.notifyCommandChanged(CommandIDs.exportNotebook);
    });

    app.commands.addCommand(CommandIDs.exportNotebook, {
      label: trans.__('Export to Production…'),
      caption: () =>
        whyNot(model, trans) ??
        trans.__(
          'Make a service repository of this notebook and prove that it answers as the notebook does'
        ),
      icon: productionIcon,
      isEnabled: () =>
        tracker.currentWidget !== null && model.server === 'present',
      describedBy: {
        args: {
          type: 'object',
          properties: {
            parameters: {
              type: 'object',
              description: trans.__(
                'Values that the form begins with, as they would be typed'
              )
            },
            run: {
              type: 'string',
              description: trans.__(
                'A run that has kept what an export needs, to be taken as it was'
              )
            }
          }
        }
      },
      execute: async args => {
        const notebook = tracker.currentWidget;
        if (!notebook) {
          return null;
        }
        const { askForExport } = await import('../widgets/ExportForm');
        const outline = await model.latest();
        if (!outline) {
          panels.reveal('nb2prod-outline');
          return null;
        }
        const order = await askForExport(
          notebook,
          outline,
          () => model.running(),
          browser,
          used,
          (args.parameters ?? {}) as Record<string, string>,
          String(args.run ?? '')
        );
        if (!order) {
          return null;
        }
        if (!order.run) {
          await notebook.context.save(); // a run is of the notebook as it was
        }
        panels.reveal(panel.id);
        return panel.start(order);
      }
    });
    palette?.addItem({
      command: CommandIDs.exportNotebook,
      category: trans.__('Notebook to Production')
    });
    void settings?.load(PluginIDs.exporting).catch(reason => {
      console.error('nb2prod: the settings could not be loaded', reason);
    });
    return jobs;
  }
};
