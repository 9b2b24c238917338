import type { FlowAccount } from './account.ts';
import { addTally, type Conformance, conformanceOf, coursesOf, emptyTally, type Tally } from './conformance.ts';
import { type Difference, differencesOf } from './differences.ts';
import { groupOf, type Grouping } from './groups.ts';
import type { Period } from './period.ts';
import type { FlowPlan } from './plan.ts';
import { type TimeToValue, timeToValueOf, waitForValue } from './time-to-value.ts';
import { type Delay, type Transition, transitionsOf } from './transitions.ts';
import { type Wait, waitsOf } from './wait.ts';

/** What is asked of the flow between moments. */
export interface FlowRequest {
  readonly by: Grouping | null;
  /** Only what happened in it counts; waits that began before it count from there. Its end is what "now" means. */
  readonly period: Period;
  /** How many accounts to list, those that conform least first. */
  readonly accounts: number;
}

/** How long customers take from moment to moment, where that is too long, and how far it all goes as the model says. */
export interface FlowReport {
  /** Most excess account-days first. */
  readonly transitions: readonly Transition[];
  readonly timeToValue: TimeToValue & {
    /** What is systemic in it, with what shows it. */
    readonly delays: readonly Delay[];
    readonly differences: readonly Difference[];
  };
  readonly conformance: {
    readonly model: Conformance;
    readonly moments: readonly ({ readonly moment: string } & Conformance)[];
    /** By who does it: a role, an automation, nobody yet. */
    readonly teams: readonly ({ readonly team: string } & Conformance)[];
    /** As the request says. */
    readonly groups: readonly ({ readonly group: string } & Conformance)[];
    readonly accounts: readonly ({ readonly account: string } & Conformance)[];
  };
}

/** Adds up accounts one by one, so that they can come as a stream. */
export interface FlowTally {
  add(account: FlowAccount): void;
  report(): FlowReport;
}

/** The flow through a model. Pure but for what was added. */
export function flowTally(plan: FlowPlan, { by, period, accounts }: FlowRequest): FlowTally {
  const waits: Wait[] = [];
  const waitsForValue: Wait[] = [];
  const all = { moments: tallies(), teams: tallies(), groups: tallies(), accounts: tallies() };
  return {
    add: (account) => {
      waits.push(...waitsOf(plan, account, period.until));
      const forValue = waitForValue(plan, account, period.until);
      if (forValue !== null) waitsForValue.push(forValue);
      for (const { occurrence, course } of coursesOf(plan, account, period)) {
        const { moment, team } = occurrence;
        all.moments.of(moment)[course] += 1;
        all.teams.of(team)[course] += 1;
        all.groups.of(groupOf({ owner: occurrence.owner, segment: account.segment, region: account.region }, by))[
          course
        ] += 1;
        all.accounts.of(account.account)[course] += 1;
      }
    },
    report: () => {
      const { transitions, delays } = transitionsOf(waits, by, period);
      return {
        transitions,
        timeToValue: {
          ...timeToValueOf(plan, waitsForValue, by, period),
          delays,
          differences: differencesOf(waits, period),
        },
        conformance: {
          model: conformanceOf(all.moments.sum()),
          moments: all.moments.rows().map(([moment, one]) => ({ moment, ...one })),
          teams: all.teams.rows().map(([team, one]) => ({ team, ...one })),
          groups: all.groups.rows().map(([group, one]) => ({ group, ...one })),
          accounts: worstFirst(all.accounts.rows())
            .slice(0, accounts)
            .map(([account, one]) => ({ account, ...one })),
        },
      };
    },
  };
}

/** Counts by name. */
function tallies() {
  const byName = new Map<string, Tally>();
  return {
    of: (name: string): Tally => {
      const known = byName.get(name) ?? emptyTally();
      byName.set(name, known);
      return known;
    },
    sum: (): Tally => {
      const sum = emptyTally();
      for (const one of byName.values()) addTally(sum, one);
      return sum;
    },
    rows: (): readonly (readonly [string, Conformance])[] =>
      [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => [name, conformanceOf(one)] as const),
  };
}

function worstFirst(rows: readonly (readonly [string, Conformance])[]): readonly (readonly [string, Conformance])[] {
  return rows.toSorted(
    ([, a], [, b]) => (a.conformance ?? 2) - (b.conformance ?? 2) || b.overdue + b.skipped - (a.overdue + a.skipped),
  );
}
