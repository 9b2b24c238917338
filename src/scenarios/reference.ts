import { code, generatedNote, table } from '../model/reference/markdown.ts';
import { type Key, keys, keysOf, type Part } from './keys.ts';

const parts = Object.keys(keys).filter((name): name is Part => name in keys);

/** The page that lists every key of a file of scenarios. */
export function renderScenarioReference(): string {
  return [
    generatedNote,
    '# Scenario reference',
    '',
    'A file of scenarios tests one model: [by example](../scenarios.md). Every key is listed here; any other is an error. Offsets and durations',
    'are `8d`, `2h 30m`, `90m`; a day is 24 hours. Instants are ISO 8601.',
    '',
    ...parts.flatMap((name) => [`## ${name}`, '', keyTable(name), '']),
  ].join('\n');
}

function keyTable(name: Part): string {
  const rows = Object.entries(keysOf(name)).map(([key, one]) => [
    code(key),
    kindText(one),
    one.needed ? 'yes' : '',
    one.meaning,
  ]);
  return table(['key', 'value', 'needed', 'meaning'], rows);
}

function kindText(one: Key): string {
  switch (one.kind) {
    case 'word':
      return one.words.map(code).join(', ');
    case 'part':
      return `[${one.part}](#${one.part})`;
    case 'list':
      return `list of [${one.part}](#${one.part})`;
    case 'truth':
      return 'true or false';
    case 'instant':
      return 'offset or instant';
    case 'traits':
      return 'name → value';
    case 'range':
      return 'number or [range](#range)';
    case 'text':
    case 'number':
    case 'duration':
      return one.kind;
  }
}

/** The JSON Schema of a file of scenarios, for completion and checks in editors. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const $defs = Object.fromEntries(parts.map((name) => [name, partSchema(name)]));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Rapport scenarios',
    $ref: '#/$defs/file',
    $defs,
  };
}

function partSchema(name: Part): object {
  const all = Object.entries(keysOf(name));
  return {
    type: 'object',
    properties: Object.fromEntries(all.map(([key, one]) => [key, { description: one.meaning, ...kindSchema(one) }])),
    required: all.flatMap(([key, { needed }]) => (needed ? [key] : [])),
    additionalProperties: false,
  };
}

function kindSchema(one: Key): object {
  switch (one.kind) {
    case 'word':
      return { enum: one.words };
    case 'part':
      return { $ref: `#/$defs/${one.part}` };
    case 'list':
      return { type: 'array', items: { $ref: `#/$defs/${one.part}` } };
    case 'truth':
      return { type: 'boolean' };
    case 'traits':
      return { type: 'object' };
    case 'range':
      return { anyOf: [{ type: 'number' }, { $ref: '#/$defs/range' }] };
    case 'number':
      return { type: 'number' };
    case 'text':
      return { type: ['string', 'number'] };
    case 'instant':
    case 'duration':
      return { type: 'string' };
  }
}
