/** Instants that a date column of the event engine can hold; others are no times for us. */
const earliest = Date.UTC(1900, 0, 1);
const latest = Date.UTC(2299, 0, 1);

const plainNumber = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const isoTime =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:(Z|z)|([+-])(\d{2}):?(\d{2})?)?)?$/;

/** The three readings of an event's properties; what each holds is said at `EventRow`. */
export interface TypedProperties {
  readonly texts: Record<string, string>;
  readonly numbers: Record<string, number>;
  readonly times: Record<string, number>;
}

/** Reads properties (or traits) as texts, numbers and times. Nested keys are joined with a dot; null means absent. */
export function typed(properties: Readonly<Record<string, unknown>>): TypedProperties {
  const out: TypedProperties = { texts: plain<string>(), numbers: plain<number>(), times: plain<number>() };
  collect(properties, '', out);
  return out;
}

/** A record without a prototype, so that keys like 'constructor' are only keys. */
function plain<Value>(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>;
}

function collect(properties: Readonly<Record<string, unknown>>, prefix: string, out: TypedProperties): void {
  for (const key of Object.keys(properties)) {
    if (key === '__proto__') continue;
    const value = properties[key];
    const name = prefix + key;
    if (typeof value === 'string') {
      out.texts[name] = value;
      const number = numberOf(value);
      if (number !== null) out.numbers[name] = number;
      const time = timeOf(value);
      if (time !== null) out.times[name] = time;
    } else if (typeof value === 'number') {
      if (!Number.isFinite(value)) continue;
      out.texts[name] = String(value);
      out.numbers[name] = value;
    } else if (typeof value === 'boolean') {
      out.texts[name] = value ? 'true' : 'false';
      out.numbers[name] = value ? 1 : 0;
    } else if (Array.isArray(value)) {
      out.texts[name] = JSON.stringify(value);
    } else if (typeof value === 'object' && value !== null) {
      collect(value as Record<string, unknown>, `${name}.`, out);
    }
  }
}

/** The number a text plainly is ('12', '-0.5', '1e3'), else null. */
export function numberOf(text: string): number | null {
  const first = text.charCodeAt(0);
  if (!((first >= 48 && first <= 57) || first === 45) || text.length > 40 || !plainNumber.test(text)) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

/** The instant (UTC, epoch milliseconds) of an ISO 8601 date or date-time; without a zone it is UTC; else null. */
export function timeOf(text: string): number | null {
  const first = text.charCodeAt(0);
  if (first < 48 || first > 57 || text.length < 10 || text.length > 35) return null;
  const match = isoTime.exec(text);
  if (!match) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', , sign, zoneHour, zoneMinute] =
    match;
  const part = [Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second)] as const;
  const time = Date.UTC(
    part[0],
    part[1] - 1,
    part[2],
    part[3],
    part[4],
    part[5],
    Number(fraction.padEnd(3, '0').slice(0, 3)),
  );
  const date = new Date(Date.UTC(part[0], part[1] - 1, part[2]));
  const exists = date.getUTCMonth() === part[1] - 1 && date.getUTCDate() === part[2];
  if (!exists || part[3] > 24 || part[4] > 59 || part[5] > 60 || part[0] < 1900) return null;
  if (Number(zoneHour ?? 0) > 23 || Number(zoneMinute ?? 0) > 59) return null;
  const offset = sign ? (Number(zoneHour) * 60 + Number(zoneMinute ?? '0')) * 60_000 * (sign === '-' ? -1 : 1) : 0;
  const instant = time - offset;
  return instant >= earliest && instant < latest ? instant : null;
}

/** The text without NUL characters and half surrogate pairs, which no engine stores. */
export function withoutBrokenText(text: string): string {
  if (!text.includes('\u0000') && text.isWellFormed()) return text;
  return text
    .replaceAll('\u0000', '')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '');
}
