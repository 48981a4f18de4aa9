import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import type { NotebookPanel } from '@jupyterlab/notebook';

import type {
  IAsked,
  IFinding,
  IFix,
  IFound,
  IIgnored,
  IRule
} from './findings';
import type { JobList } from './jobs';
import type {
  IOutline,
  IProblem,
  IRunning,
  ISuggestedOutline
} from './outline';

/** Ids of the plugins; each has a settings schema of the same name if any. */
export namespace PluginIDs {
  export const model = 'nb2prod:model';
  export const tagging = 'nb2prod:tagging';
  export const bands = 'nb2prod:bands';
  export const sidebar = 'nb2prod:sidebar';
  export const outline = 'nb2prod:outline';
  export const exporting = 'nb2prod:exporting';
  export const readiness = 'nb2prod:readiness';
  export const marks = 'nb2prod:marks';
  export const inline = 'nb2prod:inline';
  export const runs = 'nb2prod:runs';
}

/** Command ids. */
export namespace CommandIDs {
  export const tagCell = 'nb2prod:tag-cell';
  export const openPanel = 'nb2prod:open-panel';
  export const suggest = 'nb2prod:suggest-sections';
  export const acceptAll = 'nb2prod:accept-suggestions';
  export const exportNotebook = 'nb2prod:export-notebook';
  export const showFindings = 'nb2prod:show-findings';
  export const showRuns = 'nb2prod:show-runs';
  export const startRuns = 'nb2prod:start-runs';
}

/** One cell of the notebook, as the panels show it. */
export interface ISectionCell {
  /** Place among all cells. */
  readonly position: number;
  /** Place among the code cells; what `[7]` counts from 1. */
  readonly index: number;
  readonly id: string;
  readonly section: string | null;
  /** The first line that says something. */
  readonly preview: string;
}

/** Whether the server has our part, and the same version of it. */
export type ServerPart = 'unknown' | 'present' | 'missing' | 'other version';

/** Follows the current notebook and the sections of its code cells. */
export interface ISectionModel {
  readonly panel: NotebookPanel | null;
  readonly cells: ReadonlyArray<ISectionCell>;
  /** What the server says of the notebook; `null` as long as it has not. */
  readonly outline: IOutline | null;
  /** Why it says nothing. */
  readonly problems: ReadonlyArray<IProblem>;
  readonly suggestion: ISuggestedOutline | null;
  readonly isSuggesting: boolean;
  readonly server: ServerPart;
  readonly changed: ISignal<ISectionModel, void>;
  /** Give the section to the selected cells, or to the active one. */
  setSection(section: string | null): void;
  /** Give the section to one cell, by its id. */
  setSectionOf(id: string, section: string | null): void;
  /** What the server says of the notebook as it is now; `null` with the reasons in `problems`. */
  latest(): Promise<IOutline | null>;
  /** Whether the notebook's kernel can be asked instead of running it again. */
  running(): Promise<IRunning>;
  /** Ask for suggestions; `model` names the one to serve. */
  suggest(model?: string): Promise<void>;
  /** Take over what is suggested, for one cell by its id or for all. */
  accept(id?: string): void;
  /** Forget the suggestions, or the one for a cell. */
  dismiss(id?: string): void;
  /** Show a cell and make it the active one. */
  show(id: string): void;
}

export const ISectionModel = new Token<ISectionModel>(
  'nb2prod:ISectionModel',
  'The sections of the current notebook.'
);

/** What is known of what stands between the notebook and production. */
export type ReadinessState =
  'no notebook' | 'no server' | 'reading' | 'refused' | 'found';

/** Follows what stands between the current notebook and production. */
export interface IReadiness {
  readonly panel: NotebookPanel | null;
  readonly server: ServerPart;
  readonly state: ReadinessState;
  /** What was found last, with the ids of the cells. */
  readonly found: IFound;
  /** Why the notebook cannot be looked at. */
  readonly problems: ReadonlyArray<IProblem>;
  readonly changed: ISignal<IReadiness, void>;
  /** Have the server asked while this is so, and not where nobody looks. */
  watch(isLooking: () => boolean): void;
  /** Ask the server, if there is something to ask: somebody looks again. */
  wake(): void;
  /** Show a cell by its id, with the cursor in the line if there is one. */
  goTo(id: string, line: number | null): Promise<void>;
  /** A rule's page. Rejects with the server's refusal. */
  explain(code: string): Promise<IRule>;
  /** What would mend a finding, or with `null` all that can be mended safely. Rejects with the server's refusal. */
  fixOf(finding: IFinding | null): Promise<IFix>;
  /** Apply what was shown; returns what has to be shown again because the notebook has changed meanwhile. */
  mend(finding: IFinding | null, shown: IFix): Promise<IFix | null>;
  /**
   * Add what was found in the objects of a notebook's kernel, in place of what was found there before. It is kept while
   * other notebooks are the current one, and goes when its cell is not what it was when the kernel was asked.
   */
  setLive(
    panel: NotebookPanel,
    findings: readonly IFinding[],
    asked: readonly IAsked[]
  ): void;
  /** Have a rule ignored in a code cell, or in the notebook; or no more. */
  setIgnored(
    ignored: Pick<IIgnored, 'code' | 'cell'>,
    isIgnored: boolean
  ): void;
}

export const IReadiness = new Token<IReadiness>(
  'nb2prod:IReadiness',
  'What stands between the current notebook and production.'
);

/** The panels of the sidebar; whoever has one more adds it. */
export interface IProductionPanels {
  /** Add a panel; its title's label is its heading. Lower ranks stand higher. */
  add(panel: Widget, rank: number, isOpen?: boolean): void;
  /** Open a panel, whether the sidebar is shown or not. */
  open(id: string): void;
  /** Show the sidebar, and a panel of it by its id. */
  reveal(id?: string): void;
}

export const IProductionPanels = new Token<IProductionPanels>(
  'nb2prod:IProductionPanels',
  'The panels of the production sidebar.'
);

/** The long work that the server does. */
export const IJobList = new Token<JobList>(
  'nb2prod:IJobList',
  'The jobs that run on the server.'
);
