import { nullTranslator } from '@jupyterlab/translation';

import { whyNot } from '../words';

const trans = nullTranslator.load('nb2prod');
const panel = {} as any;

describe('whyNot', () => {
  it('says what is missing, the server first', () => {
    expect(whyNot({ panel, server: 'present' }, trans)).toBeNull();
    expect(whyNot({ panel: null, server: 'missing' }, trans)).toMatch(
      'no part'
    );
    expect(whyNot({ panel, server: 'other version' }, trans)).toMatch(
      'another'
    );
    expect(whyNot({ panel: null, server: 'present' }, trans)).toMatch('open');
  });
});
