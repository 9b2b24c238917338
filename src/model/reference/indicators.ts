import { type Builtin, builtinIndicators, eventsOfMeasure, measuresOf, traitsOf } from '../builtins/builtins.ts';
import { type Located, partAt, plain } from '../source/tree.ts';
import { code, generatedNote } from './markdown.ts';

/** The page that lists the built-in indicators with their exact definitions. */
export function renderIndicatorReference(): string {
  const all = builtinIndicators();
  const groups = Map.groupBy(all, (one) => one.domain);
  const waiting = all.filter((one) => one.awaits !== null).length;
  return [
    generatedNote,
    '# Built-in indicators',
    '',
    `There are ${all.length}; ${waiting} of them wait for parts of Rapport that come later and are shown without a score until then.`,
    'Name those you want in `indicators.use`. Cuts and weights are opinions to start from, not measurements: override them under the key of',
    'the indicator, and compare them with your own history. Cuts are the values for 0, 50 and 100 points.',
    '',
    ...[...groups].flatMap(([domain, members]) => [`## ${domain}`, '', ...members.flatMap(entry)]),
  ].join('\n');
}

function entry(one: Builtin): string[] {
  const lines = [`### ${one.number}. ${one.id}`, '', `**${one.label}.** ${one.evidence}`, ''];
  if (one.awaits !== null) return [...lines, `Waits for ${one.awaits}.`, ''];
  const note = one.note === null ? [] : [one.note, ''];
  return [...lines, ...note, '```yaml', ...definition(one), '```', '', needs(one), ''];
}

function definition(one: Builtin): string[] {
  const measures = measuresOf(one).map((id) => `  ${id}: ${flow(partAt(one.file, ['measures', id]))}`);
  const shown = one.definition?.entries ?? new Map<string, never>();
  const keys = [...shown].filter(([key]) => !['domain', 'label', 'evidence'].includes(key));
  const body = keys.map(([key, part]) => `    ${key}: ${flow(part.value)}`);
  return [...(measures.length === 0 ? [] : ['measures:', ...measures]), 'indicators:', `  ${one.id}:`, ...body];
}

function flow(part: Located | undefined): string {
  return part === undefined ? '' : flowText(plain(part));
}

function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${key}: ${flowText(inner)}`)
      .join(', ')} }`;
  }
  const text = String(value);
  return /[":{}[\],&*#?|<>=!%@`]/.test(text) && typeof value === 'string' ? `'${text.replaceAll("'", "''")}'` : text;
}

function needs(one: Builtin): string {
  const events = [...new Set(measuresOf(one).flatMap((id) => eventsIn(one, id)))];
  const traits = traitsOf(one).map((trait) => code(`account.${trait}`));
  const parts = [...events, ...traits];
  return `Needs: ${parts.length === 0 ? 'any event' : parts.join(', ')}.`;
}

function eventsIn(one: Builtin, id: string): string[] {
  const measure = partAt(one.file, ['measures', id]);
  if (measure?.kind !== 'map') return [];
  if (measure.entries.has('capabilities')) {
    return [code('capabilities'), ...(measure.entries.has('releasedWithin') ? [code('releases')] : [])];
  }
  const counted = ['count', 'days', 'of'].map((key) => partAt(measure, [key])).find((part) => part?.kind === 'scalar');
  if (counted?.kind === 'scalar' && counted.value === 'key') return [code('keyEvents')];
  const named = eventsOfMeasure(measure);
  return named.length === 0 ? ['any event'] : named.map((event) => `event ${event}`);
}
