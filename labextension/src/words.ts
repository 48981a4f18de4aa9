import type { TranslationBundle } from '@jupyterlab/translation';

import type { Severity } from './findings';
import type { RunStatus } from './runs';
import type { ISectionModel } from './tokens';

/** The name of a section, as people read it. */
export function sectionName(
  section: string | null,
  trans: TranslationBundle
): string {
  switch (section) {
    case 'parameters':
      return trans.__('Parameters');
    case 'data':
      return trans.__('Data');
    case 'training':
      return trans.__('Training');
    case 'evaluation':
      return trans.__('Evaluation');
    case 'inference':
      return trans.__('Inference');
    case 'skip':
      return trans.__('Skip');
    default:
      return trans.__('No section');
  }
}

/** What belongs into a section, in one sentence. */
export function sectionHelp(
  section: string | null,
  trans: TranslationBundle
): string {
  switch (section) {
    case 'parameters':
      return trans.__('Values that a run can change, such as paths and depths');
    case 'data':
      return trans.__('Reads and prepares the data');
    case 'training':
      return trans.__('Makes and fits the model');
    case 'evaluation':
      return trans.__('Measures how good the model is');
    case 'inference':
      return trans.__('Asks the model about a few rows, as the service will');
    case 'skip':
      return trans.__('Stays in the notebook, whatever needs it');
    default:
      return trans.__('Comes along where a section needs it');
  }
}

/** Why the server cannot be asked about the notebook; `null` where it can. */
export function whyNot(
  { panel, server }: Pick<ISectionModel, 'panel' | 'server'>,
  trans: TranslationBundle
): string | null {
  if (server === 'missing') {
    return trans.__('This server has no part of nb2prod');
  }
  if (server === 'other version') {
    return trans.__('The server has another version of nb2prod');
  }
  return panel ? null : trans.__('No notebook is open');
}

/** How many findings there are of each severity, the gravest first; empty for none. */
export function countWords(
  counts: Record<Severity, number>,
  trans: TranslationBundle
): string {
  const { error, warning, advice } = counts;
  return [
    error && trans._n('%1 error', '%1 errors', error),
    warning && trans._n('%1 warning', '%1 warnings', warning),
    advice && trans._n('%1 piece of advice', '%1 pieces of advice', advice)
  ]
    .filter(Boolean)
    .join(', ');
}

/** How a run stands, in the ledger's words. */
export function statusWords(
  status: RunStatus,
  trans: TranslationBundle
): string {
  switch (status) {
    case 'queued':
      return trans.__('queued');
    case 'running':
      return trans.__('running');
    case 'succeeded':
      return trans.__('succeeded');
    case 'failed':
      return trans.__('failed');
    case 'timed_out':
      return trans.__('timed out');
    case 'interrupted':
      return trans.__('interrupted');
    case 'kernel_died':
      return trans.__('kernel died');
    case 'out_of_memory':
      return trans.__('out of memory');
    case 'pruned':
      return trans.__('stopped early');
    case 'lost':
      return trans.__('lost');
  }
}

/** The same for people who see colours and shapes before words. */
export function statusSign(status: RunStatus): string {
  switch (status) {
    case 'queued':
      return '·';
    case 'running':
      return '▸';
    case 'succeeded':
      return '✓';
    case 'interrupted':
      return '◼';
    case 'pruned':
      return '✂';
    case 'lost':
      return '?';
    default:
      return '✕';
  }
}
