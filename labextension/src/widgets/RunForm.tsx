import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { RunModel } from '../runModel';
import type { ITyped } from '../runs';
import { Button } from './Button';
import { ParameterField } from './ParameterField';
import { Problems } from './Problems';

/** What to run the notebook with, once or with several values. */
export function RunForm(props: {
  model: RunModel;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { model, trans } = props;
  const { form, typed } = model;
  if (!form) {
    return null;
  }
  const set = (field: 'values' | 'vary', name: string, text: string | null) => {
    const found = { ...typed[field] };
    if (text === null) {
      delete found[name];
    } else {
      found[name] = text;
    }
    model.type({ [field]: found });
  };
  const names = new Set(form.parameters.map(each => each.name));
  const elsewhere = form.wrong.filter(each => !names.has(each.name));
  const isEmpty = typed.isSweep && Object.keys(typed.vary).length === 0;
  const isChanged =
    Object.keys(typed.values).length + Object.keys(typed.vary).length > 0;
  return (
    <form
      className="nb2prod-RunForm"
      aria-label={trans.__('Run with parameters')}
      onSubmit={event => {
        event.preventDefault();
        void model.start();
      }}
    >
      <fieldset className="nb2prod-ways">
        <legend className="nb2prod-heard">{trans.__('How often')}</legend>
        {[false, true].map(isSweep => (
          <label key={String(isSweep)}>
            <input
              type="radio"
              name="nb2prod-ways"
              checked={typed.isSweep === isSweep}
              onChange={() => model.type({ isSweep })}
            />
            {isSweep ? trans.__('Sweep') : trans.__('Run once')}
          </label>
        ))}
      </fieldset>
      {form.parameters.length === 0 && (
        <p className="nb2prod-empty">
          {trans.__(
            'No cell is tagged “parameters”: the notebook is run as it is.'
          )}
        </p>
      )}
      {form.parameters.map(parameter => (
        <ParameterField
          key={`${model.path} ${parameter.name} ${parameter.kind} ${parameter.value} ${model.revision}`}
          parameter={parameter}
          typed={typed.values[parameter.name]}
          vary={typed.vary[parameter.name]}
          isSweep={typed.isSweep}
          wrong={form.wrong.filter(each => each.name === parameter.name)}
          onType={text => set('values', parameter.name, text)}
          onVary={text => set('vary', parameter.name, text)}
          trans={trans}
        />
      ))}
      {typed.isSweep && <SweepFields model={model} trans={trans} />}
      <label
        className="nb2prod-vary nb2prod-kept"
        title={trans.__(
          'An export of the run then takes its fitted objects and answers, and does not run the notebook again. In a sweep nothing is shared.'
        )}
      >
        <input
          type="checkbox"
          checked={typed.evidence}
          onChange={event => model.type({ evidence: event.target.checked })}
        />
        {trans.__('Keep what an export needs')}
      </label>
      <Problems problems={elsewhere} trans={trans} />
      {isEmpty && (
        <p className="nb2prod-hint">
          {trans.__('Tick “vary” at the parameters that the runs differ in.')}
        </p>
      )}
      <div className="nb2prod-buttons">
        <Button
          submits
          isMain
          disabled={model.isStarting || form.runs === null || isEmpty}
        >
          {!typed.isSweep
            ? trans.__('Run')
            : form.runs === null || isEmpty
              ? trans.__('Sweep')
              : trans._n('Sweep, %1 run', 'Sweep, %1 runs', form.runs)}
        </Button>
        {isChanged && (
          <Button onClick={() => model.type({ values: {}, vary: {} }, false)}>
            {trans.__('Defaults')}
          </Button>
        )}
      </div>
    </form>
  );
}

/** What only a sweep is asked for. */
function SweepFields({
  model,
  trans
}: {
  model: RunModel;
  trans: TranslationBundle;
}): JSX.Element {
  const { typed } = model;
  const number = (
    field: 'random' | 'workers',
    label: string,
    placeholder: string
  ) => (
    <div className="nb2prod-Field">
      <label htmlFor={`nb2prod-sweep-${field}`}>{label}</label>
      <input
        id={`nb2prod-sweep-${field}`}
        className="jp-mod-styled"
        type="number"
        min={1}
        max={field === 'random' ? 100000 : 1000}
        step={1}
        placeholder={placeholder}
        defaultValue={typed[field] || ''}
        onChange={event => {
          const { validity, valueAsNumber } = event.target;
          model.type({ [field]: validity.valid ? valueAsNumber || 0 : 0 });
        }}
      />
    </div>
  );
  const change = (part: Partial<ITyped>) => model.type(part);
  return (
    <details className="nb2prod-more" key={`${model.path} ${model.revision}`}>
      <summary>{trans.__('Metric, number of runs, workers')}</summary>
      <div className="nb2prod-Field">
        <label htmlFor="nb2prod-sweep-metric">{trans.__('Metric')}</label>
        <input
          id="nb2prod-sweep-metric"
          className="jp-mod-styled"
          list="nb2prod-metrics"
          placeholder={trans.__('none')}
          defaultValue={typed.metric}
          onChange={event => change({ metric: event.target.value })}
        />
        <datalist id="nb2prod-metrics">
          {model.runs.metrics.map(name => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </div>
      <div className="nb2prod-Field">
        <label htmlFor="nb2prod-sweep-direction">{trans.__('Better is')}</label>
        <select
          id="nb2prod-sweep-direction"
          className="jp-mod-styled"
          defaultValue={typed.direction}
          onChange={event => change({ direction: event.target.value })}
        >
          <option value="maximize">{trans.__('more')}</option>
          <option value="minimize">{trans.__('less')}</option>
        </select>
      </div>
      {number('random', trans.__('Drawn at random'), trans.__('all'))}
      {number(
        'workers',
        trans.__('Runs at once'),
        trans.__('one for each processor')
      )}
    </details>
  );
}
