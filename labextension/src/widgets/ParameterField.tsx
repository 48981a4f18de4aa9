import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';

import {
  choicesOf,
  inputOf,
  NULL,
  shownIn,
  typedIn,
  UNREADABLE
} from '../fields';
import type { IParameter } from '../fields';
import type { IProblem } from '../outline';
import { Words } from './Words';

interface IProps {
  parameter: IParameter;
  /** What was typed for it, if anything. */
  typed: string | undefined;
  /** The values that it is varied over; `undefined` where it is not. */
  vary: string | undefined;
  isSweep: boolean;
  wrong: readonly IProblem[];
  onType: (typed: string | null) => void;
  onVary: (values: string | null) => void;
  trans: TranslationBundle;
}

/** One parameter of the form: the input that its type wants, its help, and what is wrong with it. */
export function ParameterField(props: IProps): JSX.Element {
  const { parameter, vary, isSweep, wrong, onVary, trans } = props;
  const { name, type, help } = parameter;
  const id = `nb2prod-run-${name}`;
  const isVaried = isSweep && vary !== undefined;
  return (
    <div className="nb2prod-Field" role="group" aria-label={name}>
      <div className="nb2prod-bar">
        <label className="nb2prod-parameter" htmlFor={id}>
          {name}
        </label>
        <span className="nb2prod-hint" id={`${id}-type`}>
          {type}
        </span>
        {isSweep && (
          <label className="nb2prod-vary">
            <input
              type="checkbox"
              checked={isVaried}
              onChange={event => onVary(event.target.checked ? '' : null)}
            />
            {trans.__('vary')}
          </label>
        )}
      </div>
      {isVaried ? (
        <input
          id={id}
          className="jp-mod-styled"
          defaultValue={vary}
          placeholder={
            parameter.kind === 'int'
              ? trans.__('%1 or %2', '2..6', '2,4,8')
              : trans.__('values with commas between')
          }
          aria-label={trans.__('values of %1', name)}
          aria-describedby={`${id}-type ${id}-help ${id}-wrong`}
          aria-invalid={wrong.length > 0}
          onChange={event => onVary(event.target.value)}
        />
      ) : (
        <Value {...props} id={id} />
      )}
      {help && (
        <div className="nb2prod-hint" id={`${id}-help`}>
          {help}
        </div>
      )}
      <div className="nb2prod-wrong" id={`${id}-wrong`} role="status">
        {wrong.map((problem, at) => (
          <div key={at} title={problem.remedy}>
            <Words text={problem.what} />
          </div>
        ))}
      </div>
    </div>
  );
}

/** The input for one value. */
function Value(props: IProps & { id: string }): JSX.Element {
  const { parameter, typed, wrong, onType, id, trans } = props;
  // as it was when the field appeared: it does not become another one under somebody's hands
  const [input] = React.useState(() => inputOf(parameter, typed));
  const common = {
    id,
    'aria-describedby': `${id}-type ${id}-help ${id}-wrong`,
    'aria-invalid': wrong.length > 0
  };
  const shown = shownIn(parameter, typed);
  if (input === 'checkbox') {
    return (
      <input
        {...common}
        type="checkbox"
        defaultChecked={shown === 'true'}
        onChange={event =>
          onType(typedIn(parameter, String(event.target.checked)))
        }
      />
    );
  }
  if (input === 'select') {
    return (
      <select
        {...common}
        className="jp-mod-styled"
        defaultValue={shown}
        onChange={event => onType(typedIn(parameter, event.target.value))}
      >
        {choicesOf(parameter).map(each => (
          <option key={each} value={each}>
            {each || parameter.source || trans.__('choose')}
          </option>
        ))}
      </select>
    );
  }
  const { source, value, minimum, maximum, step, required } = parameter;
  const placeholder =
    value === null ? source : parameter.optional ? NULL : value;
  const text = {
    ...common,
    className: 'jp-mod-styled',
    defaultValue: shown,
    placeholder: placeholder.slice(0, 200),
    'aria-required': required
  };
  if (input === 'textarea') {
    return (
      <textarea
        {...text}
        rows={Math.min(
          4,
          shown.split('\n').length + (shown.length > 40 ? 1 : 0)
        )}
        spellCheck={false}
        onChange={event => onType(typedIn(parameter, event.target.value))}
      />
    );
  }
  return (
    <input
      {...text}
      type={input}
      spellCheck={false}
      min={minimum ?? undefined}
      max={maximum ?? undefined}
      step={
        step ?? (parameter.kind === 'int' ? 1 : input === 'number' ? 'any' : 1)
      }
      onChange={({ target }) =>
        onType(
          target.validity.badInput
            ? UNREADABLE
            : typedIn(parameter, target.value)
        )
      }
    />
  );
}
