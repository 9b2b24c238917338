import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtinIndicators } from './builtins/builtins.ts';
import { mistakes } from './diagnostics.cases.testing.ts';
import { loadModel, loadModelText } from './load.ts';
import type { ResolvedModel } from './resolved.ts';
import { shippedFile, shippedModels } from './shipped.ts';

const base = `
rapport: 1
name: Base
catalog: { Signed In: {}, Paid: { amount: number } }
traits: { account: { seats: int, plan: string } }
segments: { big: { when: 'account.seats > 100', touch: high }, rest: { otherwise: true, touch: low } }
measures:
  logins: { count: Signed In, within: 28d }
  paid: { sum: properties.amount, of: Paid }
indicators:
  use: [active_days, activity_recency]
  logins: { domain: adoption, value: measures.logins, cuts: [0, 5, 20], weight: 3 }
  paid: { domain: value, value: measures.paid, cuts: [0, 5, 20], weight: 3 }
`;

function extended(text: string, files: Readonly<Record<string, string>> = {}): ReturnType<typeof loadModelText> {
  const all: Readonly<Record<string, string>> = { 'models/base.yaml': base, ...files };
  return loadModelText(`extends: ./base.yaml\nrapport: 1\nname: Own\n${text}`, 'models/own.yaml', (path) => {
    const found = all[path];
    if (found === undefined) throw new Error('no such file');
    return found;
  });
}

function modelOf(result: { model: ResolvedModel | null; diagnostics: unknown }): ResolvedModel {
  if (result.model === null) throw new Error(JSON.stringify(result.diagnostics));
  return result.model;
}

describe('a model that extends another', () => {
  it('takes everything over and keeps the place of each part', () => {
    const model = modelOf(extended(''));
    expect(model.name).toBe('Own');
    expect(model.indicators.map((one) => one.id)).toEqual(['active_days', 'activity_recency', 'logins', 'paid']);
    expect(model.measures.find((one) => one.id === 'logins')?.at).toEqual({
      file: 'models/base.yaml',
      line: 8,
      column: 3,
    });
  });

  it('overrides deeply, by key', () => {
    const model = modelOf(
      extended(
        'measures: { logins: { within: 7d } }\nindicators: { logins: { weight: 9 }, active_days: { weight: 8 } }',
      ),
    );
    expect(model.measures.find((one) => one.id === 'logins')?.window).toBe(7 * 86_400_000);
    expect(model.indicators.map((one) => [one.id, one.weight])).toEqual([
      ['active_days', 8],
      ['activity_recency', 4],
      ['logins', 9],
      ['paid', 3],
    ]);
  });

  it('removes with null, built-ins too', () => {
    const model = modelOf(extended('measures: { paid: null }\nindicators: { paid: null, activity_recency: null }'));
    expect(model.indicators.map((one) => one.id)).toEqual(['active_days', 'logins']);
    expect(model.measures.map((one) => one.id)).toEqual(['active_days_28d', 'logins']);
  });

  it('adds built-ins to those below', () => {
    const model = modelOf(extended('indicators: { use: [survey_sentiment, active_days] }'));
    expect(model.indicators.map((one) => one.id)).toEqual([
      'active_days',
      'activity_recency',
      'survey_sentiment',
      'logins',
      'paid',
    ]);
  });

  it('replaces one aggregate or scale by another', () => {
    const model = modelOf(
      extended('measures: { logins: { days: "any" } }\nindicators: { logins: { points: [[0, 0], [3, 100]] } }'),
    );
    expect(model.measures.find((one) => one.id === 'logins')?.aggregate).toEqual({ kind: 'days' });
    expect(model.indicators.find((one) => one.id === 'logins')?.points).toEqual({
      kind: 'polyline',
      points: [
        [0, 0],
        [3, 100],
      ],
    });
  });

  it('takes words such as count and when for names where they are names', () => {
    const text = 'catalog: { Paid: { count: number, when: time } }';
    expect(modelOf(extended(text)).catalog['Paid']).toEqual({ amount: 'number', count: 'number', when: 'time' });
    const again = extended(text, { 'models/base.yaml': base.replace('amount: number', 'amount: number, sum: number') });
    expect(Object.keys(modelOf(again).catalog['Paid'] ?? {})).toEqual(['amount', 'sum', 'count', 'when']);
  });

  it('puts its own segments before those below', () => {
    const model = modelOf(extended('segments: { free: { when: \'account.plan == "free"\', touch: self } }'));
    expect(model.segments.map((one) => one.id)).toEqual(['free', 'big', 'rest']);
  });

  it('tells a mistake in the file where it stands', () => {
    const { diagnostics } = extended('indicators: { logins: { value: measures.logns } }', {
      'models/base.yaml': base.replace('account.seats', 'account.seat'),
    });
    expect(diagnostics.map((one) => `${one.file}:${one.line}:${one.column} ${one.code}`)).toEqual([
      'models/base.yaml:6:27 model/unknown-trait',
      'models/own.yaml:4:32 model/unknown-measure',
    ]);
  });

  it('can go over several files', () => {
    const model = modelOf(extended('', { 'models/base.yaml': 'extends: minimal\nrapport: 1\nname: Middle\n' }));
    expect(model.indicators.map((one) => one.id)).toEqual(['active_days', 'activity_recency']);
  });
});

