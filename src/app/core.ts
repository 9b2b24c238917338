import type { EvaluationMemory } from '../evaluate/memory.ts';
import type { WarmAccounts } from '../evaluate/warm/accounts.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { EventStore } from '../store/events/store.ts';
import type { StateStore } from '../store/state/store.ts';
import type { Feeds } from './feeds.ts';
import type { Models } from './models.ts';
import type { ScoreHistory } from './score-history.ts';

/** What every part of a running Rapport works with. */
export interface Core {
  readonly events: EventStore;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Names this process in claims. */
  readonly process: string;
  readonly memory: EvaluationMemory;
  readonly warm: WarmAccounts;
  readonly models: Models;
  readonly feeds: Feeds;
  readonly history: ScoreHistory;
}
