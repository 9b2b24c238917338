import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { table } from './terminal.ts';

it('paints with codes of its own, and shows those of others', async () => {
  const script = `const { paint, print } = await import('${join(import.meta.dirname, 'terminal.ts')}');
    print([paint('red', 'a\\u001B[2Jb', { isTTY: true }), 'c\\u001B[31md\\ne']);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env: {} });
  expect(stdout).toBe('\u001B[31ma\\u001b[2Jb\u001B[0m\nc\\u001b[31md\\ne\n');
});

it('makes tables whose rows are one line each', () => {
  expect(
    table([
      ['name', 'n'],
      ['a\nb', 10],
      ['c\u202E', 5],
    ]),
  ).toEqual(['name     n', 'a\\nb     10', 'c\\u202e   5']);
});
