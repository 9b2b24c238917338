import { aliases, functions, rewritten } from '../expression/functions.ts';
import { shippedModels } from '../shipped.ts';
import { usualDomains } from '../resolve/score.ts';
import { code, generatedNote, table } from './markdown.ts';
import { languageSchema, type SchemaNode } from './json-schema.ts';

/** The page that lists every key of the language, its expressions and functions. */
export function renderModelReference(): string {
  const root = languageSchema();
  const sections = Object.entries(root.properties ?? {}).flatMap(([key, node]) => section(key, node));
  return [
    generatedNote,
    '# Model reference',
    '',
    'An engagement model is one YAML file (YAML 1.2, core schema). Every key is listed here; any other is an error.',
    'Durations are `4h`, `28d`, `2w`; a day is 24 hours. A window of `28d` as of T is (T − 28·24 h, T].',
    '',
    keyTable(root),
    '',
    ...sections,
    ...extending(),
    ...expressions(),
  ].join('\n');
}

function section(name: string, node: SchemaNode): string[] {
  const named = namedPart(node) ?? node.items;
  const fixed = node.properties === undefined ? [] : [keyTable(node), ''];
  const each = named?.properties === undefined ? [] : [named.description ?? '', '', keyTable(named), ''];
  const inner = Object.entries({ ...node.properties, ...named?.properties }).flatMap(([key, child]) =>
    subsection(`${name}: ${key}`, child),
  );
  if (fixed.length === 0 && each.length === 0) return [];
  const domains =
    name === 'score'
      ? [
          `Without \`domains\` those in use get their usual weight: ${Object.entries(usualDomains)
            .map(([id, weight]) => `${id} ${weight}`)
            .join(', ')}.`,
          '',
        ]
      : [];
  return [`## ${name}`, '', ...fixed, ...each, ...inner, ...domains];
}

/** What each named thing of a part is; undefined when its keys are fixed. */
function namedPart(node: SchemaNode): SchemaNode | undefined {
  return typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
}

function subsection(name: string, node: SchemaNode): string[] {
  const holder = node.properties === undefined ? (namedPart(node) ?? node.items ?? node) : node;
  const keys = Object.entries(holder.properties ?? {});
  if (keys.length === 0) return [];
  const inner = keys.flatMap(([key, child]) => subsection(`${name}.${key}`, child));
  return [`### ${name}`, '', keyTable(holder), '', ...inner];
}

function keyTable(node: SchemaNode): string {
  const rows = Object.entries(node.properties ?? {}).map(([key, child]) => [
    code(key),
    kind(child),
    node.required?.includes(key) === true ? 'yes' : '',
    child.description ?? '',
  ]);
  return table(['key', 'value', 'needed', 'meaning'], rows);
}

function kind(node: SchemaNode): string {
  if (node.const !== undefined) return code(String(node.const));
  if (node.enum !== undefined) return node.enum.map((one) => code(String(one))).join(', ');
  if (node.anyOf !== undefined) return node.anyOf.map(kind).join(' or ');
  if (node.type === 'array')
    return node.prefixItems === undefined
      ? `list of ${kind(node.items ?? {})}`
      : `[${node.prefixItems.map(kind).join(', ')}]`;
  if (node.type === 'object')
    return typeof node.additionalProperties === 'object' && node.properties === undefined
      ? `name → ${kind(node.additionalProperties)}`
      : 'map';
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    integer: 'whole number',
    number: 'number',
    boolean: 'true or false',
    null: 'nothing',
  };
  return words[node.type ?? ''] ?? 'anything';
}

function extending(): string[] {
  return [
    '## Extending a model',
    '',
    `\`extends\` names a shipped model (${shippedModels().map(code).join(', ')}) or a file by relative path (\`./base.yaml\`).`,
    'Maps merge key by key. Lists and values replace what is below. `null` removes a key. Some rules on top:',
    '',
    '- `indicators.use` adds to the list below; `indicators: { active_days: null }` removes a built-in.',
    '- New segments come before the ones below, because the first match wins.',
    '- A new phase comes behind the one it is written behind, else at the end: `phases: { onboarding: {}, growing: {…} }`.',
    '- A moment that is removed also leaves `notWithin` and `policy.exempt` below.',
    '- One aggregate, scale, condition, trigger or doer replaces the other: `cuts` over `percentile`, `days` over `count`, `otherwise`',
    '  over `when`, `schedule` over `due`, `skip` over `playbook`, with what only belongs to the other.',
    '',
    'A built-in indicator brings its measures, events and traits with it. The same merge applies: override a part under the',
    'key of the indicator, or define a measure of the same name to count something else.',
    '',
  ];
}

function expressions(): string[] {
  const rows = Object.values(functions).map((spec) => [
    code(spec.usage),
    spec.meaning + (spec.topOnly === true ? '; only as the whole value of an indicator' : ''),
  ]);
  const others = Object.values(rewritten).map((one) => [code(one.usage), one.meaning]);
  const also = Object.entries(aliases).map(([alias, name]) => [code(`${alias}(…)`), `the same as ${name}(…)`]);
  return [
    '## Expressions',
    '',
    'Conditions and values are written in [CEL](https://cel.dev). Numbers are doubles, so `1 / 2` is 0.5 and `account.arr >= 100000` needs no decimal point.',
    'What is not known is null: arithmetic, comparisons and functions with a null are null, `&&`, `||` and `!` are three-valued as in SQL,',
    'and a condition holds only when it is true. Division by zero is null. `x == null` asks whether x is unknown.',
    'There are `+ - * / %`, `== != < <= > >=`, `&& || !`, `in [a, b]` and `condition ? a : b`.',
    '',
    table(
      ['name', 'type', 'known in'],
      [
        [code('account.<trait>'), 'as declared', 'segments, audiences, indicators, hard triggers, phases, moments'],
        [code('person.<trait>'), 'the same, where an account is a person', 'as account'],
        [code('measures.<id>'), 'of the measure', 'as account'],
        [code('indicators.<id>'), 'points, 0–100', 'audiences, hard triggers, phases, moments'],
        [code('properties.<name>'), 'as declared for the events in question', 'where'],
        [code('segment'), 'text', 'audiences, indicators, hard triggers, phases, moments'],
        [code('band'), 'text: engaged, neutral, disengaged, unknown', 'audiences, phases, moments'],
        [`${code('score')}, ${code('coverage')}`, 'number', 'audiences, phases, moments'],
        [code('phase'), 'text; null in none', 'phases, moments'],
        [code('now'), 'time', 'as account'],
      ],
    ),
    '',
    'A name with spaces is written `account["Odd Name"]`.',
    '',
    table(['function', 'meaning'], [...rows, ...others, ...also]),
    '',
    'Versions compare as people number software: `1.10` is after `1.9`, `2.0-rc.1` before `2.0`, `1.0` equals `1`.',
    '',
  ];
}
