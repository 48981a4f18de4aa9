import * as React from 'react';
import { nullTranslator } from '@jupyterlab/translation';

import type { IScore } from '../findings';
import { ScoreView } from '../widgets/ScoreView';

const { createRoot } = jest.requireActual('react-dom/client'); // has no types
(globalThis as any).IS_REACT_ACT_ENVIRONMENT = true;
const act: (work: () => Promise<void>) => Promise<void> = (React as any).act;

const trans = nullTranslator.load('nb2prod');
const NAMES = ['Data', 'Model', 'Privacy', 'Schema', 'Cost'];
const SCORE: IScore = {
  now: 0.5,
  exported: 3,
  most: 7,
  sections: [
    {
      title: NAMES[0],
      now: 0.5,
      exported: 4,
      tests: [
        { title: NAMES[2], state: 'attested', to_raise: '' },
        { title: NAMES[3], state: 'exported', to_raise: '' },
        {
          title: NAMES[4],
          state: 'missing',
          to_raise: 'say `cost` in metadata'
        }
      ]
    },
    { title: NAMES[1], now: 1, exported: 1, tests: [] }
  ]
};

it('shows what there is now, what an export adds, and what would raise it', async () => {
  const host = document.createElement('div');
  const root = createRoot(host);
  await act(async () => root.render(<ScoreView score={SCORE} trans={trans} />));
  const heads = Array.from(host.querySelectorAll('summary'));
  expect(heads.map(each => each.textContent)).toEqual([
    'ML Test Score0.5 of 7, once exported 3',
    'Data0.5 of 7, once exported 4',
    'Model1 of 7'
  ]);
  const bars = Array.from(
    heads[1].querySelectorAll<HTMLElement>('.nb2prod-ScoreBar > span')
  );
  expect(bars.map(each => Math.round(parseFloat(each.style.width)))).toEqual([
    57, 7
  ]);
  const signs = Array.from(host.querySelectorAll('[role="img"]'));
  expect(signs.map(each => each.getAttribute('aria-label'))).toEqual([
    'done by hand',
    'automatic once exported',
    'missing'
  ]);
  expect(host.querySelector('.nb2prod-remedy code')?.textContent).toBe('cost');
  await act(async () => root.unmount());
});
