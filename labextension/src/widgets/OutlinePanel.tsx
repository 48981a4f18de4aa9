import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import { CommandIDs } from '../tokens';
import type { ISectionModel } from '../tokens';
import { whyNot } from '../words';
import { Button } from './Button';
import { FlowPicture } from './FlowPicture';
import { Problems } from './Problems';
import { SectionGroups } from './SectionGroups';
import { Suggestions } from './Suggestions';

/** The sidebar's first panel: cells by section, what flows between them, suggestions. */
export class OutlinePanel extends ReactWidget {
  constructor(
    private readonly _model: ISectionModel,
    private readonly _commands: CommandRegistry,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('nb2prod-OutlinePanel');
  }

  render(): JSX.Element {
    return (
      <UseSignal signal={this._model.changed}>{() => this._body()}</UseSignal>
    );
  }

  private _body(): JSX.Element {
    const model = this._model;
    const trans = this._trans;
    if (!model.panel) {
      return (
        <p className="nb2prod-empty">
          {trans.__('Open a notebook to see its sections here.')}
        </p>
      );
    }
    const isFirst = !model.cells.some(cell => cell.section !== null);
    return (
      <>
        {this._serverNote()}
        {isFirst && !model.suggestion && (
          <p className="nb2prod-note">
            {whyNot(model, trans) === null
              ? trans.__(
                  'No cell has a section yet. Have them suggested, or pick one in the toolbar of a cell.'
                )
              : trans.__(
                  'No cell has a section yet. Pick one in the toolbar of a cell.'
                )}
          </p>
        )}
        <div className="nb2prod-buttons">
          {this._button(
            CommandIDs.suggest,
            model.isSuggesting ? trans.__('Reading…') : trans.__('Suggest…'),
            isFirst && !model.suggestion
          )}
          {this._button(
            CommandIDs.exportNotebook,
            trans.__('Export…'),
            !isFirst && !model.suggestion
          )}
        </div>
        <Problems problems={model.problems} trans={trans} />
        {model.suggestion && <Suggestions model={model} trans={trans} />}
        <FlowPicture outline={model.outline} trans={trans} />
        <SectionGroups model={model} trans={trans} />
      </>
    );
  }

  private _button(
    command: string,
    label: string,
    isMain: boolean
  ): JSX.Element | null {
    if (!this._commands.hasCommand(command)) {
      return null;
    }
    return (
      <Button
        isMain={isMain}
        disabled={
          !this._commands.isEnabled(command) || this._model.isSuggesting
        }
        title={this._commands.caption(command)}
        onClick={() => void this._commands.execute(command)}
      >
        {label}
      </Button>
    );
  }

  private _serverNote(): JSX.Element | null {
    const trans = this._trans;
    const { server } = this._model;
    if (server === 'missing') {
      return (
        <p className="nb2prod-note" role="status">
          {trans.__(
            'This server has no part of nb2prod: cells can be tagged, suggestions and exports need it. Install nb2prod where Jupyter runs, then start it again.'
          )}
        </p>
      );
    }
    if (server === 'other version') {
      return (
        <p className="nb2prod-note" role="status">
          {trans.__(
            'The server has another version of nb2prod than this page. Restart Jupyter and reload the page.'
          )}
        </p>
      );
    }
    return null;
  }
}
