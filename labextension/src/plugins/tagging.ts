import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { CHOICES, sectionOf } from '../sections';
import { CommandIDs, ISectionModel, PluginIDs } from '../tokens';
import { SectionPicker } from '../widgets/SectionPicker';
import { sectionHelp, sectionName } from '../words';

export const taggingPlugin: JupyterFrontEndPlugin<void> = {
  id: PluginIDs.tagging,
  description:
    'Gives cells a section: by toolbar, menu, palette and shortcuts.',
  autoStart: true,
  requires: [INotebookTracker, ISectionModel],
  optional: [
    ISettingRegistry,
    IToolbarWidgetRegistry,
    ICommandPalette,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    model: ISectionModel,
    settings: ISettingRegistry | null,
    toolbars: IToolbarWidgetRegistry | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('nb2prod');
    const named = (section: unknown) =>
      section === undefined || section === null || section === ''
        ? null
        : String(section);

    app.commands.addCommand(CommandIDs.tagCell, {
      label: args => {
        const section = named(args.section);
        return section === null
          ? trans.__('No Section')
          : sectionName(section, trans);
      },
      caption: args => sectionHelp(named(args.section), trans),
      isEnabled: () => tracker.currentWidget?.context.isReady ?? false,
      isToggleable: true,
      isToggled: args => {
        const cell = tracker.activeCell?.model.sharedModel;
        return !!cell && sectionOf(cell) === named(args.section);
      },
      describedBy: {
        args: {
          type: 'object',
          properties: {
            section: {
              type: 'string',
              description: trans.__(
                'The section of the selected cells: one of %1; nothing takes it away',
                CHOICES.join(', ')
              )
            }
          }
        }
      },
      execute: args => {
        const section = named(args.section);
        if (section === null || CHOICES.includes(section)) {
          model.setSection(section);
        }
      }
    });

    const category = trans.__('Notebook to Production');
    for (const section of ['', ...CHOICES]) {
      palette?.addItem({
        command: CommandIDs.tagCell,
        args: { section },
        category: trans.__('Section of the Selected Cells')
      });
    }
    palette?.addItem({ command: CommandIDs.openPanel, category });

    toolbars?.addFactory<Cell>('Cell', 'nb2prod-section', cell =>
      cell.model.type === 'code'
        ? new SectionPicker(cell, section => model.setSection(section), trans)
        : new Widget()
    );

    void settings?.load(PluginIDs.tagging).catch(reason => {
      console.error('nb2prod: the settings could not be loaded', reason);
    });
  }
};
