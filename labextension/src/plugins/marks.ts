import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  EditorExtensionRegistry,
  IEditorExtensionRegistry
} from '@jupyterlab/codemirror';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { ISharedCell } from '@jupyter/ydoc';

import { marksFrom } from '../marks';
import type { IMarkSource } from '../marks';
import { IReadiness, PluginIDs } from '../tokens';

/** What is found in one cell. */
function sourceOf(
  cell: ISharedCell,
  readiness: IReadiness,
  isOn: () => boolean
): IMarkSource {
  return {
    marked: () => {
      // A copy of a notebook may have cells of the same ids.
      const isHere = readiness.panel?.model?.sharedModel === cell.notebook;
      return isHere && isOn()
        ? readiness.found.findings.filter(each => each.id === cell.getId())
        : [];
    },
    follow: listener => {
      const slot = () => listener();
      readiness.changed.connect(slot);
      return () => void readiness.changed.disconnect(slot);
    }
  };
}

export const marksPlugin: JupyterFrontEndPlugin<void> = {
  id: PluginIDs.marks,
  description: 'Underlines in the editor what was found there.',
  autoStart: true,
  requires: [IReadiness, IEditorExtensionRegistry],
  optional: [ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    readiness: IReadiness,
    editors: IEditorExtensionRegistry,
    registry: ISettingRegistry | null
  ) => {
    let isOn = true;
    editors.addExtension({
      name: 'nb2prod-marks',
      factory: ({ model }) => {
        const cell = model.sharedModel as unknown as ISharedCell;
        return cell.cell_type === 'code'
          ? EditorExtensionRegistry.createImmutableExtension(
              marksFrom(sourceOf(cell, readiness, () => isOn))
            )
          : null;
      }
    });
    readiness.watch(
      () => isOn && !document.hidden && (readiness.panel?.isVisible ?? false)
    );
    const follow = (settings: ISettingRegistry.ISettings) => {
      isOn = settings.get('marks').composite as boolean;
      readiness.wake();
    };
    registry
      ?.load(PluginIDs.marks)
      .then(settings => {
        follow(settings);
        settings.changed.connect(follow);
      })
      .catch(reason => {
        console.error('nb2prod: the settings could not be loaded', reason);
      });
  }
};
