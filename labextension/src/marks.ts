import { StateEffect, StateField } from '@codemirror/state';
import type { Extension, Range, Text } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  hoverTooltip,
  ViewPlugin,
  WidgetType
} from '@codemirror/view';
import type { DecorationSet } from '@codemirror/view';

import type { IFinding, Severity } from './findings';

/** What is marked in an editor. */
export type Marked = Pick<IFinding, 'severity' | 'line' | 'what' | 'remedy'>;

/** The sign of a severity, for those who see no colours. */
export const SIGNS: Record<Severity, string> = {
  error: '✕',
  warning: '!',
  advice: 'i'
};

const setMarks = StateEffect.define<readonly Marked[]>();

/** A sign behind the first line, for what is found in the cell as a whole. */
class Sign extends WidgetType {
  constructor(private readonly _marked: Marked) {
    super();
  }

  eq(other: Sign): boolean {
    const { severity, what } = this._marked;
    return severity === other._marked.severity && what === other._marked.what;
  }

  toDOM(): HTMLElement {
    const sign = document.createElement('span');
    sign.className = `nb2prod-Sign nb2prod-mod-${this._marked.severity}`;
    sign.textContent = SIGNS[this._marked.severity];
    sign.title = sentence(this._marked);
    sign.setAttribute('aria-hidden', 'true'); // the panel says it
    return sign;
  }
}

function sentence({ what, remedy }: Marked): string {
  return (remedy ? `${what}: ${remedy}` : what).replace(/`/g, '');
}

function decorations(doc: Text, marked: readonly Marked[]): DecorationSet {
  const found: Range<Decoration>[] = [];
  for (const each of marked) {
    const line = doc.line(Math.min(each.line ?? 1, doc.lines));
    const start = line.from + line.text.search(/\S|$/);
    const end = line.from + line.text.trimEnd().length;
    if (each.line !== null && end > start) {
      const name = `nb2prod-Mark nb2prod-mod-${each.severity}`;
      const mark = Decoration.mark({ class: name, marked: each });
      found.push(mark.range(start, end));
    } else {
      const sign = Decoration.widget({ widget: new Sign(each), side: 1 });
      found.push(sign.range(line.to));
    }
  }
  return Decoration.set(found, true);
}

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (value, transaction) => {
    let found = value.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) {
        found = decorations(transaction.state.doc, effect.value);
      }
    }
    return found;
  },
  provide: self => EditorView.decorations.from(self)
});

/** The words for what is marked at a place. */
const hover = hoverTooltip((view, pos) => {
  const found: Marked[] = [];
  let from = pos;
  let to = pos;
  view.state.field(field).between(pos, pos, (start, end, { spec }) => {
    if (spec.marked) {
      found.push(spec.marked);
      from = Math.min(from, start);
      to = Math.max(to, end);
    }
  });
  return found.length === 0
    ? null
    : {
        pos: from,
        end: to,
        above: true,
        create: () => ({ dom: words(found) })
      };
});

function words(all: readonly Marked[]): HTMLElement {
  const dom = document.createElement('div');
  dom.className = 'nb2prod-MarkWords';
  for (const each of all) {
    const line = dom.appendChild(document.createElement('div'));
    const sign = line.appendChild(document.createElement('span'));
    sign.className = `nb2prod-Sign nb2prod-mod-${each.severity}`;
    sign.textContent = SIGNS[each.severity];
    line.append(sentence(each));
  }
  return dom;
}

/** Who knows what is to be marked, and says when that changes. */
export interface IMarkSource {
  marked(): readonly Marked[];
  follow(listener: () => void): () => void;
}

/** An editor's marks: they move with the text until there are new ones. */
export function marksFrom(source: IMarkSource): Extension {
  const follower = ViewPlugin.define(view => {
    let shown = '[]';
    let isGone = false;
    const show = () => {
      const marked = source.marked();
      const now = JSON.stringify(marked);
      if (!isGone && now !== shown) {
        shown = now;
        view.dispatch({ effects: setMarks.of(marked) });
      }
    };
    const leave = source.follow(show);
    void Promise.resolve().then(show); // not while the editor is being made
    return {
      destroy: () => {
        isGone = true;
        leave();
      }
    };
  });
  return [field, hover, follower];
}
