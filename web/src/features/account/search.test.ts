import { describe, expect, it } from 'vitest';
import { readAccountSearch } from './search.ts';

describe('the address of an account', () => {
  it('says what is shown, and may have a number for a name', () => {
    const given = { tab: 'timeline', days: 90, event: 42, person: 'ada', open: '' };
    expect(readAccountSearch(given)).toEqual({ tab: 'timeline', days: 90, event: '42', person: 'ada', open: '' });
  });

  it('leaves out what is not known', () => {
    expect(readAccountSearch({ tab: 'secrets', days: 5, indicator: ['a'], moment: '', more: 1 })).toEqual({});
  });
});
