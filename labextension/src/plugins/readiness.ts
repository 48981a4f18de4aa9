import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { JobList } from '../jobs';
import { LiveCheck } from '../live';
import { Readiness } from '../readiness';
import {
  CommandIDs,
  IJobList,
  IProductionPanels,
  IReadiness,
  ISectionModel,
  PluginIDs
} from '../tokens';
import { Badge } from '../widgets/Badge';
import { ReadinessPanel } from '../widgets/ReadinessPanel';

export const readinessPlugin: JupyterFrontEndPlugin<IReadiness> = {
  id: PluginIDs.readiness,
  description: 'Shows what stands between the notebook and production.',
  autoStart: true,
  requires: [INotebookTracker, ISectionModel, IProductionPanels],
  optional: [
    IJobList,
    IRenderMimeRegistry,
    ISettingRegistry,
    IToolbarWidgetRegistry,
    ICommandPalette,
    ITranslator
  ],
  provides: IReadiness,
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    model: ISectionModel,
    panels: IProductionPanels,
    jobs: JobList | null,
    rendermime: IRenderMimeRegistry | null,
    registry: ISettingRegistry | null,
    toolbars: IToolbarWidgetRegistry | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('nb2prod');
    const { serverSettings } = app.serviceManager;
    const readiness = new Readiness(tracker, model, serverSettings);
    const live = jobs && new LiveCheck(jobs, readiness);
    const panel = new ReadinessPanel({ readiness, rendermime, live, trans });
    panel.id = 'nb2prod-findings';
    panel.title.label = trans.__('Readiness');
    panels.add(panel, 20, false);

    let hasBadge = true;
    const isSeen = () => readiness.panel?.isVisible ?? false;
    readiness.watch(
      () => !document.hidden && (panel.isVisible || (hasBadge && isSeen()))
    );
    document.addEventListener('visibilitychange', () => readiness.wake());

    app.commands.addCommand(CommandIDs.showFindings, {
      label: trans.__('Show Readiness'),
      caption: trans.__('What stands between the notebook and production'),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => panels.reveal(panel.id)
    });
    palette?.addItem({
      command: CommandIDs.showFindings,
      category: trans.__('Notebook to Production')
    });
    toolbars?.addFactory<NotebookPanel>(
      'Notebook',
      'nb2prod-readiness',
      notebook =>
        new Badge(
          notebook,
          readiness,
          () => void app.commands.execute(CommandIDs.showFindings),
          trans
        )
    );
    const follow = (settings: ISettingRegistry.ISettings) => {
      hasBadge = settings.get('badge').composite as boolean;
      document.body.classList.toggle('nb2prod-mod-noBadge', !hasBadge);
      readiness.wake();
    };
    registry
      ?.load(PluginIDs.readiness)
      .then(settings => {
        follow(settings);
        settings.changed.connect(follow);
      })
      .catch(reason => {
        console.error('nb2prod: the settings could not be loaded', reason);
      });
    return readiness;
  }
};
