import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { JobList } from '../jobs';
import { outputPath, RunOutputs } from '../outputs';
import { RunModel } from '../runModel';
import {
  CommandIDs,
  IJobList,
  IProductionPanels,
  ISectionModel,
  PluginIDs
} from '../tokens';
import { RunsPanel } from '../widgets/RunsPanel';
import { whyNot } from '../words';

export const runsPlugin: JupyterFrontEndPlugin<void> = {
  id: PluginIDs.runs,
  description: 'Runs the notebook with parameters and shows its runs.',
  autoStart: true,
  requires: [ISectionModel, IProductionPanels, IJobList],
  optional: [ISettingRegistry, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    sections: ISectionModel,
    panels: IProductionPanels,
    jobs: JobList,
    registry: ISettingRegistry | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('nb2prod');
    const { serverSettings, contents } = app.serviceManager;
    contents.addDrive(new RunOutputs(serverSettings));
    const model = new RunModel(sections, jobs, serverSettings);
    const panel = new RunsPanel(
      model,
      {
        open: id =>
          void app.commands.execute('docmanager:open', {
            path: outputPath(model.path, id)
          }),
        export: ({ run, kept, typed }) => {
          if (model.panel) {
            app.shell.activateById(model.panel.id);
            void app.commands.execute(CommandIDs.exportNotebook, {
              parameters: typed,
              run: kept ? run.id : ''
            });
          }
        }
      },
      trans
    );
    panel.id = 'nb2prod-runs';
    panel.title.label = trans.__('Runs');
    panels.add(panel, 40, false);

    let most = 50;
    model.watch(
      () => !document.hidden && panel.isVisible,
      () => most
    );
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) {
        model.wake();
      }
    });

    app.commands.addCommand(CommandIDs.showRuns, {
      label: trans.__('Show Runs'),
      caption: trans.__('Run the notebook with parameters, and see its runs'),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => panels.reveal(panel.id)
    });
    app.commands.addCommand(CommandIDs.startRuns, {
      label: () =>
        model.typed.isSweep
          ? trans.__('Sweep with These Parameters')
          : trans.__('Run with These Parameters'),
      caption: () =>
        whyNot(model, trans) ??
        trans.__('Save the notebook and run it with what the form has'),
      isEnabled: () => model.panel !== null && model.server === 'present',
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        panels.reveal(panel.id);
        await model.start();
      }
    });
    model.changed.connect(() => {
      app.commands.notifyCommandChanged(CommandIDs.startRuns);
    });
    for (const command of [CommandIDs.showRuns, CommandIDs.startRuns]) {
      palette?.addItem({
        command,
        category: trans.__('Notebook to Production')
      });
    }
    const follow = (settings: ISettingRegistry.ISettings) => {
      most = settings.get('most').composite as number;
      void model.refresh();
    };
    registry
      ?.load(PluginIDs.runs)
      .then(settings => {
        follow(settings);
        settings.changed.connect(follow);
      })
      .catch(reason => {
        console.error('nb2prod: the settings could not be loaded', reason);
      });
  }
};
