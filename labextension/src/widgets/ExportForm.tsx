import * as React from 'react';
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { FileDialog } from '@jupyterlab/filebrowser';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';

import type { IExportOrder } from '../jobs';
import type { IOutline, IRunning, ISetting } from '../outline';
import { Running } from './Running';

/** What is chosen in the form. */
interface IChosen {
  name: string;
  folder: string;
  verify: string;
  input: string;
  /** The id of the kernel to be asked; empty for a run. */
  running: string;
  /** A run that is taken as it was; empty for a new one. */
  run: string;
  parameters: ISetting[];
}

/** Ask how to export, beginning with some values; `null` if it was thought better of. */
export async function askForExport(
  panel: NotebookPanel,
  outline: IOutline,
  running: () => Promise<IRunning>,
  browser: IDefaultFileBrowser | null,
  translator: ITranslator,
  values: Record<string, string> = {},
  run = ''
): Promise<IExportOrder | null> {
  const trans = translator.load('nb2prod');
  const path = panel.context.localPath;
  const before = outline.settings;
  const body = new ExportForm(
    {
      name: outline.project,
      folder: PathExt.dirname(path),
      verify: 'full',
      input: 'auto',
      running: '',
      run,
      parameters: before.map(each => ({
        ...each,
        value: values[each.name] ?? each.value
      }))
    },
    panel,
    running,
    browser,
    translator
  );
  const { button } = await showDialog({
    title: trans.__('Export to Production'),
    body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Export') })
    ],
    focusNodeSelector: 'input'
  });
  if (!button.accept) {
    return null;
  }
  const chosen = body.chosen;
  const parameters: Record<string, string> = {};
  const changed = chosen.running || chosen.run ? [] : chosen.parameters;
  changed.forEach(({ name, value }, at) => {
    if (value.trim() !== before[at].value.trim()) {
      parameters[name] = value.trim();
    }
  });
  return {
    kind: 'export',
    path,
    destination: PathExt.join(chosen.folder, chosen.name),
    name: chosen.name,
    verify: chosen.verify,
    input: chosen.input,
    running: chosen.running,
    run: chosen.run,
    parameters
  };
}

/** The form of the export dialog. */
class ExportForm extends ReactWidget {
  constructor(
    readonly chosen: IChosen,
    private readonly _panel: NotebookPanel,
    private readonly _ask: () => Promise<IRunning>,
    private readonly _browser: IDefaultFileBrowser | null,
    private readonly _translator: ITranslator
  ) {
    super();
    this.addClass('nb2prod-ExportForm');
  }

  render(): JSX.Element {
    const trans = this._translator.load('nb2prod');
    const { chosen } = this;
    return (
      <div>
        <label htmlFor="nb2prod-name">{trans.__('Name')}</label>
        <input
          id="nb2prod-name"
          className="jp-mod-styled"
          defaultValue={chosen.name}
          onChange={event => {
            chosen.name = event.target.value.trim();
          }}
        />
        <label htmlFor="nb2prod-folder">{trans.__('In the folder')}</label>
        <div className="nb2prod-row">
          <input
            id="nb2prod-folder"
            key={chosen.folder}
            className="jp-mod-styled"
            placeholder="/"
            defaultValue={chosen.folder}
            onChange={event => {
              chosen.folder = event.target.value.trim();
            }}
          />
          {this._browser && (
            <button
              type="button"
              className="jp-Dialog-button jp-mod-styled jp-mod-reject"
              onClick={() => void this._browse()}
            >
              {trans.__('Browse…')}
            </button>
          )}
        </div>
        <Choice
          id="nb2prod-verify"
          label={trans.__('Prove')}
          value={chosen.verify}
          onChange={value => {
            chosen.verify = value;
          }}
          options={{
            full: trans.__('everything: answers, HTTP, training again, tests'),
            fast: trans.__('the answers only'),
            none: trans.__('nothing now')
          }}
        />
        <Choice
          id="nb2prod-input"
          label={trans.__('The service takes')}
          value={chosen.input}
          onChange={value => {
            chosen.input = value;
          }}
          options={{
            auto: trans.__('raw rows, where that can be proven'),
            raw: trans.__('raw rows, or nothing'),
            prepared: trans.__('rows as the model takes them')
          }}
        />
        {!chosen.run && (
          <Running
            context={this._panel.sessionContext}
            ask={this._ask}
            chosen={chosen.running}
            onChange={kernel => {
              chosen.running = kernel;
              this.update();
            }}
            trans={trans}
          />
        )}
        {!chosen.running && !chosen.run && (
          <Parameters parameters={chosen.parameters} trans={trans} />
        )}
        <p className="nb2prod-hint">
          {chosen.run
            ? trans.__(
                'Run %1 is taken as it was, with its parameters, fitted objects and answers. The notebook is not run.',
                chosen.run
              )
            : chosen.running
              ? trans.__(
                  'The notebook is saved and not run. A copy of the kernel is asked, so the kernel stays as it is and can be worked with meanwhile.'
                )
              : trans.__(
                  'The notebook is saved and run once from top to bottom, in a kernel of its own.'
                )}{' '}
          {trans.__(
            'An export into the same place is merged with what was changed there.'
          )}
        </p>
      </div>
    );
  }

  private async _browse(): Promise<void> {
    const found = await FileDialog.getExistingDirectory({
      manager: this._browser!.model.manager,
      defaultPath: this.chosen.folder,
      translator: this._translator
    });
    if (found.button.accept && found.value) {
      this.chosen.folder = found.value[0].path;
      this.update();
    }
  }
}

/** A row of the form: one of some words. */
function Choice(props: {
  id: string;
  label: string;
  value: string;
  /** What is chosen, and the words for it. */
  options: Record<string, string>;
  onChange: (value: string) => void;
}): JSX.Element {
  return (
    <>
      <label htmlFor={props.id}>{props.label}</label>
      <select
        id={props.id}
        className="jp-mod-styled"
        defaultValue={props.value}
        onChange={event => props.onChange(event.target.value)}
      >
        {Object.entries(props.options).map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </>
  );
}

/** The notebook's parameters, to be changed for this export. */
function Parameters(props: {
  parameters: ISetting[];
  trans: TranslationBundle;
}): JSX.Element | null {
  const { parameters, trans } = props;
  if (parameters.length === 0) {
    return null;
  }
  return (
    <fieldset>
      <legend>{trans.__('Parameters')}</legend>
      {parameters.map(each => (
        <React.Fragment key={each.name}>
          <label htmlFor={`nb2prod-parameter-${each.name}`}>{each.name}</label>
          <input
            id={`nb2prod-parameter-${each.name}`}
            className="jp-mod-styled"
            defaultValue={each.value}
            title={each.help ? `${each.type}: ${each.help}` : each.type}
            onChange={event => {
              each.value = event.target.value;
            }}
          />
        </React.Fragment>
      ))}
    </fieldset>
  );
}
