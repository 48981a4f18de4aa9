import { ask, Refusal, send } from '../request';
import { json, Server } from './server';
import type { Said } from './server';

/** The refusal that a request ends with. */
async function refusal(answer: () => Said): Promise<Refusal> {
  const { settings } = new Server(answer);
  try {
    await ask('version', settings);
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    return error as Refusal;
  }
  throw new Error('it was not refused');
}

describe('ask', () => {
  it('gets JSON from below the base address, with the token', async () => {
    const server = new Server(() => json({ version: '1' }));
    expect(await ask('version', server.settings)).toEqual({ version: '1' });
    expect(server.asked).toEqual(['GET version']);
    expect(server.arrived[0].headers.get('Authorization')).toContain('secret');
  });

  it('posts a body', async () => {
    const server = new Server(() => json({}));
    await ask('jobs', server.settings, { path: 'größe.ipynb', n: [1] });
    expect(server.asked).toEqual(['POST jobs']);
    expect(server.arrived[0].body).toEqual({ path: 'größe.ipynb', n: [1] });
    expect(server.arrived[0].headers.get('Content-Type')).toBe(
      'application/json'
    );
  });

  it('sends queries as they are', async () => {
    const server = new Server(() => json({}));
    await send('jobs/0a/events?after=12', server.settings);
    expect(server.asked).toEqual(['GET jobs/0a/events?after=12']);
  });
});

describe('a refusal', () => {
  it('has all problems, and the first as its message', async () => {
    const problems = [
      { what: 'is empty', where: 'cell [1]', remedy: 'write code' },
      { what: 'is odd', where: 'cell [2]', remedy: '' }
    ];
    const found = await refusal(() => json({ message: 'm', problems }, 422));
    expect(found.status).toBe(422);
    expect(found.problems).toEqual(problems);
    expect(found.message).toBe('is empty');
    expect(found.isMissing).toBe(false);
  });

  it('of Jupyter has its message', async () => {
    const found = await refusal(() => json({ message: 'Forbidden' }, 403));
    expect([found.status, found.message]).toEqual([403, 'Forbidden']);
    expect(found.problems).toEqual([]);
    expect(found.isMissing).toBe(false);
  });

  it('that a job is not there does not mean that we are not', async () => {
    const problems = [{ what: 'no such job', where: '', remedy: '' }];
    const found = await refusal(() => json({ problems }, 404));
    expect(found.isMissing).toBe(false);
  });

  it.each<[string, () => Said]>([
    ['a server without our part', () => json({ message: 'Not Found' }, 404)],
    ['a page that says 404', () => new Response('<p>', { status: 404 })],
    ['a page for whatever is asked', () => new Response('<!DOCTYPE html>')]
  ])('of %s says that we are missing', async (_, answer) => {
    expect((await refusal(answer)).isMissing).toBe(true);
  });

  it.each<[string, () => Said]>([
    ['a proxy', () => new Response('<h1>Bad Gateway', { status: 502 })],
    ['something odd', () => json({ problems: 'none' }, 500)],
    ['a list', () => json([], 400)],
    ['nothing', () => json(null, 400)]
  ])('of %s has a message, and no problems', async (_, answer) => {
    const found = await refusal(answer);
    expect(found.message).toContain(String(found.status));
    expect(found.problems).toEqual([]);
    expect(found.isMissing).toBe(false);
  });

  it('comes also of a server that is away', async () => {
    const found = await refusal(() =>
      Promise.reject(new TypeError('Failed to fetch'))
    );
    expect([found.status, found.message]).toEqual([0, 'Failed to fetch']);
    expect(found.isMissing).toBe(false);
  });
});
