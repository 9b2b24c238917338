import { describe, expect, it } from 'vitest';
import { compileExpression, type Names } from './expression.ts';
import { type Cell, ExpressionError, type Kind, RowProblem, toCell } from './value.ts';

/** Columns with the row's values under the cursor; kinds as a reader would say. */
function namesOf(row: Record<string, { kind: Kind; value: unknown }>): Names {
  return {
    constants: { start: { '2013J': '2013-10-05' }, rate: 2 },
    values: new Map(),
    column: (name) => {
      const cell = row[name];
      return cell ? { kind: cell.kind, compute: () => toCell(cell.value), reads: [name] } : null;
    },
    columnNames: Object.keys(row),
    lookup: (name, column) =>
      name === 'sites' && column === 'type' ? { kind: 'any', compute: () => 'quiz', reads: [column] } : null,
    lookupNames: { sites: ['type'] },
  };
}

const row = namesOf({
  date: { kind: 'number', value: 3 },
  term: { kind: 'string', value: '2013J' },
  count: { kind: 'string', value: '7' },
  empty: { kind: 'string', value: '' },
  day: { kind: 'string', value: '2024-02-30' },
  nested: { kind: 'any', value: { a: { b: [1, 2] } } },
  'Account ID': { kind: 'string', value: 'A1' },
});

function evaluate(text: string): Cell {
  return compileExpression(text, row).compute({ columns: [], at: 0, number: 41, values: [] });
}

function refusal(text: string): ExpressionError {
  try {
    compileExpression(text, row);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
  }
  throw new Error(`${text} compiled`);
}

describe('an expression of a mapping', () => {
  it.each<[string, Cell]>([
    [
      'date(constants.start[row.term]) + days(row.date) + hours(12) + milliseconds(row_number)',
      Date.UTC(2013, 9, 8, 12, 0, 0, 41),
    ],
    ['row.term + "-" + string(row.date)', '2013J-3'],
    ['number(row.count) / constants.rate', 3.5],
    ['row["Account ID"]', 'A1'],
    ['row.nested.a.b[1]', 2],
    ['lookups.sites.type', 'quiz'],
    ['row.term in ["2013J", "2014J"] ? "autumn" : "spring"', 'autumn'],
    ['epochSeconds("1700000000") - epochMilliseconds(1699999999000)', 1000],
    ['row.term.startsWith("2013") && !(row.date > 5)', true],
    ['coalesce(row.empty, row.term)', '2013J'],
    ['1 / 0', null],
  ])('%s is %j', (text, value) => {
    expect(evaluate(text)).toEqual(value);
  });

  it('makes unknown of what is built from unknown, except where it is asked about', () => {
    expect(evaluate('row.empty + "x"')).toBeNull();
    expect(evaluate('number(row.empty) + 1')).toBeNull();
    expect(evaluate('row.empty == null')).toBe(true);
    expect(evaluate('has(row.empty)')).toBe(false);
    expect(evaluate('row.date > 5 && number(row.empty) > 1')).toBe(false);
    expect(evaluate('row.date < 5 && number(row.empty) > 1')).toBeNull();
  });

  it('fails a row whose cell is not what is asked for, and only that row', () => {
    expect(() => evaluate('time(row.day)')).toThrow(RowProblem);
    expect(() => evaluate('number(row.term)')).toThrow('"2013J" is not a number');
  });

  it.each([
    ['row.dat', 4 - 4, 'there is no column "dat"', 'Did you mean "date"?'],
    ['date', 0, '"date" is not known', 'Did you mean row.date?'],
    ['row.count + 1', 0, 'string + number has no meaning', 'number(…) reads a number from text, string(…) writes one.'],
    ['time(row.day) + 3', 0, 'time + number has no meaning', 'Add days(…), hours(…) or milliseconds(…) to a time.'],
    ['  dayz(3)', 2, 'there is no function "dayz"', 'Did you mean "days"?'],
    ['days(row.count)', 5, 'days takes a number, this is a string', 'number(…) converts.'],
    ['lookups.site.type', 0, 'there is no lookup "site"', 'Did you mean "sites"?'],
  ])('%s is refused before any row is read', (text, offset, message, hint) => {
    expect(refusal(text)).toMatchObject({ message, hint, offset });
  });
});
