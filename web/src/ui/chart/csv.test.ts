import { describe, expect, it } from 'vitest';
import { toCsv } from './csv.ts';

describe('rows as CSV', () => {
  it('quotes what would break a row', () => {
    const text = toCsv({ columns: ['a', 'b'], rows: [['x, "y"', 'two\nlines']] });
    expect(text).toBe('a,b\r\n"x, ""y""","two\nlines"\r\n');
  });

  it('makes no text a formula, and keeps numbers below zero', () => {
    const rows = ['=1+1', '+1', '-1', '@cmd', '\t=1', '=HYPERLINK("http://x","y")', -1.5].map((one) => [one]);
    const [, ...lines] = toCsv({ columns: ['v'], rows })
      .trimEnd()
      .split('\r\n');
    expect(lines).toEqual([`'=1+1`, `'+1`, `'-1`, `'@cmd`, `'\t=1`, `"'=HYPERLINK(""http://x"",""y"")"`, '-1.5']);
  });

  it('leaves unknown cells empty', () => {
    expect(toCsv({ columns: ['a', 'b'], rows: [[null, Number.NaN]] })).toBe('a,b\r\n,\r\n');
  });
});
