import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';

import { flows } from '../outline';
import type { INeededBy, IOutline } from '../outline';
import { CHOICES } from '../sections';
import type { ISectionCell, ISectionModel } from '../tokens';
import { sectionHelp, sectionName } from '../words';

const MIME = 'application/vnd.nb2prod.cell';

interface IProps {
  model: ISectionModel;
  trans: TranslationBundle;
}

/** The cell that was moved by keys: its button gets the focus back in its new place. */
interface IMoved {
  id: string;
}

interface IMoving {
  moved: React.MutableRefObject<IMoved | null>;
  move: (cell: ISectionCell, step: number) => void;
}

/** The cells by section; a cell is moved by dragging it, or with Alt and the arrows. */
export function SectionGroups({ model, trans }: IProps): JSX.Element {
  const groups: (string | null)[] = [...CHOICES, null];
  const needed = new Map<number, INeededBy>();
  model.outline?.cells.forEach(cell => {
    if (cell.needed_by) {
      needed.set(cell.index, cell.needed_by);
    }
  });
  const moved = React.useRef<IMoved | null>(null);
  const [said, say] = React.useState('');
  const move = (cell: ISectionCell, step: number) => {
    const at = groups.indexOf(cell.section) + step;
    if (at >= 0 && at < groups.length) {
      moved.current = { id: cell.id };
      model.setSectionOf(cell.id, groups[at]);
      const place = sectionName(groups[at], trans);
      say(trans.__('Cell [%1] moved to: %2', cell.index + 1, place));
    }
  };
  return (
    <div className="nb2prod-SectionGroups">
      <p className="nb2prod-heard" role="status">
        {said}
      </p>
      {groups.map(section => (
        <Group
          key={section ?? ''}
          section={section}
          cells={model.cells.filter(cell => cell.section === section)}
          needed={needed}
          moved={moved}
          move={move}
          model={model}
          trans={trans}
        />
      ))}
    </div>
  );
}

function Group(
  props: IProps &
    IMoving & {
      section: string | null;
      cells: ISectionCell[];
      needed: Map<number, INeededBy>;
    }
): JSX.Element | null {
  const { section, cells, needed, model, trans } = props;
  const [isOver, setOver] = React.useState(false);
  if (section === 'skip' && cells.length === 0) {
    return null;
  }
  const drop = (event: React.DragEvent) => {
    setOver(false);
    const id = event.dataTransfer.getData(MIME);
    if (id) {
      event.preventDefault();
      model.setSectionOf(id, section);
    }
  };
  const over = (event: React.DragEvent) => {
    if (event.dataTransfer.types.includes(MIME)) {
      event.preventDefault();
      setOver(true);
    }
  };
  const name = sectionName(section, trans);
  return (
    <section
      className={`nb2prod-Group${isOver ? ' nb2prod-mod-over' : ''}`}
      data-nb2prod-section={section ?? ''}
      role="group"
      aria-label={name}
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <h4 title={sectionHelp(section, trans)}>
        <span className="nb2prod-swatch" aria-hidden="true">
          {section ? section[0].toUpperCase() : ''}
        </span>
        {name}
        <span className="nb2prod-count">{cells.length || ''}</span>
      </h4>
      <Flow outline={model.outline} section={section} trans={trans} />
      {cells.length === 0 ? (
        <p className="nb2prod-hint">{sectionHelp(section, trans)}</p>
      ) : (
        <ul>
          {cells.map(cell => (
            <Item
              key={cell.id}
              cell={cell}
              needed={needed.get(cell.index)}
              moved={props.moved}
              move={props.move}
              model={model}
              trans={trans}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

/** The names that flow into a section and out of it. */
function Flow(props: {
  outline: IOutline | null;
  section: string | null;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { outline, section, trans } = props;
  if (!outline || !section) {
    return null;
  }
  const all = flows(outline);
  const unique = (lists: string[][]) => [...new Set(lists.flat())].join(', ');
  const into = unique(
    all.filter(flow => flow.to === section).map(flow => flow.names)
  );
  const out = unique(
    all.filter(flow => flow.from === section).map(flow => flow.names)
  );
  if (!into && !out) {
    return null;
  }
  return (
    <dl className="nb2prod-Flow">
      {into && (
        <>
          <dt>{trans.__('takes')}</dt>
          <dd title={into}>{into}</dd>
        </>
      )}
      {out && (
        <>
          <dt>{trans.__('gives')}</dt>
          <dd title={out}>{out}</dd>
        </>
      )}
    </dl>
  );
}

function Item(
  props: IProps &
    IMoving & { cell: ISectionCell; needed: INeededBy | undefined }
): JSX.Element {
  const { cell, needed, moved, move, model, trans } = props;
  const button = React.useRef<HTMLButtonElement>(null);
  React.useEffect(() => {
    if (moved.current?.id === cell.id) {
      moved.current = null;
      button.current?.focus();
    }
  }, []);
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.altKey && ['ArrowUp', 'ArrowDown'].includes(event.key)) {
      event.preventDefault();
      move(cell, event.key === 'ArrowUp' ? -1 : 1);
    }
  };
  return (
    <li
      draggable
      onDragStart={event => {
        event.dataTransfer.setData(MIME, cell.id);
        event.dataTransfer.effectAllowed = 'move';
      }}
    >
      <button
        ref={button}
        type="button"
        className="nb2prod-Item"
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
        title={trans.__(
          'Go to the cell; drag it, or press Alt with an arrow, to move it to another section'
        )}
        onClick={() => model.show(cell.id)}
        onKeyDown={onKeyDown}
      >
        <span className="nb2prod-number">[{cell.index + 1}]</span>
        <code>{cell.preview || trans.__('(empty)')}</code>
      </button>
      {needed && (
        <div className="nb2prod-along">
          {trans.__(
            'comes along: cell [%1] (%2) needs %3',
            needed.cell + 1,
            sectionName(needed.section, trans),
            needed.name
          )}
        </div>
      )}
    </li>
  );
}
