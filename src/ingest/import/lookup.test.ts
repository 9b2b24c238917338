import { describe, expect, it } from 'vitest';
import { importFiles } from './import.ts';
import { Collector, folderWith, mappingOf } from './import.testing.ts';

describe('a lookup', () => {
  it('finds a lookup by what a key says, whatever its kind', async () => {
    const folder = folderWith({ 'sales.jsonl': '{"user":"a","store":7}', 'stores.csv': 'store,city\n7,Lyon\n' });
    const mapping = mappingOf(`
import: 1
name: Sales
source: sales
lookups: { stores: { file: stores.csv, key: store, columns: [city] } }
files:
  - files: sales.jsonl
    emit: [{ track: Sold, person: row.user, time: date("2024-01-01"), properties: { city: lookups.stores.city } }]
`);
    const deps = new Collector();
    await importFiles(deps, { workspace: 'w', files: [folder], mapping });
    expect(deps.messages).toMatchObject([{ properties: { city: 'Lyon' } }]);
  });

  it('brings all rows of a key in their order, unknown last, when a lookup says so', async () => {
    const folder = folderWith({
      'sales.jsonl': '{"user":"a","store":7}\n{"user":"b","store":8}',
      'visits.csv': 'store,visit,day\n7,x,20\n7,y,\n7,z,9\n8,w,1\n',
    });
    const lookup = '{ file: visits.csv, key: store, columns: [visit, day], all: [day, visit] }';
    const mapping = (all: string) =>
      mappingOf(`
import: 1
name: Sales
source: sales
lookups: { visits: ${lookup.replace('[day, visit]', all)} }
files:
  - files: sales.jsonl
    emit:
      - track: Sold
        person: row.user
        time: date("2024-01-01")
        properties:
          first: lookups.visits.visit[0]
          third: lookups.visits.visit[2]
          place: indexOf(lookups.visits.visit, "y")
`);
    const deps = new Collector();
    await importFiles(deps, { workspace: 'w', files: [folder], mapping: mapping('[visit]') });
    expect(deps.messages).toMatchObject([
      { properties: { first: 'x', third: 'z', place: 1 } },
      { properties: { first: 'w' } },
    ]);
    const byDay = new Collector();
    await importFiles(byDay, { workspace: 'w', files: [folder], mapping: mapping('day') });
    // Texts of a CSV file sort as texts: 20 before 9. What has no day comes last.
    expect(byDay.messages).toMatchObject([
      { properties: { first: 'x', third: 'y', place: 2 } },
      { properties: { first: 'w' } },
    ]);
    const wrong = importFiles(new Collector(), { workspace: 'w', files: [folder], mapping: mapping('[days]') });
    await expect(wrong).rejects.toMatchObject({
      problems: expect.arrayContaining([
        expect.objectContaining({ code: 'import/lookup', message: expect.stringContaining('no column days') }),
      ]),
    });
  });
});
