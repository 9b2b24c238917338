import { describe, expect, it } from 'vitest';
import { evaluateExpression, type EvaluationScope } from '../expression/evaluate.ts';
import type { Value } from '../expression/expression.ts';
import { loadModelText } from '../load.ts';
import type { Points } from '../resolved.ts';
import { builtinIndicators } from './builtins.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 6, 1);
const ago = (days: number): number => now - days * day;

const ids = builtinIndicators().map((one) => one.id);
const { model } = loadModelText(
  `
rapport: 1
name: All
keyEvents: [Report Viewed]
catalog: { Report Viewed: {}, Report Shared: {}, Export Scheduled: {}, Case Filed: {} }
capabilities: { reading: [Report Viewed], sharing: [Report Shared], exporting: [Export Scheduled], filing: [Case Filed] }
releases:
  - { version: "1.0", at: 2025-01-01, capabilities: [reading] }
  - { version: "2.0", at: 2026-05-01, capabilities: [sharing, exporting] }
  - { version: "2.1", at: 2026-08-01, capabilities: [filing] }
indicators: { use: [${ids.join(', ')}] }
`,
  'all.yaml',
);

/** Domain, cuts (or points, or quantiles) and weight of each, as the list of methods has them. */
const table: readonly [number, string, string, readonly number[] | null, number][] = [
  [1, 'active_user_ratio', 'adoption', [0.1, 0.35, 0.7], 6],
  [2, 'usage_volume', 'adoption', [0.1, 0.5, 0.9], 3],
  [3, 'usage_trend', 'adoption', [0.46, 0.75, 0.95], 5],
  [4, 'key_usage_trend', 'adoption', [0.46, 0.75, 0.95], 5],
  [5, 'activity_recency', 'adoption', [30, 14, 3], 4],
  [6, 'active_days', 'adoption', [1, 6, 15], 3],
  [7, 'capability_breadth', 'adoption', [0.2, 0.5, 0.8], 4],
  [8, 'effectiveness', 'adoption', [0.5, 0.8, 0.95], 3],
  [9, 'version_currency', 'adoption', [4, 2, 0], 3],
  [10, 'release_adoption', 'adoption', [0, 0.3, 0.7], 2],
  [11, 'activated', 'milestones', null, 5],
  [12, 'kickoff_held', 'milestones', null, 3],
  [13, 'users_created_vs_plan', 'milestones', [0.25, 0.6, 1], 5],
  [16, 'first_value', 'milestones', null, 6],
  [17, 'self_sufficient', 'milestones', null, 3],
  [18, 'training_reach', 'learning', [0.1, 0.4, 0.8], 4],
  [19, 'event_attendance', 'learning', [0, 0.1, 0.3], 4],
  [20, 'dialog_response', 'learning', [0.01, 0.05, 0.15], 3],
  [21, 'cadence_adherence', 'relationship', [0.4, 0.7, 0.95], 4],
  [22, 'attendee_rate', 'relationship', [0.3, 0.6, 0.9], 3],
  [23, 'two_way_recency', 'relationship', [60, 30, 7], 4],
  [28, 'case_rate', 'support', [0, 40, 0.5, 100, 3, 100, 8, 0], 4],
  [29, 'severe_case_load', 'support', [3, 1, 0], 5],
  [30, 'case_sla', 'support', [0.6, 0.8, 0.95], 3],
  [31, 'survey_response_rate', 'voice', [0.05, 0.25, 0.6], 5],
  [32, 'survey_sentiment', 'voice', [-20, 20, 60], 5],
  [33, 'modules_licensed', 'value', [0.1, 0.35, 0.7], 4],
  [35, 'seat_trend', 'value', [-0.2, 0, 0.2], 3],
  [36, 'advocacy_acts', 'advocacy', [0, 1, 4], 5],
];

/** The scale as the table writes it: cuts from 0 to 100 points, quantiles, or the flat list of a longer polyline. */
function scaleOf(points: Points | undefined): readonly number[] | null {
  if (points?.kind === 'percentile') return points.quantiles;
  if (points?.kind !== 'polyline') return null;
  if (points.points.length !== 3) return points.points.flat();
  const cuts = points.points.map(([x]) => x);
  return points.points[0]?.[1] === 0 ? cuts : cuts.toReversed();
}

describe('each built-in has its number, domain, scale and weight', () => {
  it.each(table)('%s %s', (number, id, domain, scale, weight) => {
    const found = model?.indicators.find((one) => one.id === id);
    expect([found?.builtin, found?.domain, found?.weight]).toEqual([number, domain, weight]);
    expect(scaleOf(found?.points)).toEqual(scale);
  });
});

