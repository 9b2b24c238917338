import type { EmitMapping, FileMapping } from './mapping.ts';
import type { ImportMessage } from './message.ts';
import type { CompileAt } from './plan.ts';
import { type Cell, type Compute, type Cursor, type Expression, numberText, RowProblem } from './value.ts';

/** One `emit` entry, compiled. */
export interface Emitter {
  readonly emit: (cursor: Cursor, into: ImportMessage[]) => void;
}

/** A problem of a row that knows which part of the mapping and which columns it is about. */
export class CellProblem extends RowProblem {
  readonly columns: readonly string[];
  constructor(part: string, columns: readonly string[], reason: string) {
    super(`${part}: ${reason}`);
    this.columns = columns;
  }
}

interface Parts {
  readonly when: Compute | null;
  readonly person: Compute;
  readonly anonymous: Compute;
  readonly account: Compute;
  readonly time: Compute;
  readonly id: Compute;
  readonly fields: Fields;
  readonly name: Compute;
}

type Fields = (cursor: Cursor) => Record<string, Cell>;

const unknown: Compute = () => null;

/** Compiles one entry of `emit`; what it leaves out comes from its file entry. */
export function compileEmit(
  entry: FileMapping,
  emit: EmitMapping,
  path: readonly PropertyKey[],
  compile: CompileAt,
  fileId: string,
  position: number,
): Emitter {
  const own = (key: 'person' | 'account' | 'time'): Compute => {
    if (emit[key] !== undefined) return guarded(key, compile(emit[key], [...path, key]));
    return entry[key] === undefined ? unknown : guarded(key, compile(entry[key], [...path.slice(0, 2), key]));
  };
  const part = (key: 'when' | 'anonymous' | 'id' | 'event' | 'identify' | 'group'): Compute | null =>
    emit[key] === undefined ? null : guarded(key, compile(emit[key], [...path, key]));
  const suffix = position === 0 ? '' : `-${position}`;
  const parts: Parts = {
    when: part('when'),
    person: part('identify') ?? own('person'),
    anonymous: part('anonymous') ?? unknown,
    account: part('group') ?? own('account'),
    time: own('time'),
    id: part('id') ?? ((cursor) => `${fileId}-${cursor.number}${suffix}`),
    fields: compileFields(
      emit.properties ?? emit.traits ?? {},
      [...path, emit.properties ? 'properties' : 'traits'],
      compile,
    ),
    name: part('event') ?? (() => emit.track ?? null),
  };
  if (emit.identify !== undefined) return { emit: identifier(parts) };
  return { emit: emit.group === undefined ? tracker(parts) : grouper(parts) };
}

function tracker(parts: Parts): Emitter['emit'] {
  return (cursor, into) => {
    if (parts.when && parts.when(cursor) !== true) return;
    const event = textOf(parts.name(cursor));
    if (event === null) throw new RowProblem('the event has no name');
    into.push({ type: 'track', event, properties: parts.fields(cursor), ...common(parts, cursor, true) });
  };
}

function identifier(parts: Parts): Emitter['emit'] {
  return (cursor, into) => {
    if (parts.when && parts.when(cursor) !== true) return;
    into.push({ type: 'identify', traits: parts.fields(cursor), ...common(parts, cursor, true) });
  };
}

function grouper(parts: Parts): Emitter['emit'] {
  return (cursor, into) => {
    if (parts.when && parts.when(cursor) !== true) return;
    const groupId = textOf(parts.account(cursor));
    if (groupId === null) throw new RowProblem('the group has no account');
    into.push({ type: 'group', groupId, traits: parts.fields(cursor), ...common(parts, cursor, false) });
  };
}

type Common = Pick<ImportMessage, 'messageId' | 'timestamp' | 'userId' | 'anonymousId' | 'context'>;

function common(parts: Parts, cursor: Cursor, withAccount: boolean): Common {
  const time = parts.time(cursor);
  if (typeof time !== 'number') throw new RowProblem('time: there is none');
  const person = textOf(parts.person(cursor));
  const anonymous = textOf(parts.anonymous(cursor));
  const account = withAccount ? textOf(parts.account(cursor)) : null;
  if (person === null && anonymous === null && withAccount) throw new RowProblem('person: there is none');
  return {
    messageId: textOf(parts.id(cursor)) ?? '',
    timestamp: isoOf(time),
    ...(person === null ? null : { userId: person }),
    ...(anonymous === null ? null : { anonymousId: anonymous }),
    ...(account === null ? null : { context: { groupId: account } }),
  };
}

/** The fields of a message; unknown ones are left out: an empty cell is no statement. */
function compileFields(
  authored: Readonly<Record<string, string | number | boolean | null>>,
  path: readonly PropertyKey[],
  compile: CompileAt,
): Fields {
  const fields = Object.entries(authored).map(([name, value]) => {
    const expression = compile(value, [...path, name]);
    const compute = guarded(name, expression);
    return { name, compute: expression.kind === 'time' ? isoField(compute) : compute };
  });
  return (cursor) => {
    const made: Record<string, Cell> = {};
    for (const { name, compute } of fields) {
      const value = compute(cursor);
      if (value !== null) made[name] = value;
    }
    return made;
  };
}

const isoField =
  (compute: Compute): Compute =>
  (cursor) => {
    const time = compute(cursor);
    return typeof time === 'number' ? isoOf(time) : time;
  };

/** Says which part and which columns a problem is about; costs nothing while there is none. */
function guarded(part: string, { compute, reads }: Expression): Compute {
  return (cursor) => {
    try {
      return compute(cursor);
    } catch (error) {
      if (error instanceof RowProblem && !(error instanceof CellProblem))
        throw new CellProblem(part, reads, error.message);
      throw error;
    }
  };
}

function textOf(value: Cell): string | null {
  if (value === null || value === '') return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'object') throw new RowProblem('an id cannot be a list or a map');
  return typeof value === 'number' ? numberText(value) : String(value);
}

/** The newest day's text is kept: most rows of a file share few days, and formatting dates is slow. */
let cachedDay = Number.NaN;
let cachedText = '';

function isoOf(time: number): string {
  const day = Math.floor(time / 86_400_000);
  if (day !== cachedDay) {
    if (!(Math.abs(time) <= 8.64e15)) throw new RowProblem('time: out of range');
    cachedText = new Date(day * 86_400_000).toISOString().slice(0, 11);
    cachedDay = day;
  }
  const rest = Math.trunc(time - day * 86_400_000);
  return `${cachedText}${two(rest / 3_600_000)}:${two((rest / 60_000) % 60)}:${two((rest / 1000) % 60)}.${three(rest % 1000)}Z`;
}

function two(value: number): string {
  const whole = Math.trunc(value);
  return whole < 10 ? `0${whole}` : String(whole);
}

function three(value: number): string {
  return value < 10 ? `00${value}` : value < 100 ? `0${value}` : String(value);
}
