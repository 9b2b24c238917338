import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { safeCell } from './failed.ts';
import { type ImportDeps, importFiles, ImportRefused } from './import.ts';
import { Collector, folderWith, mappingOf } from './import.testing.ts';
import { loadMapping } from './mapping.ts';

const orders = `
import: 1
name: Orders
source: orders
lookups:
  products: { file: products.csv, key: sku, columns: [label] }
files:
  - files: orders.csv
    where: row.status != "draft"
    values: { buyer: '"u" + row.buyer' }
    person: values.buyer
    account: row.company
    time: time(row.at)
    emit:
      - group: row.company
        traits: { name: row.company, seats: number(row.seats) }
      - track: Order Placed
        properties: { sku: row.sku, label: lookups.products.label, at: time(row.at), note: row.note, gift: true }
`;
const products = 'sku,label\np1,Pen\np2,"Paper, A4"\n';
const ordersCsv = [
  'buyer,company,at,sku,seats,note,status',
  '1,acme,2024-05-01 10:00:00,p1,5,"two',
  'lines",ok',
  '2,acme,2024-05-02T10:00:00+02:00,p2,5,,ok',
  '3,acme,yesterday,p1,5,,ok',
  '4,acme,2024-05-02,p1,five,,ok',
  '5,acme,2024-05-02,p1,5,,draft',
  '6,acme,2024-05-02,p1,5',
  '',
].join('\n');

