import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';

import { flows } from '../outline';
import type { IOutline } from '../outline';
import { SECTIONS } from '../sections';
import { sectionName } from '../words';

const ROW = 34;
const BOX = { width: 96, height: 22, x: 8 };
const WIDTH = 240;

/** The sections from top to bottom, and an arc for what flows from one to another. */
export function FlowPicture(props: {
  outline: IOutline | null;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { outline, trans } = props;
  if (!outline) {
    return null;
  }
  const all = flows(outline);
  const shown = SECTIONS.filter(section =>
    outline.cells.some(cell => cell.section === section)
  );
  if (shown.length < 2) {
    return null;
  }
  const middle = (section: string) =>
    shown.indexOf(section as any) * ROW + BOX.height / 2 + 4;
  const height = shown.length * ROW;
  const words = all
    .map(flow =>
      trans.__(
        '%1 gives %2 to %3',
        sectionName(flow.from, trans),
        flow.names.join(', '),
        sectionName(flow.to, trans)
      )
    )
    .join('; ');
  return (
    <svg
      className="nb2prod-FlowPicture"
      viewBox={`0 0 ${WIDTH} ${height}`}
      role="img"
      aria-label={words}
    >
      {all.map(flow => {
        const [from, to] = [middle(flow.from), middle(flow.to)];
        const right = BOX.x + BOX.width;
        const bend = right + 14 + 12 * Math.abs((to - from) / ROW);
        return (
          <g key={`${flow.from}>${flow.to}`} className="nb2prod-flow">
            <title>{flow.names.join(', ')}</title>
            <path
              d={`M${right} ${from} C${bend} ${from} ${bend} ${to} ${right + 6} ${to}`}
            />
            <path className="nb2prod-arrow" d={`M${right} ${to} l7 -4 v8 z`} />
          </g>
        );
      })}
      {all
        .filter(flow => Math.abs(middle(flow.to) - middle(flow.from)) <= ROW)
        .map(flow => (
          <text
            key={`${flow.from}>${flow.to}`}
            className="nb2prod-names"
            x={BOX.x + BOX.width + 30}
            y={(middle(flow.from) + middle(flow.to)) / 2 + 3}
          >
            {short(flow.names)}
          </text>
        ))}
      {shown.map(section => (
        <g key={section} data-nb2prod-section={section}>
          <rect
            className="nb2prod-box"
            x={BOX.x}
            y={middle(section) - BOX.height / 2}
            width={BOX.width}
            height={BOX.height}
            rx={3}
          />
          <text x={BOX.x + 10} y={middle(section) + 4}>
            {sectionName(section, trans)}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** As many names as there is room for. */
function short(names: string[]): string {
  let text = '';
  for (const [at, name] of names.entries()) {
    const next = text ? `${text}, ${name}` : name;
    if (next.length > 17) {
      return text ? `${text} +${names.length - at}` : `${name.slice(0, 16)}…`;
    }
    text = next;
  }
  return text;
}
