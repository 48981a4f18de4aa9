import { changed } from '../parameters';

const [DEPTH, PATH] = [
  { name: 'depth', value: '3', type: 'int', help: 'how deep' },
  { name: 'path', value: '"a#b"', type: 'str', help: '' }
];

describe('changed', () => {
  it.each<[string, [string, string][], object]>([
    ['nothing where nothing was typed', [], {}],
    ['nothing where the same was typed', [['depth', '3']], {}],
    ['what was typed, as it was', [['depth', '[1, 2]']], { depth: '[1, 2]' }],
    ['an empty text too', [['path', '']], { path: '' }],
    ['only parameters', [['other', '1']], {}]
  ])('is %s', (_, typed, found) => {
    expect(changed([DEPTH, PATH], new Map(typed))).toEqual(found);
  });

  it('takes the first back when it is typed again', () => {
    const typed = new Map([['depth', '4']]);
    typed.set('depth', '3');
    expect(changed([DEPTH], typed)).toEqual({});
  });
});