describe('an import', () => {
  it('makes of rows the messages that an SDK would have sent', async () => {
    const deps = new Collector();
    const folder = folderWith({ 'orders.csv': ordersCsv, 'products.csv': products });
    const report = await importFiles(deps, { workspace: 'w', files: [folder], mapping: mappingOf(orders) });
    expect(deps.messages.filter(({ type }) => type === 'track')).toMatchObject([
      {
        event: 'Order Placed',
        userId: 'u1',
        context: { groupId: 'acme' },
        timestamp: '2024-05-01T10:00:00.000Z',
        properties: { sku: 'p1', label: 'Pen', at: '2024-05-01T10:00:00.000Z', note: 'two\nlines', gift: true },
      },
      { userId: 'u2', timestamp: '2024-05-02T08:00:00.000Z', properties: { label: 'Paper, A4' } },
    ]);
    expect(deps.messages[0]).toMatchObject({
      type: 'group',
      groupId: 'acme',
      userId: 'u1',
      traits: { name: 'acme', seats: 5 },
    });
    expect(deps.messages.at(-1)).not.toHaveProperty('properties.note');
    expect(report).toMatchObject({
      newEvents: 4,
      leftOut: 1,
      failed: 3,
      messages: { Group: 2, 'Order Placed': 2 },
      warnings: [],
    });
  });

  it('lists failed rows with line, column and reason, and takes nothing of them', async () => {
    const deps = new Collector();
    const folder = folderWith({ 'orders.csv': ordersCsv, 'products.csv': products });
    const failedFile = join(folder, 'failed.csv.out');
    const report = await importFiles(deps, { workspace: 'w', files: [folder], mapping: mappingOf(orders), failedFile });
    expect(report.failedFile).toBe(failedFile);
    expect(readFileSync(failedFile, 'utf8').split('\n').toSorted()).toEqual([
      '',
      'file,line,column,reason',
      'orders.csv,5,at,"time: ""yesterday"" is not an ISO 8601 date or time"',
      'orders.csv,6,seats,"seats: ""five"" is not a number"',
      'orders.csv,8,,5 cells where the header has 7',
    ]);
  });

  it('counts rows that cannot be read, numbers rows past them, and names the first line of each', async () => {
    const mapping = mappingOf(`
import: 1
name: Notes
source: notes
files:
  - files: 'notes.*'
    person: row.who
    time: date("2024-01-01")
    emit: [{ track: Noted, id: '"n" + string(row_number)', properties: { note: row.note, n: number(row.n) } }]
`);
    const csv = 'who,note,n\na,first\n\nb,"two\nlines",1\nc,"two\nmore",x\nd,ok,1,1\ne,fine,2\n';
    const folder = folderWith({ 'notes.csv': csv });
    const failedFile = join(folder, 'failed.out');
    const deps = new Collector();
    const request = { workspace: 'w', files: [folder], mapping, failedFile };
    const report = await importFiles(deps, request);
    expect(report).toMatchObject({ rows: 5, failed: 3, newEvents: 2 });
    expect(deps.messages.map(({ messageId }) => messageId)).toEqual(['n1', 'n4']);
    const failures = readFileSync(failedFile, 'utf8').split('\n').toSorted();
    expect(failures).toEqual([
      '',
      'file,line,column,reason',
      'notes.csv,2,,2 cells where the header has 3',
      'notes.csv,6,n,"n: ""x"" is not a number"',
      'notes.csv,8,,4 cells where the header has 3',
    ]);
    rmSync(failedFile);
    expect(await importFiles(deps, request)).toMatchObject({ rows: 5, failed: 3, newEvents: 0, alreadyThere: 2 });
    expect(readFileSync(failedFile, 'utf8').split('\n').toSorted()).toEqual(failures);
    // A row that is mended in the file is new; the others keep their ids.
    writeFileSync(join(folder, 'notes.csv'), csv.replace('a,first', 'a,first,0'));
    expect(await importFiles(deps, request)).toMatchObject({ failed: 2, newEvents: 1, alreadyThere: 2 });
    const lines = ['{"who":"a","n":1}', 'broken', '{"who":"b","n":2}'].join('\n');
    const other = new Collector();
    const jsonl = folderWith({ 'notes.jsonl': lines });
    expect(await importFiles(other, { ...request, files: [jsonl] })).toMatchObject({ rows: 3, failed: 1 });
    expect(other.messages.map(({ messageId }) => messageId)).toEqual(['n0', 'n2']);
  });

  it('tells what the loader refuses again when it is run again', async () => {
    const deps = new Collector();
    const load = deps.load;
    const refusing: ImportDeps = {
      clock: deps.clock,
      runs: deps.runs,
      load: async (chunk) => {
        const report = await load({ ...chunk, messages: chunk.messages.slice(1) });
        return { ...report, rejected: [{ index: 0, reason: 'bad', detail: '' }] };
      },
    };
    const folder = folderWith({ 'orders.csv': ordersCsv, 'products.csv': products });
    const request = { workspace: 'w', files: [folder], mapping: mappingOf(orders) };
    expect(await importFiles(refusing, request)).toMatchObject({ newEvents: 3, failed: 4 });
    expect(await importFiles(refusing, request)).toMatchObject({ newEvents: 0, alreadyThere: 3, failed: 4 });
  });

  it('says once that a file is empty', async () => {
    const folder = folderWith({ 'orders.csv': '', 'products.csv': products });
    const request = { workspace: 'w', files: [folder], mapping: mappingOf(orders) };
    await expect(importFiles(new Collector(), request)).rejects.toMatchObject({
      problems: [{ code: 'import/file', line: 1, message: 'the file is empty' }],
    });
  });

  it('changes nothing when it is run again, and says so', async () => {
    const deps = new Collector();
    const folder = folderWith({ 'orders.csv': ordersCsv, 'products.csv': products });
    const request = { workspace: 'w', files: [folder], mapping: mappingOf(orders) };
    await importFiles(deps, request);
    const again = await importFiles(deps, request);
    expect(deps.loads).toBe(1);
    expect(again).toMatchObject({ newEvents: 0, alreadyThere: 4, rows: 6, failed: 3 });
    expect(again.files[0]).toMatchObject({ before: true });
  });

  it('imports a file again when what it had stored is gone', async () => {
    const deps = new Collector();
    const folder = folderWith({ 'orders.csv': ordersCsv, 'products.csv': products });
    const request = { workspace: 'w', files: [folder], mapping: mappingOf(orders) };
    await importFiles(deps, request);
    deps.byId.clear();
    expect(await importFiles(deps, request)).toMatchObject({ newEvents: 4, alreadyThere: 0 });
  });

  it('goes on where an interrupted run stopped: every row once', async () => {
    const lines = Array.from({ length: 120_000 }, (_, index) => `{"user":"u${index % 7}","n":${index}}`).join('\n');
    const folder = folderWith({ 'clicks.jsonl': lines });
    const mapping = mappingOf(`
import: 1
name: Clicks
source: clicks
files:
  - files: '*.jsonl'
    emit:
      - track: Clicked
        person: row.user
        time: date("2024-01-01") + seconds(row.n)
        properties: { n: row.n }
`);
    const deps = new Collector();
    deps.failAfter = 1;
    const request = { workspace: 'w', files: [folder], mapping };
    await expect(importFiles(deps, request)).rejects.toThrow('the power went');
    expect(deps.byId.size).toBeLessThan(120_000);
    deps.failAfter = Number.POSITIVE_INFINITY;
    const report = await importFiles(deps, request);
    expect(deps.byId.size).toBe(120_000);
    expect(report.newEvents + report.alreadyThere).toBe(120_000);
    expect(report.files[0]?.resumedAfter).toBeGreaterThan(0);
    expect(new Set(deps.messages.map((message) => message.timestamp)).size).toBe(120_000);
  });

  it('does not take a number that reading has rounded for an id', async () => {
    const ids = ['12345678901234567890', '"12345678901234567890"', '7'];
    const folder = folderWith({ 'c.jsonl': ids.map((id) => `{"user":${id}}`).join('\n') });
    const emit = `{ track: Clicked, person: row.user, time: 'date("2024-01-01")' }`;
    const mapping = mappingOf(`{ import: 1, name: C, source: c, files: [{ files: c.jsonl, emit: [${emit}] }] }`);
    const deps = new Collector();
    const failedFile = join(folder, 'failed.out');
    const report = await importFiles(deps, { workspace: 'w', files: [folder], mapping, failedFile });
    expect(report.failed).toBe(1);
    expect(deps.messages.map(({ userId }) => userId)).toEqual(['12345678901234567890', '7']);
    expect(readFileSync(failedFile, 'utf8')).toContain('was rounded; write it as text in the file');
  });

  it('shows in a dry run what would happen, and loads nothing', async () => {
    const deps = new Collector();
    const folder = folderWith({ 'orders.csv': ordersCsv, 'products.csv': products });
    const report = await importFiles(deps, {
      workspace: 'w',
      files: [folder],
      mapping: mappingOf(orders),
      dryRun: true,
    });
    expect(deps.loads).toBe(0);
    expect(deps.saved.size).toBe(0);
    expect(report).toMatchObject({ dryRun: true, newEvents: 4, failed: 3, failedFile: null });
    expect(report.samples[0]).toMatchObject({
      file: 'orders.csv',
      line: 2,
      messages: [{ type: 'group' }, { type: 'track' }],
    });
  });

  it('takes partition folders as columns and tells equal files in different folders apart', async () => {
    const folder = folderWith({ 'd/site=a/part.csv': 'user\n1\n', 'd/site=b/part.csv': 'user\n1\n' });
    const mapping = mappingOf(`
import: 1
name: Visits
source: visits
files:
  - files: d/**/*.csv
    emit: [{ track: Visited, person: row.user, time: date("2024-01-01"), properties: { site: row.site } }]
`);
    const deps = new Collector();
    expect(await importFiles(deps, { workspace: 'w', files: [folder], mapping })).toMatchObject({ newEvents: 2 });
    expect(deps.messages.map((message) => message.type === 'track' && message.properties['site'])).toEqual(['a', 'b']);
  });

  it('refuses a mapping that does not fit the file, with every place, before anything is loaded', async () => {
    const deps = new Collector();
    const folder = folderWith({ 'orders.csv': ordersCsv, 'products.csv': products });
    const wrong = mappingOf(
      orders
        .replace('row.company\n    time', 'row.compny\n    time')
        .replace('label: lookups.products.label', 'label: lookups.products.lable'),
    );
    const error = await importFiles(deps, { workspace: 'w', files: [folder], mapping: wrong }).catch(
      (cause: unknown) => cause,
    );
    expect(error).toBeInstanceOf(ImportRefused);
    expect(error).toMatchObject({
      problems: [
        {
          line: 12,
          column: 14,
          message: expect.stringContaining('there is no column "compny"'),
          hint: 'Did you mean "company"?',
        },
        {
          line: 18,
          message: expect.stringContaining('there is no column of lookup products "lable"'),
          hint: 'Did you mean "label"?',
        },
      ],
    });
    expect(deps.loads).toBe(0);
  });

  it('refuses files that do not exist and files that the mapping does not mean', async () => {
    const folder = folderWith({ 'other.csv': 'a\n1\n', 'products.csv': products });
    const request = { workspace: 'w', mapping: mappingOf(orders) };
    const missing = importFiles(new Collector(), { ...request, files: [folder, join(folder, 'nowhere')] });
    await expect(missing).rejects.toThrow('there is no file or folder');
    const foreign = importFiles(new Collector(), { ...request, files: [folder] });
    await expect(foreign).rejects.toMatchObject({
      problems: [{ line: 8, message: 'none of the given files is meant here', hint: 'It names orders.csv.' }],
    });
  });

  it('reports progress with the time that is left', async () => {
    const deps = new Collector();
    const folder = folderWith({ 'orders.csv': ordersCsv, 'products.csv': products });
    const seen: number[] = [];
    await importFiles(deps, {
      workspace: 'w',
      files: [folder],
      mapping: mappingOf(orders),
      onProgress: ({ rows }) => seen.push(rows),
    });
    expect(seen.at(-1)).toBe(6);
  });
});

describe('a mapping file', () => {
  it('is told every unknown key with its place', () => {
    const { problems } = loadMapping(
      orders.replace('where:', 'were:').replace('emit:', 'emit:\n      - trak: X'),
      'm.yaml',
    );
    expect(problems).toMatchObject([
      { line: 9, column: 5, message: '"were" is not a key of files.0', hint: 'Did you mean "where"?' },
      { line: 15, message: '"trak" is not a key of files.0.emit.0', hint: 'Did you mean "track"?' },
    ]);
  });
});

describe('a cell of failed.csv', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['@cmd', "'@cmd"],
    ['-2', "'-2"],
    ['a,"b"', '"a,""b"""'],
    ['plain', 'plain'],
  ])('%s is written %s', (text, written) => {
    expect(safeCell(text)).toBe(written);
  });
});
