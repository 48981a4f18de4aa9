import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IScore, IScoreTest } from '../findings';
import { Words } from './Words';

interface IProps {
  score: IScore;
  trans: TranslationBundle;
}

/** The ML Test Score in one line; its sections, and what would raise them, can be opened. */
export function ScoreView({ score, trans }: IProps): JSX.Element {
  return (
    <details className="nb2prod-Score">
      <Head title={trans.__('ML Test Score')} {...{ ...score, trans }} />
      {score.sections.map(each => (
        <details key={each.title}>
          <Head {...each} most={score.most} trans={trans} />
          <ul className="nb2prod-plain">
            {each.tests.map(test => (
              <TestView key={test.title} test={test} trans={trans} />
            ))}
          </ul>
        </details>
      ))}
    </details>
  );
}

function Head(props: {
  title: string;
  now: number;
  exported: number;
  most: number;
  trans: TranslationBundle;
}): JSX.Element {
  const { now, exported, trans } = props;
  return (
    <summary>
      <span>{props.title}</span>
      <Bar now={now} exported={exported} most={props.most} />
      <span className="nb2prod-ScorePoints">
        {now === exported
          ? trans.__('%1 of %2', now, props.most)
          : trans.__('%1 of %2, once exported %3', now, props.most, exported)}
      </span>
    </summary>
  );
}

/** How much of what a section may have is there, and how much an export adds. */
function Bar(props: {
  now: number;
  exported: number;
  most: number;
}): JSX.Element {
  const share = (points: number) =>
    `${Math.min(100, (100 * points) / props.most)}%`;
  return (
    <span className="nb2prod-ScoreBar" aria-hidden="true">
      <span
        className="nb2prod-mod-expected"
        style={{ width: share(props.exported) }}
      />
      <span className="nb2prod-mod-done" style={{ width: share(props.now) }} />
    </span>
  );
}

function TestView(props: {
  test: IScoreTest;
  trans: TranslationBundle;
}): JSX.Element {
  const { test, trans } = props;
  const { sign, state } = stateOf(test, trans);
  return (
    <li className="nb2prod-ScoreTest">
      <span role="img" aria-label={state} title={state}>
        {sign}
      </span>
      <span>
        {test.title}
        {test.to_raise && (
          <span className="nb2prod-remedy">
            <Words text={test.to_raise} />
          </span>
        )}
      </span>
    </li>
  );
}

function stateOf(test: IScoreTest, trans: TranslationBundle) {
  switch (test.state) {
    case 'automatic':
      return { sign: '✓', state: trans.__('automatic') };
    case 'attested':
      return { sign: '½', state: trans.__('done by hand') };
    case 'exported':
      return { sign: '→', state: trans.__('automatic once exported') };
    default:
      return { sign: '○', state: trans.__('missing') };
  }
}
