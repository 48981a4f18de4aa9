import { choicesOf, inputOf, NULL, shownIn, typedIn } from '../fields';
import type { Input, IParameter } from '../fields';
import { parameter } from './runsMade';

const some = parameter({ kind: 'int', value: '3', optional: true });
const none = parameter({ kind: 'float', value: NULL, optional: true });
const run = parameter({ kind: 'date', value: null, source: 'date.today()' });

describe('the input of a parameter', () => {
  it.each<[Partial<IParameter>, Input, string]>([
    [{ kind: 'int', value: '3' }, 'number', '3'],
    [
      { kind: 'int', value: '12345678901234567890' },
      'number',
      '12345678901234567890'
    ],
    [{ kind: 'float', value: '-1.5e-3' }, 'number', '-1.5e-3'],
    [{ kind: 'float', value: '.inf' }, 'text', '.inf'],
    [{ kind: 'float', value: 'nan' }, 'text', 'nan'],
    [{ kind: 'bool', value: 'true' }, 'checkbox', 'true'],
    [{ kind: 'bool', value: null, source: 'f()' }, 'select', ''],
    [{ kind: 'choice', value: 'a', choices: ['a', 'b'] }, 'select', 'a'],
    [{ kind: 'date', value: '2024-01-31' }, 'date', '2024-01-31'],
    [
      { kind: 'datetime', value: '2024-01-31 10:00:00' },
      'datetime-local',
      '2024-01-31T10:00:00'
    ],
    [
      { kind: 'datetime', value: '2024-01-31 10:00:00+02:00' },
      'text',
      '2024-01-31 10:00:00+02:00'
    ],
    [{ kind: 'time', value: '10:00:00' }, 'time', '10:00:00'],
    [{ kind: 'data', value: '[1, 2]' }, 'textarea', '[1, 2]'],
    [{ kind: 'text', value: 'a' }, 'text', 'a'],
    [{ kind: 'text', value: 'a\nb' }, 'textarea', 'a\nb'],
    [{ kind: 'text', value: NULL, optional: true }, 'text', NULL],
    [{ kind: 'float', value: NULL, optional: true }, 'number', ''],
    [{ kind: 'date', value: null, source: 'f()' }, 'date', '']
  ])('of %j is %s with “%s”', (change, input, shown) => {
    const found = parameter(change);
    expect(inputOf(found)).toBe(input);
    expect(shownIn(found)).toBe(shown);
  });

  it('shows what was typed, and can show it', () => {
    const depth = parameter({ kind: 'int', value: '3' });
    expect(shownIn(depth, '7')).toBe('7');
    expect(inputOf(depth, 'deep')).toBe('text');
    expect(shownIn(some, NULL)).toBe('');
  });
});

describe('what was typed', () => {
  it.each<[string, IParameter, string, string | null]>([
    ['another value', some, '4', '4'],
    ['the default again', some, '3', null],
    ['nothing, where null can be', some, '', NULL],
    ['nothing, where null is the default', none, '', null],
    ['nothing, for a number', parameter({ kind: 'int', value: '3' }), '', null],
    ['an empty text', parameter({ value: 'a' }), '', ''],
    ['a value for what only a run knows', run, '2024-01-31', '2024-01-31'],
    ['nothing for what only a run knows', run, '', null],
    ['blanks, which belong to a text', parameter({ value: 'a' }), ' a ', ' a ']
  ])('%s', (_, of, text, sent) => {
    expect(typedIn(of, text)).toBe(sent);
  });

  it('is the same whether it is sent as it is or not at all, where it is untouched', () => {
    for (const each of [some, none, run, parameter({ value: 'a' })]) {
      expect(typedIn(each, shownIn(each))).toBeNull();
    }
  });
});

describe('the choices', () => {
  it('have one more where nobody knows the default', () => {
    const kind = 'choice' as const;
    const choices = ['a', 'b'];
    expect(choicesOf(parameter({ kind, choices, value: 'b' }))).toEqual(
      choices
    );
    expect(
      choicesOf(parameter({ kind, choices, value: null, required: true }))
    ).toEqual(['', 'a', 'b']);
    expect(
      choicesOf(parameter({ kind: 'bool', value: null, source: 'f()' }))
    ).toEqual(['', 'true', 'false']);
  });
});
