import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs, IReadiness, PluginIDs } from '../tokens';
import { showFix } from '../widgets/FixDialog';

/** What the widget of `readiness()` says of the finding that somebody clicked. */
interface IWanted {
  cell?: string | null;
  line?: number;
  code?: string;
  what?: string;
}

/** Events of the widget, by names that Python's `inline/static/readiness.js` has too. */
const EVENTS = {
  here: 'nb2prod:here',
  go: 'nb2prod:go',
  fix: 'nb2prod:fix'
} as const;

export const inlinePlugin: JupyterFrontEndPlugin<void> = {
  id: PluginIDs.inline,
  description: 'Goes to cells and shows fixes for the widget in a notebook.',
  autoStart: true,
  requires: [INotebookTracker, IReadiness],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    readiness: IReadiness,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('nb2prod');
    const hear = (name: string, react: (wanted: IWanted) => void) =>
      document.addEventListener(name, event => {
        const from = event.target as Node;
        const panel = tracker.find(each => each.node.contains(from));
        if (panel) {
          event.preventDefault(); // the widget takes it for: somebody heard it
          if (panel === readiness.panel) {
            react((event as CustomEvent<IWanted | null>).detail ?? {});
          }
        }
      });
    hear(EVENTS.here, () => undefined);
    hear(EVENTS.go, ({ cell, line }) => {
      if (typeof cell === 'string') {
        void readiness.goTo(cell, line || null);
      }
    });
    hear(EVENTS.fix, ({ cell, code, what }) => {
      const finding = readiness.found.findings.find(
        each => each.code === code && each.id === cell && each.what === what
      );
      if (finding?.fix) {
        void showFix(finding, readiness, trans);
        return;
      }
      void app.commands.execute(CommandIDs.showFindings);
      Notification.info(
        finding
          ? trans.__('This one has to be fixed by hand.')
          : trans.__('The notebook has changed since that was found.'),
        { autoClose: 5000 }
      );
    });
  }
};
