/** How numbers and instants are written: the locale and time zone of the person who reads. */
export interface Reader {
  readonly locale: string | undefined;
  readonly timeZone: string | undefined;
}

let reader: Reader = { locale: undefined, timeZone: undefined };

/** Says who reads; undefined parts are those of the browser. */
export function setReader(next: Reader): void {
  reader = next;
  formats.clear();
}

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function kept<Format extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(
  key: string,
  make: () => Format,
): Format {
  const known = formats.get(key);
  if (known) return known as Format;
  const made = make();
  formats.set(key, made);
  return made;
}

/** `1,234.5`: at most `digits` decimals. */
export function number(value: number, digits = 1): string {
  return kept(`n${digits}`, () => new Intl.NumberFormat(reader.locale, { maximumFractionDigits: digits })).format(
    value,
  );
}

/** `+3.2`, `−1.4`, `±0`: a change, always with its sign. */
export function change(value: number, digits = 1): string {
  const shown = kept(
    `c${digits}`,
    () => new Intl.NumberFormat(reader.locale, { maximumFractionDigits: digits, signDisplay: 'exceptZero' }),
  ).format(value);
  return /[1-9]/.test(shown) ? shown.replace('-', '−') : '±0';
}

/** `1.2M`: for where there is little room; the whole number belongs into its title. */
export function compact(value: number): string {
  return kept(
    'k',
    () => new Intl.NumberFormat(reader.locale, { notation: 'compact', maximumFractionDigits: 1 }),
  ).format(value);
}

/** `45 %` of a share from 0 to 1. */
export function percent(share: number, digits = 0): string {
  return kept(
    `p${digits}`,
    () => new Intl.NumberFormat(reader.locale, { style: 'percent', maximumFractionDigits: digits }),
  ).format(share);
}

/** `3 Mar 2026`. */
export function date(iso: string): string {
  return kept('d', () => new Intl.DateTimeFormat(reader.locale, { dateStyle: 'medium', ...zone() })).format(
    new Date(iso),
  );
}

/** `3 Mar 2026, 14:05`. */
export function dateTime(iso: string): string {
  return kept(
    't',
    () => new Intl.DateTimeFormat(reader.locale, { dateStyle: 'medium', timeStyle: 'short', ...zone() }),
  ).format(new Date(iso));
}

/** `14:05`. */
export function time(iso: string): string {
  return kept('h', () => new Intl.DateTimeFormat(reader.locale, { timeStyle: 'short', ...zone() })).format(
    new Date(iso),
  );
}

/** `Tuesday, 3 March 2026`: a day as a heading. */
export function day(iso: string): string {
  return kept('w', () => new Intl.DateTimeFormat(reader.locale, { dateStyle: 'full', ...zone() })).format(
    new Date(iso),
  );
}

const aboutNow = 45;

/** `in 2 days`, `3 hours ago`, `now`: how far an instant is from another. */
export function distance(iso: string, now: number): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  const relative = kept('r', () => new Intl.RelativeTimeFormat(reader.locale, { numeric: 'auto', style: 'long' }));
  // The other instant is that of the page, which moves on in steps.
  if (Math.abs(seconds) < aboutNow) return relative.format(0, 'second');
  const [unit, size] = unitFor(Math.abs(seconds));
  return relative.format(Math.trunc(seconds / size), unit);
}

const units: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

function unitFor(seconds: number): [Intl.RelativeTimeFormatUnit, number] {
  // Two of a unit at least: "8 days" says more than "1 week".
  return (
    units.find(
      ([unit, size]) => seconds >= size * (unit === 'day' || unit === 'hour' || unit === 'minute' ? 1 : 2),
    ) ?? ['minute', 60]
  );
}

function zone(): { timeZone?: string } {
  return reader.timeZone === undefined ? {} : { timeZone: reader.timeZone };
}

/** `1 account`, `2 accounts`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count, 0)} ${count === 1 ? one : many}`;
}
