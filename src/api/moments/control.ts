import type { ResolvedModel } from '../../model/resolved.ts';
import type { ActBody, OccurrenceDetail } from './shapes.ts';
import type { TeamLoad, TodayBody } from './today-shapes.ts';

/** An act as a request carries it. */
export interface ActRequest {
  readonly occurrence: string;
  readonly act: ActBody;
  /** Whose key it is. */
  readonly actor: string;
  /** Sent twice with the same id, it is done once; null: each one counts. */
  readonly id: string | null;
}

/** Whose calendar. */
export type CalendarOf = { readonly member: string } | { readonly account: string };

/** Whether a calendar has an address; null: no. */
export interface CalendarState {
  readonly createdAt: string | null;
}

/** What the API asks about moments. */
export interface MomentsControl {
  /** The live model; null while nothing is published. */
  model(workspace: string): Promise<ResolvedModel | null>;
  /** The occurrence after the act. What cannot be done throws a `Problem` and changes nothing. */
  act(workspace: string, request: ActRequest): Promise<OccurrenceDetail>;
  /** What one member could do now, in order; `since` null: the beginning of their yesterday. */
  today(workspace: string, request: { owner: string; limit: number; since: number | null }): Promise<TodayBody>;
  /** What everybody has to do. */
  teamLoad(workspace: string): Promise<TeamLoad>;
  calendar(workspace: string, of: CalendarOf): Promise<CalendarState>;
  /** An earlier address ends. */
  createCalendar(workspace: string, of: CalendarOf): Promise<{ readonly secret: string; readonly createdAt: string }>;
  /** False when it has no address. */
  revokeCalendar(workspace: string, of: CalendarOf): Promise<boolean>;
  /** The text behind an address, whichever workspace it is of; null when there is none. */
  feed(secret: string): Promise<string | null>;
}
