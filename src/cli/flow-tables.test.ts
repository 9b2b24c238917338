import { expect, it } from 'vitest';
import { flowTables } from './flow-tables.ts';

it('shows the flow line by line, whatever accounts are called', () => {
  const tally = {
    due: 2,
    onTime: 1,
    late: 1,
    skipped: 0,
    outOfOrder: 0,
    overdue: 0,
    open: 0,
    waived: 0,
    conformance: 0.5,
  };
  const lines = flowTables({
    transitions: [],
    timeToValue: { moment: null, groups: [], delays: [], differences: [] },
    conformance: { model: tally, moments: [], teams: [], groups: [], accounts: [{ account: 'a\nb', ...tally }] },
  });
  const at = lines.indexOf('As the model says');
  expect(lines[at - 1]).toBe('');
  expect(lines[at + 2]).toMatch(/^model +1 +1 .* 50 %$/);
  expect(lines[at + 3]).toMatch(/^account a\\nb +1 +1 /);
  expect(lines.filter((line) => line.includes('\n'))).toEqual([]);
});
