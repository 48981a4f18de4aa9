import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';

import { version } from '../../package.json';
import { SectionModel } from '../model';
import { ISectionModel, PluginIDs } from '../tokens';

export const modelPlugin: JupyterFrontEndPlugin<ISectionModel> = {
  id: PluginIDs.model,
  description: 'Follows the sections of the current notebook.',
  autoStart: true,
  requires: [INotebookTracker],
  provides: ISectionModel,
  activate: (app: JupyterFrontEnd, tracker: INotebookTracker) =>
    new SectionModel(tracker, app.serviceManager.serverSettings, version)
};