describe('each built-in computes what it says', () => {
  const cases: readonly [string, Record<string, Value>, Record<string, Value>, Value][] = [
    ['active_user_ratio', { active_users_28d: 4 }, { seats: 10 }, 0.4],
    ['active_user_ratio', { active_users_28d: 4 }, {}, null],
    ['usage_volume', { key_events_28d: 10 }, { seats: 10 }, Math.log(2)],
    ['activity_recency', { last_event: ago(9) }, {}, 9],
    ['activity_recency', { last_event: null }, {}, null],
    ['active_days', { active_days_28d: 6 }, {}, 6],
    [
      'capability_breadth',
      { 'capabilities_used_84d.reading': 3, 'capabilities_used_84d.sharing': 1 },
      { modules: ['a', 'b', 'c', 'd'] },
      0.5,
    ],
    ['capability_breadth', { 'capabilities_used_84d.reading': 3 }, {}, 0.25],
    ['effectiveness', { tasks_succeeded_28d: 9, tasks_attempted_28d: 10 }, {}, (9 + 4 * 0.5) / 14],
    ['version_currency', {}, { version: '1.0.4' }, 1],
    ['release_adoption', { 'new_capabilities_used.sharing': 2, 'new_capabilities_used.exporting': 0 }, {}, 0.5],
    ['activated', { deal_won_at: ago(30), first_seen_at: ago(60), activated_at: ago(25) }, {}, 100],
    ['activated', { deal_won_at: null, first_seen_at: ago(30), activated_at: null }, {}, 0],
    ['kickoff_held', { deal_won_at: ago(5), kickoff_at: null }, {}, null],
    ['kickoff_held', { deal_won_at: ago(40), kickoff_at: ago(25) }, {}, 75],
    ['users_created_vs_plan', { deal_won_at: ago(14), users_added: 5 }, { planned_users: 20, planned_days: 28 }, 0.5],
    ['users_created_vs_plan', { deal_won_at: ago(56), users_added: 5 }, { planned_users: 20, planned_days: 28 }, 0.25],
    ['users_created_vs_plan', { deal_won_at: ago(6), users_added: 5 }, { planned_users: 20, planned_days: 28 }, null],
    ['first_value', { deal_won_at: ago(100), first_value_at: ago(70) }, {}, 100],
    ['self_sufficient', { deal_won_at: ago(200), self_sufficient_at: ago(10) }, {}, 50],
    ['training_reach', { people_trained_364d: 2 }, { seats: 10, trainees: 4 }, 0.5],
    ['training_reach', { people_trained_364d: 2 }, { seats: 10 }, 0.2],
    ['event_attendance', { event_attendees_182d: 3 }, { contacts: 30 }, 0.1],
    ['dialog_response', { messages_answered_84d: 12, messages_delivered_84d: 10 }, {}, (10 + 2) / 14],
    ['cadence_adherence', { meetings_held_182d: 3, meetings_scheduled_182d: 4 }, {}, 0.75],
    ['cadence_adherence', { meetings_held_182d: 0, meetings_scheduled_182d: 0 }, {}, null],
    ['attendee_rate', { customer_attended_182d: 3, customer_invited_182d: 6 }, {}, 0.5],
    ['two_way_recency', { last_two_way: ago(30) }, {}, 30],
    ['case_rate', { cases_opened_84d: 3, active_users_84d: 20 }, {}, 1.5],
    ['severe_case_load', { open_sev1: 1, open_sev2: 1 }, {}, 1.5],
    ['case_sla', { cases_in_sla_84d: 6, cases_resolved_84d: 6 }, {}, 0.8],
    ['survey_response_rate', { surveys_responded_364d: 2, surveys_sent_364d: 5 }, {}, 4 / 9],
    ['survey_sentiment', { survey_kind: 'nps', survey_score: 9 }, {}, 100],
    ['survey_sentiment', { survey_kind: 'nps', survey_score: 7 }, {}, 0],
    ['survey_sentiment', { survey_kind: 'nps', survey_score: 0 }, {}, -100],
    ['survey_sentiment', { survey_kind: 'csat', survey_score: 4 }, {}, 50],
    ['survey_sentiment', { survey_kind: null, survey_score: null }, {}, null],
    ['modules_licensed', {}, { modules: ['a', 'b'] }, 0.5],
    ['seat_trend', {}, { seats: 12 }, 0.2],
    ['advocacy_acts', { advocacy_acts_364d: 2 }, {}, 2],
  ];

  it.each(cases)('%s of %j and %j is %s', (id, measures, account, expected) => {
    const found = model?.indicators.find((one) => one.id === id);
    const zero = Object.fromEntries(
      (model?.measures ?? []).filter((one) => one.type === 'number').map((one) => [one.id, 0]),
    );
    const scope: EvaluationScope = {
      now,
      account,
      measures: { ...zero, ...measures },
      accountAt: () => 10,
      releases: model?.releases ?? [],
      ratePrior: 0.5,
    };
    const value = found === undefined ? 'missing' : evaluateExpression(found.value, scope);
    const rounded = typeof value === 'number' ? Number(value.toFixed(12)) : value;
    expect(rounded).toBe(typeof expected === 'number' ? Number(expected.toFixed(12)) : expected);
  });

  it('has a case for each but the trends, which have tests of their own', () => {
    const covered = new Set(cases.map(([id]) => id));
    expect(model?.indicators.map((one) => one.id).filter((id) => !covered.has(id))).toEqual([
      'usage_trend',
      'key_usage_trend',
    ]);
  });
});
