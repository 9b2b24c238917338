/** Something that a person can mend: shown without a stack, ends with exit code 1 (failed) or 2 (used wrongly). */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: 1 | 2;
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
