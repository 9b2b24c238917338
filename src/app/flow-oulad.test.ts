import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { useStores } from '../../test/support/engines.ts';
import { given } from '../../test/support/given.ts';
import { testSettings } from '../../test/support/settings.ts';
import { openRows } from '../ingest/import/open-rows.ts';
import { toCell } from '../ingest/import/value.ts';
import type { FlowAccount } from '../lab/flow/account.ts';
import { loadModel } from '../model/load.ts';
import { replayedFlow } from './replayed-flow.ts';
import { openTestRapport, type TestRapport } from './rapport.testing.ts';

const data = testSettings.dataSets === null ? null : join(testSettings.dataSets, 'oulad');
const hasData = given(data !== null, 'the flow of OULAD, because RAPPORT_TEST_DATA names no folder with oulad/');
const models = join(import.meta.dirname, '../../models');

/** A course with five assessments, the exam among them. */
const course = { module: 'EEE', presentation: '2014B', start: Date.parse('2014-02-01') };
const dated = 5;
const dayMs = 86_400_000;
const until = course.start + 400 * dayMs;

interface Assessment {
  readonly id: number;
  readonly date: number | null;
}
interface Enrolment {
  readonly student: number;
  readonly registered: number;
  readonly left: number | null;
  /** The smallest place in the files that say so, which makes the millisecond. */
  readonly row: number;
}
interface Submission {
  readonly id: number;
  readonly student: number;
  readonly day: number;
  /** As of enrolments. */
  readonly row: number;
}

/** The tables of the course as they are in the files. */
let assessments: readonly Assessment[] = [];
let enrolments: readonly Enrolment[] = [];
let submissions: readonly Submission[] = [];

async function read(file: string, columns: readonly string[]): Promise<{ row: number; cells: unknown[] }[]> {
  const reader = await openRows(join(data ?? '', file));
  const rows: { row: number; cells: unknown[] }[] = [];
  for await (const batch of reader.read(columns, () => {}))
    for (let i = 0; i < batch.length; i++)
      rows.push({ row: rows.length, cells: batch.columns.map((column) => toCell(column[batch.offset + i])) });
  return rows;
}

async function readCourse(): Promise<void> {
  const own = ({ cells: [module, presentation] }: { cells: unknown[] }): boolean =>
    module === course.module && presentation === course.presentation;
  const key = ['code_module', 'code_presentation'];
  assessments = (await read('assessments.parquet', [...key, 'id_assessment', 'date']))
    .filter(own)
    .map(({ cells: [, , id, date] }) => ({ id: Number(id), date: date === null ? null : Number(date) }));
  const told = new Map(
    (await read('studentInfo.parquet', [...key, 'id_student'])).filter(own).map(({ row, cells }) => [cells[2], row]),
  );
  enrolments = (
    await read('studentRegistration.parquet', [...key, 'id_student', 'date_registration', 'date_unregistration'])
  )
    .filter(own)
    .map(({ row, cells: [, , student, registered, left] }) => ({
      student: Number(student),
      registered: Number(registered ?? 0),
      left: left === null ? null : Number(left),
      row: Math.min(told.get(student) ?? Infinity, registered === null ? Infinity : row),
    }));
  const ids = new Set(assessments.map(({ id }) => id));
  submissions = (await read('studentAssessment.parquet', ['id_assessment', 'id_student', 'date_submitted']))
    .map(({ row, cells: [id, student, day] }) => ({ row, id: Number(id), student: Number(student), day: Number(day) }))
    .filter(({ id }) => ids.has(id));
}

/** The shipped mapping, for the rows of the course alone. */
function mappingOfCourse(): string {
  const shipped = parse(readFileSync(join(models, 'oulad.mapping.yaml'), 'utf8')) as {
    files: Record<string, unknown>[];
  };
  const { module, presentation } = course;
  const files = shipped.files
    .filter(({ files: pattern }) => !String(pattern).startsWith('studentVle'))
    .map((entry) => {
      const root = entry['files'] === 'studentAssessment.parquet' ? 'lookups.assessments' : 'row';
      return {
        ...entry,
        where: `${root}.code_module == "${module}" && ${root}.code_presentation == "${presentation}"`,
      };
    });
  return stringify({ ...shipped, files });
}

