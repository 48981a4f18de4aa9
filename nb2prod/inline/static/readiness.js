// Draws what Python says of a notebook. Every text is set as text: nothing of a notebook is ever read as HTML.
// It imports nothing. `docs/jupyterlab.md` has the events by which the extension of JupyterLab goes to cells.

const SVG = 'http://www.w3.org/2000/svg';
const SEVERITIES = ['error', 'warning', 'advice'];
const TITLES = { error: 'Errors', warning: 'Warnings', advice: 'Advice' };
const MARKS = { waiting: '○', running: '◔', passed: '✓', failed: '✕', skipped: '–' };

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** Text with what stands in backticks as code. */
function said(text) {
  return text.split(/`([^`]+)`/).map((part, at) => (at % 2 ? make('code', {}, part) : part));
}

function counted(counts) {
  const words = { error: ['error', 'errors'], warning: ['warning', 'warnings'], advice: ['piece of advice', 'pieces of advice'] };
  const parts = SEVERITIES.filter(each => counts[each]).map(each => `${counts[each]} ${words[each][counts[each] === 1 ? 0 : 1]}`);
  return parts.join(', ') || 'Nothing found';
}

// --- pictures -------------------------------------------------------------------------------------------------------

const WIDE = 300;
const HIGH = 96;
const LEFT = 6;
const FLOOR = 78;

function draw(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, String(value));
  }
  if (text !== undefined) {
    element.textContent = text;
  }
  return element;
}

const numbers = list => (Array.isArray(list) ? list.map(each => (typeof each === 'number' ? each : 0)) : []);
const short = value => (typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value ?? ''));
const cut = (text, most) => (text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text);
const words = value => (typeof value === 'string' ? value : '');

/** Bars of one row of counts, from the floor up. */
function columns(counts, top, kind) {
  const width = (WIDE - 2 * LEFT) / Math.max(1, counts.length);
  return counts.map((count, at) => {
    const high = top > 0 ? (Math.max(0, count) / top) * (FLOOR - 6) : 0;
    return draw('rect', {
      class: kind,
      x: LEFT + at * width + 0.5,
      y: FLOOR - high,
      width: Math.max(0.5, width - 1),
      height: high
    });
  });
}

/** The floor with what stands at its ends: numbers, or the names of categories where there are few. */
function axis(edges, labels, count) {
  const floor = draw('line', { class: 'axis', x1: LEFT, x2: WIDE - LEFT, y1: FLOOR, y2: FLOOR });
  if (Array.isArray(labels)) {
    const width = (WIDE - 2 * LEFT) / Math.max(1, count);
    const most = Math.max(3, Math.floor(width / 6));
    const each = Math.max(1, Math.ceil(count / 10));
    return [floor, ...labels.slice(0, count).flatMap((label, at) => at % each ? [] : [
      draw('text', { x: LEFT + (at + 0.5) * width, y: HIGH - 5, 'text-anchor': 'middle' }, cut(short(label), most * each))])];
  }
  return [
    floor,
    draw('text', { x: LEFT, y: HIGH - 5 }, short(edges[0])),
    draw('text', { x: WIDE - LEFT, y: HIGH - 5, 'text-anchor': 'end' }, short(edges[edges.length - 1]))
  ];
}

/** A line across where a limit is. */
function marked(picture, edges) {
  const [low, high] = [edges[0], edges[edges.length - 1]];
  if (typeof picture.mark !== 'number' || !(high > low)) {
    return [];
  }
  const share = Math.min(1, Math.max(0, (picture.mark - low) / (high - low)));
  const x = LEFT + share * (WIDE - 2 * LEFT);
  const isOut = picture.mark < low ? '← ' : picture.mark > high ? '→ ' : '';
  return [
    draw('line', { class: 'mark', x1: x, x2: x, y1: 2, y2: FLOOR }),
    draw('text', { x: share > 0.5 ? x - 4 : x + 4, y: 12, 'text-anchor': share > 0.5 ? 'end' : 'start' }, `${isOut}limit ${short(picture.mark)}`)
  ];
}

function histogram(picture) {
  const [edges, counts] = [numbers(picture.edges), numbers(picture.counts)];
  return [...columns(counts, Math.max(...counts), 'one'), ...axis(edges, null, 0), ...marked(picture, edges)];
}

/** Two rows of shares, beside each other in each column. */
function twoHistograms(picture) {
  const [first, second] = [numbers(picture.first?.shares), numbers(picture.second?.shares)];
  const top = Math.max(...first, ...second);
  const both = first.flatMap((share, at) => [share, second[at] ?? 0]);
  const drawn = columns(both, top, 'one');
  drawn.forEach((each, at) => each.setAttribute('class', at % 2 ? 'two' : 'one'));
  return [...drawn, ...axis(numbers(picture.edges), picture.labels, first.length)];
}

const barsOf = picture => (Array.isArray(picture.bars) ? picture.bars.filter(each => typeof each?.value === 'number') : []);

function bars(picture) {
  const rows = barsOf(picture);
  const line = typeof picture.line === 'number' ? picture.line : null;
  const most = Math.max(...rows.map(each => each.value), line ?? 0, 1e-12);
  const [from, to] = [116, WIDE - 92];
  const across = value => from + (Math.max(0, value) / most) * (to - from);
  const shapes = rows.flatMap((each, at) => [
    draw('text', { x: from - 6, y: at * 18 + 14, 'text-anchor': 'end' }, cut(short(each.label), 18)),
    draw('rect', { class: 'one', x: from, y: at * 18 + 3, width: across(each.value) - from, height: 14 }),
    draw('text', { x: to + 8, y: at * 18 + 14 }, [short(each.value), cut(words(each.note), 10)].filter(Boolean).join(', '))
  ]);
  if (line !== null) {
    shapes.push(draw('line', { class: 'mark', x1: across(line), x2: across(line), y1: 0, y2: rows.length * 18 + 2 }));
  }
  return shapes;
}

/** What the model says of how sure it is, against how often it is right: on the broken line both are the same. */
function reliability(picture) {
  const side = 110;
  const at = (x, y) => [14 + x * side, 5 + (1 - y) * side];
  const bins = Array.isArray(picture.bins) ? picture.bins.filter(each => typeof each?.said === 'number' && typeof each?.seen === 'number') : [];
  const most = Math.max(1, ...bins.map(each => each.rows ?? 0));
  const points = bins.map(each => at(each.said, each.seen));
  const [start, end] = [at(0, 0), at(1, 1)];
  const beside = 14 + side + 10;
  return [
    draw('rect', { class: 'frame', x: 14, y: 5, width: side, height: side }),
    draw('line', { class: 'axis', x1: start[0], y1: start[1], x2: end[0], y2: end[1], 'stroke-dasharray': '3 3' }),
    draw('polyline', { class: 'path', points: points.map(each => each.join(',')).join(' ') }),
    ...points.map(([x, y], place) => draw('circle', { class: 'one', cx: x, cy: y, r: 2 + 3 * Math.sqrt((bins[place].rows ?? most) / most) })),
    draw('text', { x: 14, y: 128 }, '0'),
    draw('text', { x: 14 + side, y: 128, 'text-anchor': 'end' }, '1'),
    draw('text', { x: beside, y: 16 }, '↑ how often it is right'),
    draw('text', { x: beside, y: 112 }, '→ how sure it says it is')
  ];
}

const KINDS = { histogram, two_histograms: twoHistograms, bars, reliability };

function legend(picture) {
  if (picture.kind !== 'two_histograms') {
    return [];
  }
  const rows = [['one', picture.first], ['two', picture.second]];
  return rows.map(([kind, row]) => make('span', { class: `key ${kind}` }, words(row?.name)));
}

/** A small figure with a title that says the same to those who do not see it; nothing where it cannot be drawn. */
function figure(picture) {
  const shape = picture && Object.hasOwn(KINDS, picture.kind) ? KINDS[picture.kind] : undefined;
  if (!shape) {
    return null;
  }
  const high = picture.kind === 'bars' ? barsOf(picture).length * 18 + 4 : picture.kind === 'reliability' ? 134 : HIGH;
  const title = words(picture.title) || picture.kind.replace('_', ' ');
  const image = draw('svg', { viewBox: `0 0 ${WIDE} ${high}`, width: WIDE, height: high, role: 'img', 'aria-label': title });
  image.append(...shape(picture));
  return make('figure', {}, make('figcaption', {}, title, ...legend(picture)), image);
}

// --- score ----------------------------------------------------------------------------------------------------------

const TESTS = {
  automatic: ['✓', 'automatic'],
  attested: ['½', 'done by hand'],
  exported: ['→', 'automatic once exported'],
  missing: ['○', 'missing']
};

/** Two arcs on one ring: what is established, and what an export is expected to add. */
function ring(score) {
  const around = 2 * Math.PI * 26;
  const arc = (kind, points) =>
    draw('circle', { class: kind, cx: 32, cy: 32, r: 26, transform: 'rotate(-90 32 32)',
      'stroke-dasharray': `${(Math.min(1, Math.max(0, points / score.most)) * around).toFixed(2)} ${around}` });
  const image = draw('svg', { viewBox: '0 0 64 64', width: 64, height: 64, role: 'img',
    'aria-label': `ML Test Score ${short(score.now)} of ${short(score.most)} now, ${short(score.exported)} once exported` });
  image.append(draw('circle', { class: 'track', cx: 32, cy: 32, r: 26 }), arc('expected', score.exported), arc('done', score.now),
    draw('text', { x: 32, y: 38, 'text-anchor': 'middle' }, short(score.now)));
  return image;
}

function section(each, most) {
  const bar = make('span', { class: 'bar', 'aria-hidden': 'true' });
  for (const [kind, points] of [['expected', each.exported], ['done', each.now]]) {
    const part = make('span', { class: kind });
    part.style.width = `${(100 * Math.min(1, points / most)).toFixed(1)}%`;
    bar.append(part);
  }
  const rows = each.tests.map(test => {
    const [mark, state] = TESTS[test.state] ?? ['', test.state];
    const row = make('li', {}, make('span', { class: 'mark', title: state, role: 'img', 'aria-label': state }, mark), make('span', {}, test.title));
    if (test.to_raise) {
      row.append(make('div', { class: 'why' }, ...said(test.to_raise)));
    }
    return row;
  });
  const points = make('span', { class: 'points' }, `${short(each.now)} now, ${short(each.exported)} once exported`);
  const head = make('summary', {}, make('span', { class: 'title' }, each.title), bar, points);
  return make('details', { class: 'section' }, head, make('ul', { 'aria-label': `Tests of ${each.title}` }, ...rows));
}

function scored(score) {
  const head = make('div', {}, make('strong', {}, 'ML Test Score'),
    ` ${short(score.now)} of ${short(score.most)} now, ${short(score.exported)} once exported`);
  const sections = score.sections.map(each => section(each, score.most));
  return make('div', { class: 'score' }, ring(score), make('div', { class: 'sections' }, head, ...sections));
}

// --- findings and checks --------------------------------------------------------------------------------------------

/** Tell the page what somebody wants of it; say whether there was anybody to hear it. */
function tell(element, name, detail) {
  return !element.dispatchEvent(new CustomEvent(`nb2prod:${name}`, { bubbles: true, cancelable: true, composed: true, detail }));
}

function finding(each, page, root, isHeard) {
  const wanted = { cell: each.id, line: each.line, code: each.code, what: each.what };
  const row = make('li', { class: 'finding', 'data-severity': each.severity });
  const head = make('div', { class: 'what' });
  if (each.place) {
    const canGo = isHeard && each.id !== null;
    const place = make(canGo ? 'button' : 'span', { class: 'place', ...(canGo ? { type: 'button', title: 'Go to the cell' } : {}) }, each.place);
    if (canGo) {
      place.addEventListener('click', () => tell(root, 'go', wanted));
    }
    head.append(place, ' ');
  }
  head.append(...said(each.what));
  row.append(head);
  if (each.remedy) {
    row.append(make('div', { class: 'remedy' }, ...said(each.remedy)));
  }
  const drawn = figure(each.picture);
  if (drawn) {
    row.append(drawn);
  }
  const more = make('details', {}, make('summary', {}, `Explain ${each.code} ${each.name}`));
  more.addEventListener('toggle', () => {
    if (more.open && more.childElementCount === 1) {
      more.append(make('div', { class: 'page', tabindex: 0 }, page || 'This rule has no page.'));
    }
  });
  const foot = make('div', { class: 'foot' }, more);
  if (isHeard && each.fixing !== 'none') {
    const fix = make('button', { type: 'button', 'aria-label': `Fix ${each.code} in ${each.place || 'the notebook'}` }, 'Fix…');
    fix.addEventListener('click', () => tell(root, 'fix', wanted));
    foot.append(fix);
  }
  row.append(foot);
  return row;
}

function check(each) {
  const row = make('li', { class: 'check', 'data-state': each.state });
  row.append(make('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[each.state] ?? ''), make('span', {}, each.title));
  if (each.state === 'running') {
    const progress = make('progress', { max: 1, 'aria-label': each.title });
    if (typeof each.share === 'number') {
      progress.value = each.share;
    }
    row.append(progress);
  } else {
    row.append(make('span', { class: 'state' }, each.state));
  }
  if (each.why) {
    row.append(make('span', { class: 'why' }, ...said(each.why)));
  }
  return row;
}

/** How many checks are in which state, in the order in which they get there. */
function states(checks) {
  const counts = Object.keys(MARKS).map(state => [checks.filter(each => each.state === state).length, state]);
  return counts.filter(([count]) => count).map(([count, state]) => `${count} ${state}`).join(', ');
}

/** Replace the children by what belongs to the items, and keep those whose item is as it was: focus and all. */
function keep(list, items, drawItem) {
  const before = new Map([...list.children].map(child => [child.nb2prodKey, child]));
  const seen = new Map();
  const children = items.map(item => {
    const text = JSON.stringify(item);
    const times = (seen.get(text) ?? 0) + 1;
    seen.set(text, times);
    const key = `${times} ${text}`;
    const child = before.get(key) ?? drawItem(item);
    child.nb2prodKey = key;
    return child;
  });
  children.forEach((child, at) => {
    if (list.children[at] !== child) {
      list.insertBefore(child, list.children[at] ?? null);
    }
  });
  while (list.children.length > children.length) {
    list.lastElementChild.remove();
  }
}

/** Whether what is written here is light: then it stands on something dark, whatever the frontend calls its theme. */
function isDark(element) {
  const found = /rgba?\(([\d.]+)[, ]+([\d.]+)[, ]+([\d.]+)/.exec(getComputedStyle(element).color);
  return found !== null && 0.299 * found[1] + 0.587 * found[2] + 0.114 * found[3] > 128;
}

function render({ model, el }) {
  const root = make('div', { class: 'nb2prod-Readiness', role: 'region', 'aria-label': 'Readiness' });
  const title = make('h3', {});
  const status = make('p', { class: 'counts', role: 'status' });
  const score = make('div', {});
  const problems = make('div', { role: 'alert' });
  const groups = new Map();
  const more = make('p', { class: 'quiet' });
  const checks = make('ul', { 'aria-label': 'Long checks' });
  const checked = make('span', {});
  const ended = make('progress', { 'aria-label': 'Long checks that have ended' });
  const checking = make('details', { class: 'checks', open: '' }, make('summary', {}, checked, ended), checks);
  const notes = make('ul', { class: 'notes quiet', 'aria-label': 'Notes' });
  root.append(title, status, problems, score);
  for (const severity of SEVERITIES) {
    const list = make('ul', { 'aria-label': TITLES[severity] });
    const heading = make('summary', {});
    const group = make('details', { class: 'group', open: '', 'data-severity': severity }, heading, list);
    groups.set(severity, { group, heading, list });
    root.append(group);
  }
  root.append(more, checking, notes);
  el.append(root);

  const show = () => {
    const view = model.get('view');
    const most = SEVERITIES.length - 1 - model.get('hidden');
    const isHeard = tell(root, 'here', null);
    title.textContent = view.notebook ? `Readiness of ${view.notebook}` : 'Readiness';
    root.setAttribute('aria-label', title.textContent);
    const counts = view.problems.length ? '' : counted(view.counts);
    if (status.textContent !== counts) {
      status.textContent = counts;
    }
    problems.replaceChildren(...view.problems.map(each => make('p', {}, ...said(each))));
    keep(score, view.score ? [view.score] : [], scored);
    SEVERITIES.forEach((severity, at) => {
      const { group, heading, list } = groups.get(severity);
      const found = view.findings.filter(each => each.severity === severity);
      group.hidden = !found.length || at > most;
      heading.textContent = `${TITLES[severity]} (${view.counts[severity]})`;
      keep(list, found.map(each => ({ ...each, isHeard })), each => finding(each, view.pages[each.code], root, isHeard));
    });
    more.textContent = view.more ? `and ${view.more} more` : '';
    keep(notes, view.notes, each => make('li', {}, ...said(each)));
    notes.hidden = !view.notes.length;
  };
  const showChecks = () => {
    const found = model.get('checks');
    checking.hidden = !found.length;
    checked.textContent = `Long checks: ${states(found)}`;
    ended.max = Math.max(1, found.length);
    ended.value = found.filter(each => !['waiting', 'running'].includes(each.state)).length;
    ended.hidden = ended.value === ended.max;
    keep(checks, found, check);
  };
  const showBusy = () => root.setAttribute('aria-busy', String(model.get('busy')));
  const showTheme = () => root.setAttribute('data-dark', String(isDark(root)));

  const followed = [['change:view', show], ['change:hidden', show], ['change:checks', showChecks], ['change:busy', showBusy]];
  followed.forEach(([name, react]) => model.on(name, react));
  const themes = new MutationObserver(() => requestAnimationFrame(showTheme));
  for (const each of [document.documentElement, document.body]) {
    themes.observe(each, { attributes: true });
  }
  show();
  showChecks();
  showBusy();
  requestAnimationFrame(() => {
    showTheme();
    show(); // now it stands in the page, where somebody may hear it
  });
  return () => {
    followed.forEach(([name, react]) => model.off(name, react));
    themes.disconnect();
  };
}

export default { render };
