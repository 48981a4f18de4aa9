import { jsonLines } from '../stream';
import { numbers } from './making';
import { Pipe } from './server';

/** All that comes out of those pieces. */
async function read(...pieces: (string | Uint8Array)[]): Promise<unknown[]> {
  const pipe = new Pipe();
  pieces.forEach(piece => pipe.write(piece));
  pipe.end();
  const found: unknown[] = [];
  for await (const each of jsonLines(pipe.response.body!)) {
    found.push(each);
  }
  return found;
}

describe('jsonLines', () => {
  it.each<[string, string[], unknown[]]>([
    ['one piece', ['{"n":1}\n{"n":2}\n'], [{ n: 1 }, { n: 2 }]],
    ['split lines', ['{"n"', ':1}\n{', '"n":2}', '\n'], [{ n: 1 }, { n: 2 }]],
    ['empty lines', ['\n\n{"n":1}\n', ' \n', '\r\n'], [{ n: 1 }]],
    ['line ends of Windows', ['{"n":1}\r\n{"n":2}\r\n'], [{ n: 1 }, { n: 2 }]],
    ['nothing', [], []],
    ['a line that broke off', ['{"n":1}\n{"n":2', ''], [{ n: 1 }]],
    ['one that broke off at its end', ['{"n":1}\n{"n":2}'], [{ n: 1 }]],
    ['line breaks in texts', ['{"t":"a\\nb"}\n'], [{ t: 'a\nb' }]]
  ])('reads %s', async (_, pieces, found) => {
    expect(await read(...pieces)).toEqual(found);
  });

  it('puts characters together that are split in the middle', async () => {
    const lines = [{ t: 'größe' }, { t: '数据 🚀' }, { t: '\u2028' }];
    const text = lines.map(line => JSON.stringify(line) + '\n').join('');
    const bytes = new TextEncoder().encode(text);
    const single = Array.from(bytes, byte => Uint8Array.of(byte));
    expect(await read(...single)).toEqual(lines);
    const random = numbers(3);
    for (let round = 0; round < 50; round++) {
      const at = Math.floor(random.next().value * bytes.length);
      expect(await read(bytes.slice(0, at), bytes.slice(at))).toEqual(lines);
    }
  });

  it('hands each line over as soon as it is there', async () => {
    const pipe = new Pipe();
    const lines = jsonLines(pipe.response.body!);
    pipe.write('{"n":1}\n{"n":');
    expect((await lines.next()).value).toEqual({ n: 1 });
    pipe.write('2}\n');
    expect((await lines.next()).value).toEqual({ n: 2 });
    pipe.end();
    expect((await lines.next()).done).toBe(true);
  });

  it('closes the stream of whoever stops early', async () => {
    const pipe = new Pipe();
    pipe.write('{"n":1}\n{"n":2}\n');
    for await (const each of jsonLines(pipe.response.body!)) {
      expect(each).toEqual({ n: 1 });
      break;
    }
    expect(pipe.isCancelled).toBe(true);
  });

  it('tells of a stream that breaks, and of what is no JSON', async () => {
    const pipe = new Pipe();
    const lines = jsonLines(pipe.response.body!);
    const next = lines.next();
    pipe.breakOff();
    await expect(next).rejects.toThrow('network error');
    await expect(read('<html>\n')).rejects.toThrow(SyntaxError);
  });
});