describe.runIf(hasData)('the flow of a course of OULAD', () => {
  const stores = useStores();
  const folder = mkdtempSync(join(tmpdir(), 'rapport-flow-'));
  let rapport: TestRapport;
  let imported: object | undefined;
  let accounts: readonly FlowAccount[] = [];

  beforeAll(async () => {
    rapport = await openTestRapport(stores, { firstModel: null });
    await readCourse();
    const mapping = join(folder, 'course.mapping.yaml');
    writeFileSync(mapping, mappingOfCourse());
    const names = ['assessments', 'courses', 'studentAssessment', 'studentInfo', 'studentRegistration', 'vle'];
    const paths = names.map((name) => join(data ?? '', `${name}.parquet`));
    const { workspace } = rapport.firstRun;
    const lines: object[] = [];
    for await (const line of rapport.control.import(workspace, { paths, mapping, dryRun: false, failedFile: null }))
      lines.push(line);
    imported = lines.at(-1);
    const { model } = loadModel(join(models, 'course.yaml'));
    if (!model) throw new Error('course.yaml has errors');
    const found: FlowAccount[] = [];
    for await (const block of replayedFlow(rapport.core, workspace, model, until)) found.push(...block);
    accounts = found;
  }, 240_000); // 20 s on a quiet machine
  afterAll(async () => {
    await rapport.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is of everybody who enrolled', () => {
    expect(imported).toMatchObject({ report: { failed: 0, accounts: { after: enrolments.length } } });
    expect(accounts).toHaveLength(enrolments.length);
  });

  it('has a missed assessment at each deadline for whoever is enrolled and has not handed in, as SQL counts them', async () => {
    const missed = new Map<string, number>();
    const atDeadline = new Set<boolean>();
    for (const { occurrences } of accounts)
      for (const { moment, state, dueAt, endedAt } of occurrences) {
        if (state !== 'missed') continue;
        missed.set(moment, (missed.get(moment) ?? 0) + 1);
        atDeadline.add(endedAt === dueAt);
      }
    const { rows } = await rapport.core.state.within(rapport.firstRun.workspace, (db) =>
      sql<{ moment: string; missed: number }>`
-- Somebody is known from enrolment on, or from what was carried over before it.
WITH assessment AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(assessments)}::jsonb) AS a (id integer, date integer)),
  enrolment AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(enrolments)}::jsonb) AS e (student integer, registered integer, "left" integer)),
  submission AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(submissions)}::jsonb) AS s (id integer, student integer, day integer)),
  known AS (SELECT e.student, e."left", least(e.registered, min(s.day)) AS since
    FROM enrolment AS e LEFT JOIN submission AS s ON s.student = e.student GROUP BY e.student, e."left", e.registered),
  numbered AS (SELECT id, date, row_number() OVER (ORDER BY date, id) AS number FROM assessment WHERE date IS NOT NULL)
SELECT 'assessment_' || number AS moment, count(*)::integer AS missed
FROM numbered AS a CROSS JOIN known AS e
WHERE e.since <= a.date AND (e."left" IS NULL OR e."left" > a.date)
  AND NOT EXISTS (SELECT FROM submission AS s WHERE s.id = a.id AND s.student = e.student AND s.day <= a.date)
GROUP BY number`.execute(db),
    );
    expect(missed).toEqual(new Map(rows.map((row) => [row.moment, row.missed])));
    expect([...missed.keys()]).toHaveLength(dated);
    expect(atDeadline).toEqual(new Set([true]));
  });

  it('has the medians from assessment to assessment that the files give without any of it', async () => {
    const yaml = readFileSync(join(models, 'course.yaml'), 'utf8');
    const model = { file: 'course.yaml', yaml, extended: {} };
    const asked = { model, by: null, from: null, until, value: null, accounts: 0 };
    const answer = await rapport.control.flow(rapport.firstRun.workspace, asked);
    if (answer.kind !== 'flow') throw new Error(`no flow: ${answer.kind}`);
    const { transitions, timeToValue } = await answer.report;
    const found = transitions.map(({ from, to: moment, n, events, medianDays }) => ({
      from,
      to: moment,
      n,
      events,
      medianDays,
    }));
    const expected = transitionsOfFiles();
    const byName = (one: { from: string; to: string }): string => `${one.from} ${one.to}`;
    expect(found.toSorted((a, b) => (byName(a) < byName(b) ? -1 : 1))).toEqual(
      expected.toSorted((a, b) => (byName(a) < byName(b) ? -1 : 1)),
    );
    expect(found.filter(({ medianDays }) => medianDays !== null).length).toBeGreaterThanOrEqual(dated - 1);
    expect(timeToValue.moment).toBe('assessment_1');
  });
});

/**
 * The transitions straight from the tables. Everybody's story is over at the end, so no wait is cut off: the share that
 * had the next assessment after t days is a count, and who missed it or left never has it.
 */
function transitionsOfFiles() {
  const due = assessments
    .flatMap(({ id, date }) => (date === null ? [] : [{ id, date }]))
    .toSorted((a, b) => a.date - b.date || a.id - b.id)
    .map((one, index) => ({ ...one, name: `assessment_${index + 1}` }));
  const noon = (day: number, row: number): number => course.start + day * dayMs + dayMs / 2 + row;
  const handedIn = Map.groupBy(submissions, ({ student }) => student);
  const waits = new Map<string, { from: string; to: string; times: number[] }>();
  const wait = (from: string, to: string, start: number | null, end: number | null): void => {
    if (start === null || (end !== null && end < start)) return;
    const known = waits.get(`${from} ${to}`) ?? { from, to, times: [] };
    waits.set(`${from} ${to}`, known);
    known.times.push(end === null ? Infinity : (end - start) / dayMs);
  };
  for (const { student, registered, left, row } of enrolments) {
    const work = handedIn.get(student) ?? [];
    const since = Math.min(noon(registered, row), ...work.map((one) => noon(one.day, one.row)));
    const own = due.filter(({ date }) => noon(date, 0) + dayMs / 2 > since);
    const doneAt = ({ id, date }: { id: number; date: number }): number | null => {
      const found = work.find((one) => one.id === id);
      return found !== undefined && found.day <= date && (left === null || found.day <= left)
        ? noon(found.day, found.row)
        : null;
    };
    for (const [index, to] of own.entries()) {
      const before = own[index - 1];
      wait(before?.name ?? 'phase:enrolled', to.name, before === undefined ? since : doneAt(before), doneAt(to));
    }
  }
  return [...waits.values()].map(({ from, to, times }) => {
    const events = times.filter((time) => time < Infinity).length;
    return { from, to, n: times.length, events, medianDays: medianOf(times) };
  });
}

/** The middle; of an even number the middle of the two, or the one that was reached. */
function medianOf(times: readonly number[]): number | null {
  const sorted = times.toSorted((a, b) => a - b);
  const below = sorted[Math.ceil(sorted.length / 2) - 1] ?? Infinity;
  if (below === Infinity) return null;
  const above = sorted.length % 2 === 1 ? below : (sorted[sorted.length / 2] ?? Infinity);
  return above === Infinity ? below : (below + above) / 2;
}
