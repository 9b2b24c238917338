import type { Cell } from './value.ts';

type Fields = Readonly<Record<string, Cell>>;

interface Common {
  readonly messageId: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly userId?: string;
  readonly anonymousId?: string;
  readonly context?: { readonly groupId: string };
}

/** What a row becomes: the same message that an SDK would have sent. */
export type ImportMessage =
  | (Common & { readonly type: 'track'; readonly event: string; readonly properties: Fields })
  | (Common & { readonly type: 'identify'; readonly traits: Fields })
  | (Common & { readonly type: 'group'; readonly groupId: string; readonly traits: Fields });
