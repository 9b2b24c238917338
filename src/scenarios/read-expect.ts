import type { Located } from '../model/source/tree.ts';
import { readInstant } from './instant.ts';
import { bands, endings, states } from './keys.ts';
import {
  mistake,
  readList,
  readMap,
  readName,
  readNumber,
  readTruth,
  readWord,
  readText,
  type Values,
  whereIs,
} from './read-part.ts';
import type { Reading } from './reading.ts';
import type { Expectation, Expected, ExpectedOccurrence, Range } from './scenario.ts';

/** Reads what should be true after a step. */
export function readExpectation(located: Located, reading: Reading): Expectation | null {
  const { report, names } = reading;
  const get = readMap(located, 'expect', report);
  if (get === null) return null;
  const expected = <Value>(key: string, read: (at: Located) => Value | null): Expected<Value> | null => {
    const at = get(key);
    const value = at === null ? null : read(at);
    return at === null || value === null ? null : { value, place: whereIs(at) };
  };
  const phases = names === null ? null : [...names.phases, 'none'];
  const phase = expected('phase', (at) => readName(at, phases, { code: 'model/unknown-phase', what: 'phase' }, report));
  return {
    phase: phase === null ? null : { ...phase, value: phase.value === 'none' ? null : phase.value },
    segment: expected('segment', (at) =>
      readName(at, names?.segments ?? null, { code: 'model/unknown-segment', what: 'segment' }, report),
    ),
    band: expected('band', (at) => readWord(at, bands, report)),
    score: expected('score', (at) => readRange(at, reading)),
    coverage: expected('coverage', (at) => readRange(at, reading)),
    occurrences: expected('occurrences', (at) =>
      readList(at, report).flatMap((item) => readOccurrence(item, reading) ?? []),
    ),
    othersAllowed: readOthers(get, reading),
  };
}

function readOthers(get: Values, { report }: Reading): boolean {
  const others = get('others');
  if (others !== null && get('occurrences') === null)
    mistake(report, others, 'model/not-applicable', '`others` means something beside `occurrences` only');
  return readWord(others, ['allowed'], report) !== null;
}

function readRange(at: Located, { report }: Reading): Range | null {
  if (at.kind !== 'map') {
    const value = readNumber(at, report);
    return value === null ? null : { kind: 'exactly', value };
  }
  const get = readMap(at, 'range', report);
  if (get === null) return null;
  const [above, below] = [readNumber(get('above'), report), readNumber(get('below'), report)];
  if (at.entries.size === 0) return mistake(report, at, 'model/missing-key', 'neither above nor below is given');
  if (above !== null && below !== null && above >= below)
    return mistake(report, at, 'model/not-applicable', `no number is above ${above} and below ${below}`);
  return { kind: 'between', above, below };
}

function readOccurrence(located: Located, reading: Reading): ExpectedOccurrence | null {
  const { report, names, start } = reading;
  const get = readMap(located, 'occurrence', report);
  if (get === null) return null;
  const moment = readName(get('moment'), names?.moments ?? null, momentCode, report);
  const state = readWord(get('state'), [...states, 'none'], report);
  const escalated = readNumber(get('escalated'), report);
  const rest = {
    place: whereIs(located),
    overdue: readTruth(get('overdue'), report),
    snoozed: readTruth(get('snoozed'), report),
    role: readName(get('role'), names?.roles ?? null, { code: 'model/unknown-role', what: 'role' }, report),
    playbook: readName(
      get('playbook'),
      names?.playbooks ?? null,
      { code: 'model/unknown-playbook', what: 'playbook in any moment' },
      report,
    ),
    assigned: readText(get('assigned'), report),
    escalated,
    opens: readInstant(get('opens'), start, report),
    due: readInstant(get('due'), start, report),
    ended: readInstant(get('ended'), start, report),
    because: readWord(get('because'), endings, report),
  };
  const end = get('ended') ?? get('because');
  if (end !== null && (state === 'open' || state === 'planned'))
    mistake(report, end, 'model/not-applicable', `what is ${state} has not ended`);
  if (located.kind === 'map' && state === 'none' && located.entries.size > 2)
    mistake(
      report,
      located,
      'model/not-applicable',
      'of nothing there is nothing more to say',
      'only `moment` goes with it',
    );
  return moment === null || state === null ? null : { ...rest, moment, state };
}

/** How a moment that does not exist is told. */
export const momentCode = { code: 'model/unknown-moment', what: 'moment' } as const;
