import { fieldsOf, recordOf, typedExample, WHOLE } from '../record';
import type { Typed } from '../record';

/** What a service says of its records, as far as the form looks. */
function schema(request: unknown, example: unknown): object {
  return { request, example: { request: example } };
}

const FIELDS = [
  { name: 'age', type: 'integer' },
  { name: 'share', type: 'number', nullable: true },
  { name: 'plan', type: 'string', categories: ['a', 'b'] },
  { name: 'city', type: 'string', nullable: true },
  { name: 'is_new', type: 'boolean' },
  { name: 'signals', type: 'array' }
];
const EXAMPLE = {
  age: 3,
  share: null,
  plan: 'a',
  city: 'Köln',
  is_new: true,
  signals: [1, 2.5]
};
const RECORDS = schema({ fields: FIELDS }, EXAMPLE);

describe('the form of a record', () => {
  it('has a field for each of the schema, and its example', () => {
    expect(fieldsOf(RECORDS)).toBe(FIELDS);
    expect(typedExample(RECORDS)).toEqual({
      age: '3',
      share: '',
      plan: 'a',
      city: 'Köln',
      is_new: 'true',
      signals: '[1,2.5]'
    });
  });

  it('gives the example back as it was', () => {
    expect(recordOf(RECORDS, typedExample(RECORDS))).toEqual(EXAMPLE);
  });

  it.each<[string, Typed, object]>([
    ['a number', { age: ' 4 ' }, { age: 4 }],
    ['nothing', { share: '', city: '' }, { share: null, city: null }],
    ['an empty text', { plan: '' }, { plan: '' }],
    ['a text that looks like a number', { plan: '12' }, { plan: '12' }],
    ['what is no number, for the service to refuse', { age: 'x' }, { age: 'x' }]
  ])('sends %s', (_, typed, sent) => {
    const all = { ...typedExample(RECORDS), ...typed };
    expect(recordOf(RECORDS, all)).toEqual({ ...EXAMPLE, ...sent });
  });

  it('has nothing for a field that the example has not', () => {
    const odd = schema({ fields: FIELDS }, {});
    expect(typedExample(odd).age).toBe('');
    expect(recordOf(odd, {})).toMatchObject({ age: null, plan: '' });
  });
});

describe('a record without fields', () => {
  it.each([
    ['an array', [[1, 2], [3]]],
    ['a number', 4],
    ['nothing', null],
    ['a text', 'how are you?'],
    ['a text that looks like JSON', '[1]']
  ])('is typed as a whole: %s', (_, example) => {
    const whole = schema({ fields: FIELDS }, example);
    expect(fieldsOf(whole)).toEqual([]);
    const typed = typedExample(whole);
    expect(Object.keys(typed)).toEqual([WHOLE]);
    expect(recordOf(whole, typed)).toEqual(example);
  });

  it.each([null, undefined, {}, { request: {} }])(
    'is not upset by a schema that is %j',
    odd => {
      expect(fieldsOf(odd)).toEqual([]);
      expect(() => recordOf(odd, typedExample(odd))).not.toThrow();
    }
  );
});
