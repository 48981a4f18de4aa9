import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { bandsPlugin } from './plugins/bands';
import { exportingPlugin } from './plugins/exporting';
import { inlinePlugin } from './plugins/inline';
import { marksPlugin } from './plugins/marks';
import { modelPlugin } from './plugins/model';
import { outlinePlugin } from './plugins/outline';
import { readinessPlugin } from './plugins/readiness';
import { runsPlugin } from './plugins/runs';
import { sidebarPlugin } from './plugins/sidebar';
import { taggingPlugin } from './plugins/tagging';

export {
  CommandIDs,
  IJobList,
  IProductionPanels,
  IReadiness,
  ISectionModel,
  PluginIDs
} from './tokens';

const plugins: JupyterFrontEndPlugin<any>[] = [
  modelPlugin,
  taggingPlugin,
  bandsPlugin,
  sidebarPlugin,
  outlinePlugin,
  readinessPlugin,
  marksPlugin,
  inlinePlugin,
  exportingPlugin,
  runsPlugin
];

export default plugins;
