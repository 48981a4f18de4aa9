// Draws how runs go on, as Python says it. Every text is set as text: nothing of a notebook is ever read as HTML.
// It imports nothing.

const EVERY = 500; // milliseconds between two looks at the clock

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = number => String(number).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** The kernel that runs the cell, where the frontend hands it out: JupyterLab and Notebook do. */
function kernelOf(model) {
  try {
    const kernel = model.widget_manager?.kernel;
    return typeof kernel?.interrupt === 'function' ? kernel : null;
  } catch {
    return null;
  }
}

/** Have an element show exactly these children, without taking away those that stay as they are. */
function fill(element, texts, tag) {
  while (element.children.length > texts.length) {
    element.lastElementChild.remove();
  }
  texts.forEach((text, at) => {
    const child = element.children[at] ?? element.appendChild(make(tag));
    if (child.textContent !== text) {
      child.textContent = text;
    }
  });
  element.hidden = !texts.length;
}

/** Whether what is written here is light: then it stands on something dark, whatever the frontend calls its theme. */
function isDark(element) {
  const found = /rgba?\(([\d.]+)[, ]+([\d.]+)[, ]+([\d.]+)/.exec(getComputedStyle(element).color);
  return found !== null && 0.299 * found[1] + 0.587 * found[2] + 0.114 * found[3] > 128;
}

function render({ model, el }) {
  const root = make('div', { class: 'nb2prod-Going', role: 'region' });
  const title = make('strong', {});
  const stop = make('button', { type: 'button', title: 'Interrupt the kernel: what runs is stopped, and recorded so' }, 'Stop');
  const bar = make('progress', {});
  const count = make('span', { role: 'status' });
  const took = make('span', { class: 'quiet' });
  const lines = make('ul', { class: 'lines', 'aria-label': 'Under way' });
  const doing = make('p', { class: 'quiet' });
  const best = make('p', { class: 'best' });
  const notes = make('ul', { class: 'quiet', 'aria-label': 'Notes' });
  root.append(make('div', { class: 'row' }, title, stop), make('div', { class: 'row' }, bar, count, took), lines, doing, best, notes);
  el.append(root);

  let heard = performance.now();
  let isStopping = false;
  const since = () => (performance.now() - heard) / 1000;

  const tick = () => {
    const view = model.get('view');
    const more = view.state === 'going' ? since() : 0;
    took.textContent = clock(view.seconds + more);
    const texts = view.lines.map(each => [each.worker, each.run, each.place, clock(each.seconds + more)].filter(Boolean).join('  '));
    fill(lines, view.more ? [...texts, `and ${view.more} more`] : texts, 'li');
  };
  const show = () => {
    heard = performance.now();
    const view = model.get('view');
    const isGoing = view.state === 'going';
    title.textContent = view.title;
    root.setAttribute('aria-label', view.title);
    root.setAttribute('aria-busy', String(isGoing));
    root.setAttribute('data-state', view.state);
    if (view.total) {
      bar.max = view.total;
      bar.value = view.done;
    } else {
      bar.removeAttribute('value');
    }
    bar.setAttribute('aria-label', `${view.unit} that are done`);
    const failed = view.failed ? `, ${view.failed} failed` : '';
    const told = `${view.done} of ${view.total || '?'} ${view.unit}${failed}`;
    if (count.textContent !== told) {
      count.textContent = told;
    }
    doing.textContent = view.doing;
    best.textContent = view.best;
    doing.hidden = !view.doing;
    best.hidden = !view.best;
    fill(notes, view.notes, 'li');
    stop.hidden = !isGoing || kernelOf(model) === null;
    tick();
  };
  const showTheme = () => root.setAttribute('data-dark', String(isDark(root)));

  // a cell that runs keeps messages to Python waiting, so that only an interrupt gets through
  stop.addEventListener('click', () => {
    if (!isStopping) {
      isStopping = true;
      stop.disabled = true;
      stop.textContent = 'Stopping…';
      kernelOf(model)?.interrupt();
    }
  });
  model.on('change:view', show);
  const timer = setInterval(tick, EVERY);
  const themes = new MutationObserver(() => requestAnimationFrame(showTheme));
  for (const each of [document.documentElement, document.body]) {
    themes.observe(each, { attributes: true });
  }
  show();
  requestAnimationFrame(showTheme);
  return () => {
    clearInterval(timer);
    model.off('change:view', show);
    themes.disconnect();
  };
}

export default { render };