const place = (value: string): string => {
  const text = `rapport: 1\nname: x\nmeasures: { a: { days: "any" } }\nindicators:\n  x:\n    domain: adoption\n    cuts: [0, 1, 2]\n    weight: 1\n    value: ${value}\n`;
  const [one] = loadModelText(text, 'm.yaml').diagnostics.filter((found) => found.code === 'model/unknown-measure');
  if (one === undefined) return 'nothing';
  return `${one.line}:${text.split('\n')[one.line - 1]?.slice(one.column - 1, one.column - 1 + (one.length ?? 0))}`;
};

describe('places inside expressions', () => {
  it.each([
    ['plain', '1 + measures.b', '9:measures.b'],
    ['single quotes', "'size(\"it''s\") + measures.b'", '9:measures.b'],
    ['double quotes', '"size(\\"a\\\\n\\u0041\\") + measures.b"', '9:measures.b'],
    ['folded block', '>-\n      measures.a\n      + measures.b', '11:measures.b'],
    ['literal block', '|\n      measures.a +\n\n        measures.b', '12:measures.b'],
    ['plain over lines', 'measures.a\n      + measures.b', '10:measures.b'],
    ['quotes over lines', '"measures.a\n      + measures.b"', '10:measures.b'],
  ])('are exact in %s', (_, value, expected) => {
    expect(place(value)).toBe(expected);
  });
});

const hash = (text: string): string => modelOf(loadModelText(text, 'm.yaml')).hash;

describe('the hash of a model', () => {
  it('does not change with comments, places, or the order of keys', () => {
    const reordered = base
      .replace('  logins: { count: Signed In, within: 28d }\n', '')
      .replace('indicators:', '  logins: { within: 4w, count: [Signed In] } # a comment\nindicators:');
    expect(reordered).not.toBe(base);
    expect(hash(reordered)).toBe(hash(base));
    expect(hash(`# first\n${base}`)).toBe(hash(base));
  });

  it('changes with anything that changes a number', () => {
    const changes = [
      base.replace('within: 28d', 'within: 27d'),
      base.replace('seats > 100', 'seats >= 100'),
      base.replace('weight: 3', 'weight: 4'),
      base.replace("segments: { big: { when: 'account.seats > 100', touch: high }, rest", 'segments: { rest'),
    ];
    expect(new Set([base, ...changes].map(hash)).size).toBe(changes.length + 1);
  });
});

describe('loading', () => {
  it('never throws on any text', () => {
    const pieces = fc.constantFrom(
      ...base.split(/(?<=[\s:{},])/),
      '&a ',
      '*a ',
      '!!x ',
      '? ',
      '- ',
      '<<: ',
      '__proto__: ',
      'null',
      '"',
      "'",
      '|',
      '0x1',
      '\t',
      '\u0000',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
    );
    const property = fc.property(texts, (text) => checkPlaces(text));
    expect(() => fc.assert(property, { numRuns: 300 })).not.toThrow();
  });

  it('never throws when a shipped model is cut, doubled or mixed up', () => {
    const shipped = shippedModels().map((name) => `extends: ${name}\n`);
    const sources = [base, ...mistakes.map((one) => one.yaml), ...shipped];
    const mutation = fc.tuple(
      fc.constantFrom(...sources),
      fc.nat(2000),
      fc.nat(40),
      fc.constantFrom('', ' ', ':', '{', 'null', '[1, 2]', '\n'),
    );
    const property = fc.property(mutation, ([text, at, length, by]) => {
      const cut = at % (text.length + 1);
      checkPlaces(text.slice(0, cut) + by + text.slice(cut + length));
    });
    expect(() => fc.assert(property, { numRuns: 300 })).not.toThrow();
  });

  it('is the same every time, and cannot be changed afterwards', () => {
    const first = loadModelText(base, 'm.yaml');
    expect(JSON.stringify(loadModelText(base, 'm.yaml'))).toBe(JSON.stringify(first));
    const model = modelOf(first);
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
    expect(Object.isFrozen(model.indicators[0]?.points)).toBe(true);
  });

  it('bounds what aliases can blow up', () => {
    const lines = Array.from(
      { length: 30 },
      (_, i) => `a${i}: &a${i} [${Array.from({ length: 10 }, () => (i === 0 ? 'x' : `*a${i - 1}`)).join(', ')}]`,
    );
    const { model, diagnostics } = loadModelText(lines.join('\n'), 'm.yaml');
    expect(model).toBeNull();
    expect(diagnostics[0]?.code).toBe('yaml/too-large');
  });

  it.each([
    ['10,000 lists', `[${'['.repeat(10_000)}${']'.repeat(10_000)}]`, 'the file is nested deeper than 40 levels'],
    ['10,000 maps', `${'{a: '.repeat(10_000)}1${'}'.repeat(10_000)}`, 'the file is nested deeper than 40 levels'],
    ['a part of itself', '&a [*a]', 'the file is nested deeper than 40 levels'],
    ['5 MB of text', `'${'x'.repeat(5_000_000)}'`, 'the file has more than 1000000 characters'],
    [
      '30,000 keys',
      `{${Array.from({ length: 30_000 }, (_, i) => `k${i}: 1`).join(', ')}}`,
      'the file has more than 20000 parts',
    ],
    [
      '15,000 anchors',
      `[${Array.from({ length: 15_000 }, (_, i) => `&a${i} 1, *a${i}`).join(', ')}]`,
      'the file has more than 20000 parts',
    ],
  ])('says that %s are too large', { timeout: 20_000 }, (_, levels, message) => {
    const { model, diagnostics } = loadModelText(`rapport: 1\nname: Large\nlevels: ${levels}\n`, 'm.yaml');
    expect(model).toBeNull();
    expect(diagnostics).toMatchObject([{ code: 'yaml/too-large', message }]);
  });

  it('says so when there is no such file', () => {
    expect(loadModel('nowhere/m.yaml').diagnostics.map((one) => one.code)).toEqual(['file/unreadable']);
  });
});

