/** Why the spool does not take a record now. */
export type RefusalReason =
  /** The loader is behind: the sender should slow down (429). */
  | 'behind'
  /** No space left on the disk, or too little (503). Passes by itself when space returns. */
  | 'disk-full'
  /** A sync of the disk failed: nothing more is accepted until Rapport is started again (503). */
  | 'disk-failed'
  /** Rapport is stopping (503). */
  | 'closed';

const advice: Record<RefusalReason, string> = {
  behind: 'More events wait to be loaded than the limit allows. Nothing was stored; please send again a little later.',
  'disk-full':
    'The disk of this server is full, so events cannot be stored safely. Nothing was stored; please send again later.',
  'disk-failed':
    'The disk of this server failed to store events. Nothing was stored; the server must be checked and started again.',
  closed: 'This server is stopping. Nothing was stored; please send again.',
};

/** The record was not stored and must not be acknowledged; the sender keeps it and tries again. */
export class SpoolRefusal extends Error {
  override readonly name = 'SpoolRefusal';
  readonly reason: RefusalReason;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number;
  constructor(reason: RefusalReason, options?: { cause?: unknown }) {
    super(advice[reason], options);
    this.reason = reason;
    this.retryAfter = { behind: 2, 'disk-full': 10, 'disk-failed': 30, closed: 5 }[reason];
  }
}
