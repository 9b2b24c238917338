/** Why something about signing in was not done. The API makes a problem of it. */
export type RefusalReason =
  | 'wrong-credentials'
  | 'wrong-password'
  | 'weak-password'
  | 'link-unusable'
  | 'sign-in-first'
  | 'other-person'
  | 'role-too-high'
  | 'already-member'
  | 'not-invited'
  | 'no-single-sign-on';

/** Nothing was changed; the message says what to do. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly reason: RefusalReason;
  constructor(reason: RefusalReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** A link that was used, replaced or is too old; the same answer for one that never was. */
export function linkUnusable(): Refused {
  return new Refused('link-unusable', 'This link was used already, is too old, or is not complete. Ask for a new one.');
}
