/** One log call: a message, or an object of facts with a message. */
export interface LogCall {
  (message: string): void;
  (facts: object, message?: string): void;
}

/** What Rapport needs of a logger; a pino logger is one. Logs never go to stdout. */
export interface Log {
  readonly debug: LogCall;
  readonly info: LogCall;
  readonly warn: LogCall;
  readonly error: LogCall;
}

const nothing = (): void => {};

/** A log that forgets, for tests and for work nobody watches. */
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
