import type { EventRow } from '../../store/events/tables.ts';
import type { StoredEvent } from '../identity/stored-events.ts';
import type { Flag } from '../reasons.ts';
import { isOversize } from './check.ts';
import type { LoadBatch, LoadDeps, Move } from './batch.ts';
import type { Message, Rejected } from './message.ts';
import { originalBody } from './original-body.ts';
import { traitRows } from './trait-rows.ts';
import { typed, type TypedProperties } from '../../model/typed.ts';

/** Step 8: the rows of everything but new events, as JSON lines. Those are many: `insert` writes them while it inserts. */
export function makeRows(batch: LoadBatch): void {
  const { moves, deadLetters } = batch.rows;
  for (const move of batch.moves) moves.push(...moveLines(move));
  for (const event of batch.leftovers) moves.push(removalLine(event));
  for (const rejected of batch.rejected) deadLetters.push(deadLetterLine(batch, rejected));
  batch.rows.traits = traitRows(batch);
}

/** The rows of messages as JSON lines, without those that an earlier try has stored. */
export function eventLines(batch: LoadBatch, messages: readonly Message[], { counters }: LoadDeps): string[] {
  const flag = (name: Flag): void => void counters.flagged[name]++;
  const lines: string[] = [];
  for (const message of messages) if (!batch.stored.has(message.id)) lines.push(eventLine(batch, message, flag));
  return lines;
}

function eventLine(batch: LoadBatch, message: Message, flag: (name: Flag) => void): string {
  let properties = JSON.stringify(message.properties);
  let context = message.context ? JSON.stringify(message.context) : '{}';
  if (needsMending(properties) || needsMending(context)) {
    flag('text-mended');
    properties = mend(properties);
    context = mend(context);
    return eventLineOf(batch, message, JSON.parse(properties) as Record<string, unknown>, properties, context);
  }
  if (isOversize(properties, context)) flag('oversize');
  return eventLineOf(batch, message, message.properties, properties, context);
}

function eventLineOf(
  batch: LoadBatch,
  message: Message,
  values: Readonly<Record<string, unknown>>,
  properties: string,
  context: string,
): string {
  message.stored = typed(values);
  return rowLine(
    {
      workspace: batch.workspace,
      account: message.account,
      time: message.time,
      id: message.id,
      kind: message.kind,
      name: message.name,
      person: message.person,
      user_id: message.userId,
      anonymous_id: message.anonymousId,
      group_id: message.groupId,
      received_at: message.receivedAt,
      properties,
      context,
      source: message.source,
      segment: batch.segment,
      version: 0,
      deleted: 0,
    },
    message.stored,
  );
}

/** JSON escapes that the engines refuse or that stand for no character: NUL and half surrogate pairs. */
function needsMending(json: string): boolean {
  return json.includes('\\u0000') || json.includes('\\ud');
}

/** The JSON text without them. A doubled backslash before `u` is a backslash, not an escape. */
export function mend(json: string): string {
  return json.replace(/(\\\\)|\\u(?:0000|d[89a-f][0-9a-f]{2})/g, (_, backslash: string | undefined) => backslash ?? '');
}

/** The row at its new place with a higher version, and its removal from the old place if that is another one. */
export function moveLines({ event, account, person }: Move): string[] {
  const values = typed(JSON.parse(event.properties) as Record<string, unknown>);
  const version = event.version + 1;
  const lines = [rowLine({ ...event, account, person, version, deleted: 0 }, values)];
  if (account !== event.account) lines.push(removalLine(event));
  return lines;
}

/** Takes a row away. It keeps its content, so that an interrupted move can be finished from it. */
export function removalLine(event: StoredEvent): string {
  const values = typed(JSON.parse(event.properties) as Record<string, unknown>);
  return rowLine({ ...event, version: event.version + 1, deleted: 1 }, values);
}

function rowLine(
  row: Omit<EventRow, 'texts' | 'numbers' | 'times'>,
  { texts, numbers, times }: TypedProperties,
): string {
  return (
    `{"workspace":${quoted(row.workspace)},"account":${quoted(row.account)},"time":${row.time},"id":${quoted(row.id)},` +
    `"kind":"${row.kind}","name":${quoted(row.name)},"person":${quoted(row.person)},"user_id":${quoted(row.user_id)},` +
    `"anonymous_id":${quoted(row.anonymous_id)},"group_id":${quoted(row.group_id)},"received_at":${row.received_at},` +
    `"texts":${JSON.stringify(texts)},"numbers":${JSON.stringify(numbers)},"times":${JSON.stringify(times)},` +
    `"properties":${quoted(row.properties)},"context":${quoted(row.context)},"source":${quoted(row.source)},` +
    `"segment":${quoted(row.segment)},"version":${row.version},"deleted":${row.deleted}}`
  );
}

const quoted = JSON.stringify as (text: string) => string;

function deadLetterLine(batch: LoadBatch, rejected: Rejected): string {
  const { index, reason, detail, item, receivedAt } = rejected;
  return JSON.stringify({
    workspace: batch.workspace,
    received_at: receivedAt,
    id: `${batch.segment}:${index}`,
    reason,
    detail,
    body: originalBody(rejected),
    route: item.route,
    source: item.source,
    segment: batch.segment,
    resent_at: null,
    version: 0,
  });
}
