import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IProblem } from '../outline';
import { Words } from './Words';

/** What stands in the way, all of it, each with its place and what to do. */
export function Problems(props: {
  problems: ReadonlyArray<IProblem>;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { problems, trans } = props;
  if (problems.length === 0) {
    return null;
  }
  return (
    <ul
      className="nb2prod-Problems"
      role="alert"
      aria-label={trans.__('What stands in the way')}
    >
      {problems.map((problem, at) => (
        <li key={at}>
          {problem.where && <strong>{problem.where}: </strong>}
          <Words text={problem.what} />
          {problem.remedy && (
            <div className="nb2prod-remedy">
              <Words text={problem.remedy} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
