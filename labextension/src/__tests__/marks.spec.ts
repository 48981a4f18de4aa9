import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

import { marksFrom } from '../marks';
import type { Marked } from '../marks';

function editor(doc: string) {
  let marked: readonly Marked[] = [];
  const listeners = new Set<() => void>();
  const extensions = marksFrom({
    marked: () => marked,
    follow: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    }
  });
  const state = EditorState.create({ doc, extensions });
  const view = new EditorView({ state, parent: document.body });
  const shows = (...all: Partial<Marked>[]) => {
    marked = all.map(each => ({
      severity: 'warning',
      line: 1,
      what: 'w',
      remedy: '',
      ...each
    }));
    listeners.forEach(listener => listener());
  };
  const seen = () =>
    [...view.dom.querySelectorAll('.nb2prod-Mark, .nb2prod-Sign')].map(
      each => each.textContent
    );
  return { view, shows, seen, listeners };
}

it('a line is underlined, a cell has a sign behind its first line', () => {
  const { view, shows, seen } = editor('first\n  second  \n\nlast');
  shows({ line: 2 }, { line: null, severity: 'error', what: 'all `x`' });
  expect(seen()).toEqual(['✕', 'second']);
  const sign = view.dom.querySelector<HTMLElement>('.nb2prod-Sign')!;
  expect(sign.title).toBe('all x');
  expect(view.dom.querySelector('.nb2prod-Mark')!.className).toContain(
    'nb2prod-mod-warning'
  );
});

it('marks move with the text, and go with what was found', () => {
  const { view, shows, seen } = editor('first\nsecond');
  shows({ line: 2 });
  view.dispatch({ changes: { from: 0, insert: 'new\n' } });
  expect(seen()).toEqual(['second']);
  shows();
  expect(seen()).toEqual([]);
});

it('an empty line, and one that there is not, have a sign', () => {
  const { shows, seen } = editor('first\n');
  shows({ line: 2, severity: 'advice' }, { line: 9, severity: 'error' });
  expect(seen().sort()).toEqual(['i', '✕']);
});

it('an editor that is gone hears nothing more', () => {
  const { view, listeners } = editor('a');
  view.destroy();
  expect(listeners.size).toBe(0);
});
