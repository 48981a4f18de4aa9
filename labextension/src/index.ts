import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { bandsPlugin } from './plugins/bands';
import { exportingPlugin } from './plugins/exporting';
import { modelPlugin } from './plugins/model';
import { outlinePlugin } from './plugins/outline';
import { sidebarPlugin } from './plugins/sidebar';
import { taggingPlugin } from './plugins/tagging';

export {
  CommandIDs,
  IJobList,
  IProductionPanels,
  ISectionModel,
  PluginIDs
} from './tokens';

const plugins: JupyterFrontEndPlugin<any>[] = [
  modelPlugin,
  taggingPlugin,
  bandsPlugin,
  sidebarPlugin,
  outlinePlugin,
  exportingPlugin
];

export default plugins;
