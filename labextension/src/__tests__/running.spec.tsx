import * as React from 'react';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import type { IRunning } from '../outline';
import { Running } from '../widgets/Running';

const { createRoot } = jest.requireActual('react-dom/client'); // has no types
(globalThis as any).IS_REACT_ACT_ENVIRONMENT = true;
const act: (work: () => Promise<void>) => Promise<void> = (React as any).act;

/** A notebook's kernel, which is busy for a moment whenever it is asked something. */
class Context {
  kernel: { id: string; status: string } | null = { id: 'k', status: 'idle' };
  statusChanged = new Signal<this, string>(this);
  kernelChanged = new Signal<this, void>(this);
  iopubMessage = new Signal<this, object>(this);
  get session() {
    return { kernel: this.kernel };
  }

  is(status: string): void {
    this.kernel!.status = status;
    this.statusChanged.emit(status);
  }
}

const FIT = { problems: [], notes: [] };

async function shown(context: Context, answer: () => Promise<IRunning>) {
  const chosen: string[] = [];
  const node = document.createElement('div');
  const root = createRoot(node);
  const props = {
    context: context as any,
    ask: answer,
    onChange: (kernel: string) => void chosen.push(kernel),
    trans: nullTranslator.load('nb2prod')
  };
  await act(async () => root.render(<Running chosen="" {...props} />));
  const option = () => node.querySelectorAll('option')[1];
  return { node, chosen, option, root };
}

const soon = (time = 5) => new Promise<void>(done => setTimeout(done, time));

describe('the choice of the running kernel', () => {
  it('is asked about once, though that makes the kernel busy', async () => {
    const context = new Context();
    let count = 0;
    const { option } = await shown(context, async () => {
      count++;
      context.is('busy');
      await soon();
      context.is('idle');
      await soon();
      return FIT;
    });
    await act(() => soon(60));
    expect(count).toBe(1);
    expect(option().disabled).toBe(false);
  });

  it('waits for a cell that runs, and says so', async () => {
    const context = new Context();
    context.is('busy');
    const { node, option } = await shown(context, async () => FIT);
    expect(node.textContent).toContain('while a cell runs');
    expect(option().disabled).toBe(true);
    await act(async () => context.is('idle'));
    expect(option().disabled).toBe(false);
  });

  it('says why not, without a kernel too', async () => {
    const context = new Context();
    context.kernel = null;
    const problems = [{ what: 'no kernel runs', where: '', remedy: 'start' }];
    const { node } = await shown(context, async () => ({
      problems,
      notes: []
    }));
    expect(node.querySelector('details')!.textContent).toContain('no kernel');
  });

  it('is asked about again once something ran or the kernel is another', async () => {
    const context = new Context();
    let count = 0;
    const { chosen, root } = await shown(context, async () => {
      count++;
      return FIT;
    });
    await act(async () => {
      context.iopubMessage.emit({ header: { msg_type: 'execute_input' } });
    });
    expect(count).toBe(2);
    await act(async () => {
      context.kernelChanged.emit();
    });
    expect(count).toBe(3);
    expect(chosen).toEqual(['', '']);
    await act(async () => root.unmount());
    context.kernelChanged.emit();
    expect(count).toBe(3);
  });
});