function checkPlaces(text: string): void {
  const { model, diagnostics } = loadModelText(text, 'm.yaml', () => base);
  for (const one of diagnostics) {
    expect(one.line).toBeGreaterThan(0);
    expect(one.column).toBeGreaterThan(0);
  }
  expect(model === null).toBe(diagnostics.some((one) => one.severity === 'error'));
}

describe('the shipped models', () => {
  it.each(shippedModels())('%s loads without anything to say', (name) => {
    const { model, diagnostics } = loadModel(shippedFile(name));
    // Playbooks are named already, for the moments that need them.
    expect(diagnostics.filter((one) => one.code !== 'model/later-key')).toEqual([]);
    expect(model?.indicators.length).toBeGreaterThan(0);
  });

  it('are ten lines for the smallest', () => {
    expect(modelOf(loadModel(shippedFile('minimal'))).score.domains.map((one) => one.id)).toEqual(['adoption']);
  });
});

describe('the built-in indicators', () => {
  const ids = builtinIndicators().map((one) => one.id);
  const text = `
rapport: 1
name: All
keyEvents: [Report Viewed]
catalog: { Report Viewed: {} }
capabilities: { reporting: [Report Viewed] }
releases: [{ version: "1.0", at: 2026-01-01, capabilities: [reporting] }]
indicators: { use: [${ids.join(', ')}] }
`;

  it('are 36, numbered', () => {
    expect(builtinIndicators().map((one) => one.number)).toEqual(Array.from({ length: 36 }, (_, i) => i + 1));
  });

  it('all work in one model, or say what they await', () => {
    const { model, diagnostics } = loadModelText(text, 'm.yaml');
    expect(diagnostics).toEqual([]);
    expect(model?.awaiting.map((one) => [one.id, one.awaits])).toEqual([
      ['moments_on_track', 'moments'],
      ['step_pace', 'moments'],
      ['next_conversation_rate', 'records'],
      ['stakeholder_coverage', 'records'],
      ['sponsor_active', 'records'],
      ['matrix_progress', 'records'],
      ['value_realised', 'records'],
    ]);
    expect(model?.indicators.length).toBe(29);
  });

  it.each(
    builtinIndicators()
      .filter((one) => one.awaits === null)
      .map((one) => one.id),
  )('%s brings all that it needs', (id) => {
    const { diagnostics } = loadModelText(text.replace(/use: \[.*\]/, `use: [${id}]`), 'm.yaml');
    expect(diagnostics).toEqual([]);
  });

  it('keep their properties when the model names an event with nothing after it', () => {
    const changed = text.replace(
      'catalog: { Report Viewed: {} }',
      'catalog: { Report Viewed: , Survey Responded: , Signed In: }',
    );
    const { model, diagnostics } = loadModelText(changed, 'm.yaml');
    expect(diagnostics).toEqual([]);
    expect(model?.catalog['Survey Responded']).toEqual({ kind: 'string', score: 'number' });
  });

  it('take a trait of people where an account is a person', () => {
    const changed = text.replace('name: All', 'name: All\naccount: person\ntraits: { person: { seats: string } }');
    expect(loadModelText(changed, 'm.yaml').diagnostics.map((one) => one.code)).toContain('builtin/type-conflict');
  });

  it('work where an account is a person', () => {
    const { diagnostics } = loadModelText(text.replace('name: All', 'name: All\naccount: person'), 'm.yaml');
    expect(diagnostics).toEqual([]);
  });
});
