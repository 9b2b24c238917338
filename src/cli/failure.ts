/** Something that a person can mend: shown without a stack, ends with exit code 1 (failed) or 2 (used wrongly). */
export class Failure extends Error {
  override readonly name = 'Failure';
  /** What is said, a line each. */
  readonly lines: readonly string[];
  readonly exitCode: 1 | 2;
  constructor(said: string | readonly string[], exitCode: 1 | 2 = 1) {
    const lines = [said].flat();
    super(lines.join('\n'));
    this.lines = lines;
    this.exitCode = exitCode;
  }
}
