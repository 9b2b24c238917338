/** SQL text with the values it binds. */
export interface Sql {
  readonly name: string;
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Collects the bound values of one statement; the same value of the same type is bound once. */
export class Parameters {
  readonly values: Record<string, unknown> = {};
  readonly #names = new Map<string, string>();

  /** Binds a value and returns its placeholder, `{p_1:String}`. */
  bind(type: string, value: unknown): string {
    const key = `${type} ${JSON.stringify(value)}`;
    let name = this.#names.get(key);
    if (name === undefined) {
      name = `p_${this.#names.size + 1}`;
      this.#names.set(key, name);
      this.values[name] = value;
    }
    return `{${name}:${type}}`;
  }

  text(value: string): string {
    return this.bind('String', value);
  }

  texts(values: readonly string[]): string {
    return this.bind('Array(String)', values);
  }

  /** An instant or span in milliseconds, as Int64. */
  milliseconds(value: number): string {
    return this.bind('Int64', Math.trunc(value));
  }

  /** An instant as DateTime64(3): the type of the time columns, so that their index is used. */
  instant(value: number): string {
    return `fromUnixTimestamp64Milli(${this.milliseconds(value)}, 'UTC')`;
  }

  /** UTC days given by the instant of their start. */
  days(starts: readonly number[]): string {
    return this.bind(
      'Array(Date)',
      starts.map((start) => new Date(start).toISOString().slice(0, 10)),
    );
  }
}

/** The one way a number of the model becomes SQL text: a Float64 literal that reads back as the same double. */
export function numberLiteral(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`a model constant must be finite, not ${value}`);
  const text = /[.e]/.test(String(value)) ? String(value) : `${value}e0`;
  return value < 0 || Object.is(value, -0) ? `(${text})` : text;
}
