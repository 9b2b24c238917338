import { describe, expect, it } from 'vitest';
import { diagnosticCodes } from './diagnostic-codes.ts';
import { formatDiagnostics } from './diagnostics.ts';
import { mistakes } from './diagnostics.cases.testing.ts';
import { loadModelText } from './load.ts';

const files: Readonly<Record<string, string>> = {
  'models/cycle.yaml': 'extends: ./model.yaml\n',
};
const read = (path: string): string => {
  const text = files[path];
  if (text === undefined) throw new Error(`no file ${path}`);
  return text;
};

describe('every mistake is told once, where it is', () => {
  it.each(mistakes)('$code: $message', ({ code, yaml, message, hint }) => {
    const marked = /⟨([^⟩]*)⟩/.exec(yaml);
    const text = yaml.replace(/[⟨⟩]/g, '');
    const before = yaml.slice(0, marked?.index ?? 0).split('\n');
    const { diagnostics, model } = loadModelText(text, 'models/model.yaml', read);
    const told = diagnostics.map((one) => `${one.code} ${one.line}:${one.column} ${one.message}`);
    expect(told).toEqual([`${code} ${before.length}:${(before.at(-1) ?? '').length + 1} ${message}`]);
    expect(diagnostics[0]?.hint).toBe(hint);
    expect(model === null).toBe(diagnosticCodes[code].severity === 'error');
  });

  it('has a case for every code', () => {
    const covered = new Set<string>(mistakes.map((one) => one.code));
    expect(Object.keys(diagnosticCodes).filter((code) => !covered.has(code))).toEqual([]);
  });
});

it('shows the line, a mark under the place, and the hint', () => {
  const text =
    'rapport: 1\nname: x\nindicators:\n  a: { domain: adoption, value: measures.logins, cuts: [0, 1, 2], weight: 1 }\n';
  const { diagnostics } = loadModelText(text, 'm.yaml');
  expect(formatDiagnostics(diagnostics, () => text)).toBe(
    [
      'm.yaml:4:33 error there is no measure "logins" [model/unknown-measure]',
      '  4 |   a: { domain: adoption, value: measures.logins, cuts: [0, 1, 2], weight: 1 }',
      '    |                                 ^^^^^^^^^^^^^^^',
      '  hint: none is declared',
    ].join('\n'),
  );
});

it('paints only when asked to', () => {
  const { diagnostics } = loadModelText('rapport: 1', 'm.yaml');
  expect(formatDiagnostics(diagnostics)).not.toContain('\u001B');
  expect(formatDiagnostics(diagnostics, undefined, { color: true })).toContain('\u001B[31merror');
});
