import { change, date, number, percent } from '../../../lib/format.ts';
import type { Why } from '../queries.ts';
import { domainChanges, type DomainChange, unfelt } from './steps.ts';

/** `renewal_declined` → `renewal declined`; for what models name without a label. */
export function plainName(id: string): string {
  return id.replaceAll(/[_-]+/g, ' ');
}

/** `adoption` → `Adoption`. */
export function titleOf(id: string): string {
  const plain = plainName(id);
  return plain.charAt(0).toLocaleUpperCase() + plain.slice(1);
}

/** A value of an indicator with as many digits as help. */
export function valueText(value: number | null): string {
  if (value === null) return '–';
  const size = Math.abs(value);
  return number(value, size >= 100 ? 0 : size >= 10 ? 1 : 2).replace('-', '−');
}

const states = {
  ok: null,
  zero: 'nothing counted',
  stale: 'its source is silent; this is what it said last',
  never: 'nothing known yet; it counts as the middle, 50 points',
  na: 'does not apply here',
} as const;

/** What a state of an indicator means for who reads; null: nothing special. */
export function stateText(state: keyof typeof states): string | null {
  return states[state];
}

const mostNamed = 2;

/** Why the score is what it is, in words: first how it moved, then what moved it, then what holds it. */
export function sentences(why: Why, name: string): readonly string[] {
  return [...movement(why, name), ...holding(why), ...unknowns(why)];
}

function movement({ evaluation, change: moved, ...why }: Why, name: string): string[] {
  const now = number(evaluation.score);
  if (moved === null) return [`${name} is at ${now} of 100. There is nothing earlier to compare with.`];
  const then = number(evaluation.score - moved.score);
  const since = date(moved.since);
  const changes = domainChanges({ evaluation, change: moved, ...why });
  const down = changes.filter(({ delta }) => delta <= -unfelt);
  const up = changes.filter(({ delta }) => delta >= unfelt);
  if (Math.abs(moved.score) < unfelt) {
    const quiet = `${name} is at ${now} of 100, as on ${since}.`;
    return down.length + up.length === 0 ? [quiet] : [quiet, `Below it moved: ${listOf([...down, ...up].map(part))}.`];
  }
  const [main, other] = moved.score < 0 ? [down, up] : [up, down];
  const verb = moved.score < 0 ? 'went down' : 'rose';
  const first = `${name} ${verb} by ${number(Math.abs(moved.score))} since ${since}, from ${then} to ${now} of 100`;
  const because = main.length === 0 ? '' : `, mostly through ${listOf(main.slice(0, mostNamed).map(part))}`;
  const against =
    other.length === 0
      ? []
      : [`${moved.score < 0 ? 'What helped' : 'What held it back'}: ${listOf(other.slice(0, mostNamed).map(part))}.`];
  const limits =
    Math.abs(moved.caps) >= unfelt ? [`Limits and triggers made ${change(moved.caps)} of the difference.`] : [];
  return [`${first}${because}.`, ...against, ...limits];
}

function part({ id, delta, indicators: [first] }: DomainChange): string {
  const biggest = first && Math.abs(first.delta) >= unfelt ? ` (“${first.label}”)` : '';
  return `${plainName(id)} ${change(delta)}${biggest}`;
}

function holding({ caps, limits, hardTriggers }: Why): string[] {
  if (caps > -unfelt) return [];
  const reasons = [
    ...hardTriggers.map(({ id, cap }) => `${plainName(id)} holds it at ${number(cap)} or below`),
    ...limits.map(({ domain, cap }) => `so little ${plainName(domain)} holds it at ${number(cap)} or below`),
  ];
  return [`Its parts would add up to ${number(-caps)} more, but ${listOf(reasons)}.`];
}

function unknowns({ evaluation, domains }: Why): string[] {
  const share = 1 - evaluation.coverage;
  if (share < 0.005) return [];
  const weak = domains
    .flatMap(({ indicators }) => indicators)
    .filter(({ state }) => state === 'never' || state === 'stale')
    .toSorted((one, other) => other.weight - one.weight)
    .slice(0, mostNamed)
    .map(({ label }) => `“${label}”`);
  const such = weak.length === 0 ? '' : `, such as ${listOf(weak)}`;
  return [`${percent(share)} of what counts is not freshly known${such}.`];
}

function listOf(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
