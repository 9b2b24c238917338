import type { Person, Profile } from './cast.ts';
import type { Diary } from './diary.ts';
import type { Fate, Week } from './fate.ts';
import type { Random } from './random.ts';

const day = 86_400_000;
const hour = 3_600_000;

interface Scene {
  readonly random: Random;
  readonly profile: Profile;
  readonly week: Week;
  readonly diary: Diary;
  /** The sponsor, or who answers while there is none. */
  readonly contact: Person;
  /** An instant in office hours of this week. */
  readonly when: () => number;
}

/** Everything between the two companies apart from use and meetings: cases, surveys, mails, webinars, advocacy. */
export function writeCare(random: Random, profile: Profile, fate: Fate, from: number, diary: Diary): void {
  const sponsor = profile.people[1];
  const stand = profile.people[2] ?? sponsor;
  if (!sponsor || !stand) return;
  writeSevereCases(random, profile, fate, from, diary);
  for (const [index, week] of fate.weeks.entries()) {
    if (week.start < from || (fate.churnedAt !== null && week.start + 7 * day > fate.churnedAt)) continue;
    const when = (): number =>
      week.start + random.whole(0, 4) * day + Math.round((9 + 7 * random.unit() - profile.offsetHours / 4) * hour);
    const scene: Scene = { random, profile, week, diary, contact: week.sponsor ? sponsor : stand, when };
    writeCases(scene, index);
    writeSurveys(scene, index);
    writeMessages(scene, index);
    writeAdvocacy(scene);
  }
}

/** Ordinary cases grow with use and with poor fit. */
function writeCases({ random, profile, week, diary, when }: Scene, index: number): void {
  const mean = profile.people.length * week.adoption * (0.004 + 0.012 * (1 - profile.fit)) + 0.04;
  for (let i = random.count(mean); i > 0; i--) {
    const opened = when();
    const person = random.pick(profile.people);
    const severity = random.chance(0.14) ? 'sev2' : random.chance(0.5) ? 'sev3' : 'sev4';
    const hours = severity === 'sev2' ? random.between(3, 65) : random.between(2, 150);
    const id = `C-${profile.id}-${index}-${i}`;
    diary.track(opened, person.id, 'Case Opened', { case_id: id, severity });
    if (random.chance(0.5))
      diary.track(opened + hours * 0.5 * hour, person.id, 'Case Commented', { case_id: id, side: 'customer' });
    const withinSla = hours <= (severity === 'sev2' ? 48 : 120);
    diary.track(opened + hours * hour, person.id, 'Case Resolved', { case_id: id, severity, within_sla: withinSla });
  }
}

function writeSevereCases(random: Random, profile: Profile, fate: Fate, from: number, diary: Diary): void {
  const end = fate.churnedAt ?? Number.POSITIVE_INFINITY;
  for (const [index, { openedAt, resolvedAt }] of fate.severeCases.entries()) {
    const person = random.pick(profile.people);
    const id = `S-${profile.id}-${index}`;
    if (openedAt < from || openedAt >= end) continue;
    diary.track(Math.round(openedAt), person.id, 'Case Opened', { case_id: id, severity: 'sev1' });
    diary.track(Math.round(openedAt) + 5 * hour, person.id, 'Case Commented', { case_id: id, side: 'customer' });
    if (resolvedAt >= end) continue;
    const withinSla = resolvedAt - openedAt <= 2 * day;
    diary.track(Math.round(resolvedAt), person.id, 'Case Resolved', {
      case_id: id,
      severity: 'sev1',
      within_sla: withinSla,
    });
  }
}

/** A survey to five people twice a year. Who is content answers more, and better. */
function writeSurveys({ random, profile, week, diary, when }: Scene, index: number): void {
  if (index % 26 !== 11) return;
  for (const person of random.some(profile.people, 5)) {
    const time = when();
    diary.track(time, person.id, 'Survey Sent', { kind: 'nps' });
    if (!random.chance(0.12 + 0.4 * week.relationship)) continue;
    const score = Math.round(
      Math.min(10, Math.max(0, 2.5 + 9 * (0.6 * week.value + 0.4 * week.relationship) + random.around(0, 1.5))),
    );
    diary.track(time + random.whole(1, 6) * day, person.id, 'Survey Responded', { kind: 'nps', score });
  }
}

/** A newsletter every four weeks to a few, a webinar every eight, a refresher course for who wants one. */
function writeMessages({ random, profile, week, diary, when }: Scene, index: number): void {
  if (index % 4 === 1) {
    for (const person of random.some(profile.people, 4)) {
      const time = when();
      diary.track(time, person.id, 'Message Delivered', { topic: 'newsletter' });
      if (random.chance(0.03 + 0.18 * week.relationship))
        diary.track(time + 3 * hour, person.id, 'Message Clicked', { topic: 'newsletter' });
    }
  }
  for (const person of profile.people) {
    if (random.chance(0.014 * week.value))
      diary.track(when(), person.id, 'Training Completed', { course: 'Refresher' });
  }
  if (index % 8 !== 5) return;
  for (const person of profile.people) {
    if (random.chance(0.12 * week.value))
      diary.track(when(), person.id, 'Webinar Attended', {
        topic: random.pick(['Forecasting', 'What is new', 'Planning well']),
      });
  }
}

function writeAdvocacy({ random, profile, week, diary, contact, when }: Scene): void {
  const willing = Math.max(0, week.value + week.relationship - 1.15);
  if (!random.chance(0.12 * willing)) return;
  const act = random.pick(['Referral Made', 'Reference Given', 'Review Written', 'Answer Given', 'Research Joined']);
  diary.track(when(), contact.id, act, { by: profile.name });
}
