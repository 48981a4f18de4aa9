import type { IRun, IRunForm, IRuns } from '../runs';
import type { IParameter } from '../fields';

/** A run as the server lists it. */
export function aRun(id: string, change: Partial<IRun> = {}): IRun {
  return {
    id,
    status: 'succeeded',
    why: '',
    parameters: {},
    given: [],
    metrics: {},
    sweep: null,
    number: null,
    queued: '2026-01-01T00:00:00.000',
    started: null,
    ended: null,
    seconds: 1.25,
    cell: null,
    cells: null,
    output: `.nb2prod/outputs/${id}.ipynb`,
    ...change
  };
}

export function listed(...runs: IRun[]): IRuns {
  return { runs, varied: ['depth'], metrics: ['score'], sweeps: [] };
}

/** A parameter as the server describes it. */
export function parameter(change: Partial<IParameter>): IParameter {
  return {
    name: 'x',
    type: change.kind ?? 'str',
    kind: 'text',
    choices: [],
    value: '',
    source: change.value ?? '',
    required: false,
    optional: false,
    minimum: null,
    maximum: null,
    step: null,
    help: '',
    heading: '',
    ...change
  };
}

export function aForm(...parameters: IParameter[]): IRunForm {
  return { parameters, wrong: [], runs: 1 };
}
