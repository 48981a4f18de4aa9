/** A parameter of the notebook, as the server describes it; see `run_form` in Python. */
export interface IParameter {
  name: string;
  type: string;
  kind:
    | 'bool'
    | 'choice'
    | 'int'
    | 'float'
    | 'date'
    | 'datetime'
    | 'time'
    | 'data'
    | 'text';
  /** What can be chosen, as it would be typed. */
  choices: string[];
  /** The default as it would be typed; `null` where it is not known. */
  value: string | null;
  /** The default as it is written. */
  source: string;
  required: boolean;
  optional: boolean;
  minimum: number | null;
  maximum: number | null;
  step: number | null;
  help: string;
  heading: string;
}

/** What a parameter is typed into. */
export type Input =
  | 'checkbox'
  | 'select'
  | 'number'
  | 'date'
  | 'datetime-local'
  | 'time'
  | 'text'
  | 'textarea';

/** How nothing is typed. */
export const NULL = 'null';
/** What is sent for what a browser lets nobody read: the server says what is wrong with it. */
export const UNREADABLE = 'not a number';

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;
const INPUTS: Partial<Record<IParameter['kind'], [Input, RegExp]>> = {
  int: ['number', NUMBER],
  float: ['number', NUMBER],
  date: ['date', /^\d{4}-\d\d-\d\d$/],
  datetime: ['datetime-local', /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?$/],
  time: ['time', /^\d\d:\d\d(:\d\d)?$/]
};

/** The input that can show the value which a parameter has; a text can show any. */
export function inputOf(parameter: IParameter, typed?: string): Input {
  const { kind, value } = parameter;
  const shown = typed ?? value;
  if (kind === 'bool' && (shown === 'true' || shown === 'false')) {
    return 'checkbox';
  }
  if (kind === 'choice' || kind === 'bool') {
    return 'select';
  }
  const [input, pattern] = INPUTS[kind] ?? [null, null];
  if (input && (shown === null || isEmpty(parameter, shown))) {
    return input;
  }
  if (input && pattern!.test(shown!)) {
    return input;
  }
  return kind === 'data' || shown?.includes('\n') ? 'textarea' : 'text';
}

/** What stands in the input of a parameter. */
export function shownIn(parameter: IParameter, typed?: string): string {
  const shown = typed ?? parameter.value ?? '';
  const input = inputOf(parameter, typed);
  if (isEmpty(parameter, shown)) {
    return '';
  }
  return input === 'datetime-local' ? shown.replace(' ', 'T') : shown;
}

/** What somebody has typed into the input, as it is sent; `null` for the default. */
export function typedIn(parameter: IParameter, text: string): string | null {
  const { value, optional } = parameter;
  if (text === '' && (parameter.kind !== 'text' || value === null)) {
    return optional && value !== null && value !== NULL ? NULL : null;
  }
  return text === shownIn(parameter) ? null : text;
}

/** The choices of a select, with one for a default that only a run would know. */
export function choicesOf(parameter: IParameter): string[] {
  const { kind, choices, value, required } = parameter;
  const all = kind === 'bool' ? ['true', 'false'] : choices;
  return value === null && (required || parameter.source) ? ['', ...all] : all;
}

/** Whether nothing stands in an input for this: of numbers and dates, for `null`. */
function isEmpty(parameter: IParameter, shown: string): boolean {
  return shown === NULL && parameter.optional && parameter.kind in INPUTS;
}
