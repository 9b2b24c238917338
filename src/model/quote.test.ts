import { describe, expect, it } from 'vitest';
import { loadModelText } from './load.ts';
import { quote } from './quote.ts';

const text = `
rapport: 1
name: Quoted
extends: minimal
indicators:
  use: [two_way_recency]
  own:
    domain: adoption
    value: '1'

    cuts: [0, 1, 2]
    weight: 1
  brief: { domain: adoption, value: '1', cuts: [0, 1, 2], weight: 1 }
score:
  bands: { dwell: 1d }
`;
const { model, diagnostics } = loadModelText(text, 'quoted.yaml');

function quoted(id: string): string | null {
  const indicator = model?.indicators.find((one) => one.id === id);
  if (!indicator) throw new Error(`There is no ${id}: ${JSON.stringify(diagnostics)}`);
  return quote(indicator.at, id, text);
}

describe('the lines of a model', () => {
  it('are those of its own file, with all that is indented below', () => {
    expect(quoted('own')).toBe("own:\n  domain: adoption\n  value: '1'\n\n  cuts: [0, 1, 2]\n  weight: 1");
    expect(quoted('brief')).toBe("brief: { domain: adoption, value: '1', cuts: [0, 1, 2], weight: 1 }");
  });

  it('are those of the built-ins for what comes with Rapport', () => {
    expect(quoted('two_way_recency')).toMatch(/^two_way_recency:\n {2}number: 23\n/);
    expect(quoted('active_days')).toMatch(/^active_days:\n {2}number: 6\n/);
  });

  it('are unknown when the file was not kept, rather than those of another', () => {
    expect(quote({ file: 'below/base.yaml', line: 3, column: 1 }, 'own', text)).toBeNull();
    for (const file of ['builtins/../quote.ts', 'builtins/../../../LICENSE', '/etc/passwd'])
      expect(quote({ file, line: 1, column: 1 }, '', 'nothing')).toBe('nothing');
    expect(quote({ file: 'quoted.yaml', line: 999, column: 1 }, 'own', text)).toBeNull();
  });
});
