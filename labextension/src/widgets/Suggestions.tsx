import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';

import { BUILT } from '../model';
import type { IOutlineCell, ISuggestedOutline } from '../outline';
import type { ISectionModel } from '../tokens';
import { sectionName } from '../words';
import { Button } from './Button';
import { Words } from './Words';

interface IProps {
  model: ISectionModel;
  trans: TranslationBundle;
}

/** What is suggested, each with its reason, to accept singly or all. */
export function Suggestions({ model, trans }: IProps): JSX.Element | null {
  const found = model.suggestion;
  if (!found) {
    return null;
  }
  const open = found.cells.filter(
    cell =>
      cell.suggestion?.section && model.cells[cell.index]?.section === null
  );
  const count = open.length + (found.inference ? 1 : 0);
  return (
    <section
      className="nb2prod-Suggestions"
      aria-label={trans.__('Suggestions')}
    >
      <div className="nb2prod-bar">
        <h4>
          <span role="status">{heading(found, count, trans)}</span>
        </h4>
        {count > 0 && (
          <Button isMain onClick={() => model.accept()}>
            {trans.__('Accept all')}
          </Button>
        )}
        <Button
          name={trans.__('Dismiss the suggestions')}
          onClick={() => model.dismiss()}
        >
          <span aria-hidden="true">✕</span>
        </Button>
      </div>
      {found.nothing && (
        <p className="nb2prod-warning">
          <Words text={found.nothing} />
        </p>
      )}
      {found.model && <Served found={found} model={model} trans={trans} />}
      {found.warnings.map(warning => (
        <p key={warning} className="nb2prod-warning">
          <Words text={warning} />
        </p>
      ))}
      <ul>
        {open.map(cell => (
          <Suggested key={cell.index} cell={cell} model={model} trans={trans} />
        ))}
        {found.inference && <Built found={found} model={model} trans={trans} />}
      </ul>
    </section>
  );
}

function heading(
  found: ISuggestedOutline,
  count: number,
  trans: TranslationBundle
): string {
  if (found.nothing) {
    return trans.__('Nothing to serve');
  }
  if (count === 0) {
    return trans.__('Nothing left to suggest');
  }
  return trans._n('%1 suggestion', '%1 suggestions', count, count);
}

/** The model to serve, and the others to choose from. */
function Served({
  found,
  model,
  trans
}: IProps & { found: ISuggestedOutline }): JSX.Element {
  const served = found.model!;
  const key = (each: { name: string; cell: number }) =>
    `${each.name}@${each.cell + 1}`;
  return (
    <div className="nb2prod-Served">
      <label>
        {trans.__('Model to serve')}{' '}
        {found.others.length > 0 ? (
          <select
            value={key(served)}
            disabled={model.isSuggesting}
            onChange={event => void model.suggest(event.target.value)}
          >
            {[served, ...found.others].map(each => (
              <option key={key(each)} value={key(each)} title={each.why}>
                {trans.__('%1 of cell [%2]', each.name, each.cell + 1)}
              </option>
            ))}
          </select>
        ) : (
          <code>{served.name}</code>
        )}
      </label>
      <div className="nb2prod-reason">
        <Words text={served.why} />
      </div>
    </div>
  );
}

function Suggested({
  cell,
  model,
  trans
}: IProps & { cell: IOutlineCell }): JSX.Element {
  const { section, confidence, reason } = cell.suggestion!;
  const shown = model.cells[cell.index];
  const label = trans.__(
    'Accept %1 for cell [%2]',
    sectionName(section, trans),
    cell.index + 1
  );
  return (
    <li data-nb2prod-section={section}>
      <button
        className="nb2prod-Item"
        title={trans.__('Go to the cell')}
        onClick={() => model.show(shown.id)}
      >
        <span className="nb2prod-number">[{cell.index + 1}]</span>
        <code>{shown.preview}</code>
      </button>
      <div className="nb2prod-offer">
        <span className="nb2prod-badge">{sectionName(section, trans)}</span>
        <span
          className="nb2prod-sure"
          title={trans.__('How sure the suggestion is')}
        >
          {Math.round(confidence * 100)} %
        </span>
        <Take id={shown.id} label={label} model={model} trans={trans} />
      </div>
      <div className="nb2prod-reason">
        <Words text={reason} />
      </div>
    </li>
  );
}

function Built({
  found,
  model,
  trans
}: IProps & { found: ISuggestedOutline }): JSX.Element {
  const built = found.inference!;
  const place =
    built.after === null
      ? trans.__('New cell at the end')
      : trans.__('New cell behind cell [%1]', built.after + 1);
  return (
    <li data-nb2prod-section="inference">
      <div className="nb2prod-place">{place}</div>
      <pre>{built.source}</pre>
      <div className="nb2prod-offer">
        <span className="nb2prod-badge">{sectionName('inference', trans)}</span>
        <Take
          id={BUILT}
          label={trans.__('Put the new cell in')}
          model={model}
          trans={trans}
        />
      </div>
      <div className="nb2prod-reason">
        <Words text={built.why} />
      </div>
    </li>
  );
}

/** The two buttons of one suggestion. */
function Take({
  id,
  label,
  model,
  trans
}: IProps & { id: string; label: string }): JSX.Element {
  return (
    <>
      <Button name={label} onClick={() => model.accept(id)}>
        <span aria-hidden="true">✓</span>
      </Button>
      <Button
        name={trans.__('Do not: %1', label)}
        onClick={() => model.dismiss(id)}
      >
        <span aria-hidden="true">✕</span>
      </Button>
    </>
  );
}
