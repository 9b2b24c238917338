import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Server, startServer, temporaryFolder, waitFor } from './support/server.ts';
import { cleanEnvironment } from './support/settings.ts';

const root = join(import.meta.dirname, '..');
const run = promisify(execFile);
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: Server;
let tail: ChildProcess | undefined;

beforeAll(async () => {
  folder = await temporaryFolder('tour');
  server = await startServer({ dataDir: join(folder.path, 'data') });
  await waitFor(async () => server.output().includes('write key'), 20_000);
});
afterAll(async () => {
  tail?.kill();
  await server.stop();
  await folder.remove();
});

interface Block {
  readonly language: string;
  readonly text: string;
}

/** The blocks of code of the README's tour, in their order. */
function blocksOfTour(): Block[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, tour = ''] = /^## Five minutes$([\s\S]*?)^## /m.exec(readme) ?? [];
  return [...tour.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({ language, text }));
}

it('the tour of the README works word by word on a new installation, and prints what it says', async () => {
  const keyOf = (kind: string): string => new RegExp(`${kind} key +(\\w\\w_[\\w-]+)`).exec(server.output())?.[1] ?? '';
  const env = {
    ...cleanEnvironment,
    NO_COLOR: '1',
    RAPPORT_DATA_DIR: server.dataDir,
    RAPPORT_PORT: new URL(server.url).port,
    ADMIN_KEY: keyOf('admin'),
    WRITE_KEY: keyOf('write'),
  };
  const asked = (file: string, args: readonly string[]): Promise<{ stdout: string }> =>
    run(file, args, { cwd: root, env, maxBuffer: 16 * 1024 * 1024 });
  const told = { tail: '', watching: '', commands: '' };
  const blocks = blocksOfTour();
  expect(blocks.map(({ language }) => language)).toEqual(expect.arrayContaining(['sh', 'js', 'text']));
  for (const { language, text } of blocks) {
    const here = text.replaceAll('http://127.0.0.1:4400', server.url);
    if (language === 'js') await asked(process.execPath, ['--input-type=module', '--eval', here]);
    else if (language === 'text') {
      const printed = (): boolean => sameButTimes(text, told.tail) || sameButTimes(text, told.commands);
      await waitFor(
        async () => printed(),
        20_000,
        () => `${text}\nis not what came:\n${told.tail}\n${told.commands}`,
      );
    } else if (here.includes('rapport tail')) {
      tail = spawn(join(root, 'bin/rapport'), ['tail'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
      tail.stdout?.on('data', (chunk: Buffer) => (told.tail += chunk.toString()));
      tail.stderr?.on('data', (chunk: Buffer) => (told.watching += chunk.toString()));
      await waitFor(async () => told.watching.includes('watching'), 20_000);
    } else if (here !== 'npm start\n') {
      told.commands = (
        await asked('bash', ['-ec', here.replaceAll('curl ', 'curl --silent --show-error --fail ')])
      ).stdout;
      expect(told.commands, here).not.toBe('');
    }
  }
}, 240_000);

/** Whether a text begins with what was written down, apart from times of day. */
function sameButTimes(written: string, printed: string): boolean {
  const masked = (text: string): string => text.replaceAll(/\d\d:\d\d:\d\d\.\d{3}/g, '…');
  return masked(printed).startsWith(masked(written));
}
