import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';

import { flows } from '../outline';
import type { IFlow, IOutline } from '../outline';
import { SECTIONS } from '../sections';
import { sectionName } from '../words';

const ROW = 22;
const LANE = 15;
const LANES = 74;
const WIDTH = 232;
/** How wide a character of the names is. */
const CHARACTER = 5.8;

/**
 * A row for each section and a lane for each that gives something: a dot where
 * it is made, an arrow where it is taken. Lanes never cross.
 */
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
  const givers = shown.filter(section => all.some(f => f.from === section));
  const middle = (section: string) =>
    shown.indexOf(section as any) * ROW + ROW / 2;
  const behind = LANES + givers.length * LANE + 4;
  return (
    <svg
      className="nb2prod-FlowPicture"
      viewBox={`0 0 ${WIDTH} ${shown.length * ROW}`}
      role="img"
      aria-label={inWords(all, trans)}
    >
      {shown.map((section, at) => {
        const given = all.filter(flow => flow.from === section);
        return (
          <g key={section} data-nb2prod-section={section}>
            <title>
              {inWords(given, trans) || sectionName(section, trans)}
            </title>
            <rect
              className={at % 2 ? 'nb2prod-stripe' : 'nb2prod-mod-plain'}
              y={at * ROW}
              width={WIDTH}
              height={ROW}
            />
            <rect
              className="nb2prod-mark"
              y={at * ROW + 3}
              width={4}
              height={ROW - 6}
            />
            <text x={10} y={middle(section) + 4}>
              {sectionName(section, trans)}
            </text>
            <text className="nb2prod-names" x={behind} y={middle(section) + 4}>
              {short(
                [...new Set(given.flatMap(flow => flow.names))],
                Math.floor((WIDTH - behind) / CHARACTER)
              )}
            </text>
          </g>
        );
      })}
      {givers.map((section, lane) => (
        <Lane
          key={section}
          section={section}
          x={LANES + lane * LANE + LANE / 2}
          from={middle(section)}
          flows={all.filter(flow => flow.from === section)}
          middle={middle}
          trans={trans}
        />
      ))}
    </svg>
  );
}

/** What one section gives, down or up to those that take it. */
function Lane(props: {
  section: string;
  x: number;
  from: number;
  flows: IFlow[];
  middle: (section: string) => number;
  trans: TranslationBundle;
}): JSX.Element {
  const { section, x, from, middle, trans } = props;
  const ends = props.flows.map(flow => middle(flow.to));
  return (
    <g className="nb2prod-lane" data-nb2prod-section={section}>
      <line
        x1={x}
        x2={x}
        y1={Math.min(from, ...ends)}
        y2={Math.max(from, ...ends)}
      />
      <circle cx={x} cy={from} r={4} />
      {props.flows.map(flow => {
        const y = middle(flow.to);
        const back = y > from ? -1 : 1;
        return (
          <path key={flow.to} d={`M${x} ${y - 4 * back} l-5 ${8 * back} h10 z`}>
            <title>{inWords([flow], trans)}</title>
          </path>
        );
      })}
    </g>
  );
}

/** What flows, for those who hear it, and for the pointer. */
function inWords(all: IFlow[], trans: TranslationBundle): string {
  return all
    .map(flow =>
      trans.__(
        '%1 gives %2 to %3',
        sectionName(flow.from, trans),
        flow.names.join(', '),
        sectionName(flow.to, trans)
      )
    )
    .join('; ');
}

/** As many names as there is room for. */
function short(names: string[], room: number): string {
  let text = '';
  for (const [at, name] of names.entries()) {
    const next = text ? `${text}, ${name}` : name;
    const more = names.length - at - 1;
    if (next.length + (more ? 3 : 0) > room) {
      return text
        ? `${text} +${names.length - at}`
        : `${name.slice(0, room - 1)}…`;
    }
    text = next;
  }
  return text;
}
