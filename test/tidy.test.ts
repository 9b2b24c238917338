import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Folder under src/ → the folders it may import. One way only; ARCHITECTURE.md shows the same table. */
const imports: Record<string, readonly string[]> = {
  lib: [],
  model: ['lib'],
  compile: ['model', 'lib'],
  store: ['model', 'lib'],
  access: ['store', 'lib'],
  evaluate: ['compile', 'model', 'store', 'lib'],
  moments: ['model', 'lib'],
  team: ['lib'],
  scenarios: ['moments', 'evaluate', 'compile', 'model', 'lib'],
  today: ['lib'],
  ingest: ['store', 'model', 'lib'],
  demo: ['ingest', 'lib'],
  lab: ['evaluate', 'compile', 'store', 'model', 'lib'],
  api: ['access', 'lab', 'evaluate', 'compile', 'ingest', 'store', 'model', 'lib'],
  app: [
    'access',
    'api',
    'demo',
    'lab',
    'scenarios',
    'moments',
    'team',
    'today',
    'evaluate',
    'compile',
    'ingest',
    'store',
    'model',
    'lib',
  ],
  cli: [
    'access',
    'app',
    'api',
    'demo',
    'lab',
    'scenarios',
    'moments',
    'team',
    'today',
    'evaluate',
    'compile',
    'ingest',
    'store',
    'model',
    'lib',
  ],
};

const root = join(import.meta.dirname, '..');
const maxFileLines = 400;
const maxFunctionLines = 70;

function sources(folder: string): { path: string; text: string }[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.includes('node_modules'))
    .map((file) => ({ path: `${folder}/${file}`, text: readFileSync(join(root, folder, file), 'utf8') }));
}

const source = sources('src');
const production = source.filter(({ path }) => !/\.(test|testing)\.ts$/.test(path));
const web = sources('web/src');
const tests = [
  ...source.filter(({ path }) => path.endsWith('.test.ts')),
  ...sources('test'),
  ...web.filter(({ path }) => path.endsWith('.test.ts')),
];

function importedFolders(path: string, text: string): string[] {
  return [...text.matchAll(/from '(\.[^']+)'/g)].map(([, target]) => {
    const resolved = relative(join(root, 'src'), join(root, path, '..', target ?? ''));
    return resolved.startsWith('..') ? resolved : (resolved.split('/')[0] ?? '');
  });
}

/** Lines of each function that starts at the margin or as a method; nested closures count in their parent. */
function longFunctions(text: string): string[] {
  const lines = text.split('\n');
  const found: string[] = [];
  const start =
    /^( {0,2})(?:export )?(?:async )?(?:function\*? ?(\w+)|(?:(?:static|override|private|async|get|set) )*(#?\w+)\(.*\{$)/;
  lines.forEach((line, index) => {
    const match = start.exec(line);
    const name = match?.[2] ?? match?.[3];
    if (!match || !name || ['if', 'for', 'while', 'switch', 'catch', 'describe', 'it'].includes(name)) return;
    const end = lines.findIndex((other, at) => at > index && other.startsWith(`${match[1]}}`));
    if (end - index + 1 > maxFunctionLines) found.push(`${name} (${end - index + 1} lines)`);
  });
  return found;
}

/** Places where a file matches, as `path: match`. */
function offences(files: { path: string; text: string }[], pattern: RegExp, allowed: RegExp = /^$/): string[] {
  return files
    .filter(({ path }) => !allowed.test(path))
    .flatMap(({ path, text }) => [...text.matchAll(pattern)].map(([match]) => `${path}: ${match.trim()}`));
}

describe('the house is tidy', () => {
  it('folders import only what the table allows', () => {
    const wrong = production.flatMap(({ path, text }) => {
      const folder = path.split('/')[1] ?? '';
      const allowed = [folder, ...(imports[folder] ?? [])];
      return importedFolders(path, text)
        .filter((target) => !allowed.includes(target))
        .map((target) => `${path} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('the table has every folder, each has a README of at most 60 lines, and ARCHITECTURE.md shows the table', () => {
    const folders = readdirSync(join(root, 'src'));
    expect(folders.filter((folder) => !(folder in imports))).toEqual([]);
    for (const folder of folders) {
      const readme = readFileSync(join(root, 'src', folder, 'README.md'), 'utf8');
      expect(readme.split('\n').length, `src/${folder}/README.md`).toBeLessThanOrEqual(61);
    }
    const table = Object.entries(imports)
      .filter(([folder]) => folders.includes(folder))
      .map(([folder, allowed]) =>
        `${folder.padEnd(9)} ← ${allowed.filter((one) => folders.includes(one)).join(', ')}`.trim(),
      )
      .join('\n');
    expect(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')).toContain(table);
  });

  it(`files have at most ${maxFileLines} lines and functions at most ${maxFunctionLines}`, () => {
    const all = [...source, ...web, ...sources('test'), ...sources('bench')];
    const long = all.filter(({ text }) => text.split('\n').length > maxFileLines + 1).map(({ path }) => path);
    expect(long).toEqual([]);
    expect(
      [...production, ...web].flatMap(({ path, text }) => longFunctions(text).map((name) => `${path}: ${name}`)),
    ).toEqual([]);
  });

  it('the web app takes nothing but types from the server, and its screens nothing from each other', () => {
    const order = ['lib', 'data', 'ui', 'features', 'app'];
    const wrong = web
      .filter(({ path }) => !path.endsWith('.test.ts'))
      .flatMap(({ path, text }) => {
        const [first = '', screen = ''] = path.split('/').slice(2);
        const room = first === 'main.tsx' ? 'app' : first;
        return [...text.matchAll(/^(import|export)( type)?[^;]*?from '(\.[^']+)'|import\('(\.[^']+)'\)/gm)]
          .map(([, , type, target = '', lazy]) => ({
            type,
            to: relative(root, join(root, path, '..', lazy ?? target)),
          }))
          .filter(({ type, to }) => {
            const [top, , target = '', other = ''] = to.split('/');
            if (top !== 'web') return type === undefined;
            if (!order.includes(target)) return false;
            return (
              order.indexOf(target) > order.indexOf(room) ||
              (target === 'features' && room === 'features' && other !== screen)
            );
          })
          .map(({ to }) => `${path} imports ${to}`);
      });
    expect(wrong).toEqual([]);
  });

  it('the web app writes no markup of its own making, and reads the clock in one place', () => {
    expect(offences(web, /dangerouslySetInnerHTML|innerHTML|document\.write/g)).toEqual([]);
    expect(offences(web, /Date\.now\(|new Date\(\)/g, /^web\/src\/lib\/now\.ts$/)).toEqual([]);
  });

  it('only lib/clock.ts reads the clock and only app/config.ts reads the environment', () => {
    const clock = /Date\.now\(|new Date\(\)|performance\.now\(|process\.hrtime/g;
    expect(offences(production, clock, /^src\/lib\/clock\.ts$/)).toEqual([]);
    expect(offences(production, /process\.env\b/g, /^src\/app\/config\.ts$/)).toEqual([]);
  });

  it('nothing is hidden from the checker; tests never mock modules, skip silently or run alone', () => {
    expect(offences([...source, ...tests], /@ts-(?:ignore|nocheck|expect-error)/g, /tidy\.test\.ts$/)).toEqual([]);
    expect(offences(tests, /\b(?:vi|jest)\.mock\(|\.(?:only|skip|todo)\(/g, /tidy\.test\.ts$/)).toEqual([]);
  });

  it('what is left out says why', () => {
    const conditional = tests.filter(({ text }) => /\.(?:runIf|skipIf)\(/.test(text) && !text.includes('given('));
    expect(conditional.map(({ path }) => path)).toEqual([]);
  });

  it('every test file asserts something', () => {
    const silent = tests.filter(({ path, text }) => path.endsWith('.test.ts') && !/expect|assert/.test(text));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('the lockfile has the packages of every platform, and no address of a registry', () => {
    const text = readFileSync(join(root, 'package-lock.json'), 'utf8');
    const { packages } = JSON.parse(text) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const names = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')));
    const wanted = Object.values(packages).flatMap((one) => Object.keys(one.optionalDependencies ?? {}));
    expect(wanted.filter((name) => !names.has(name))).toEqual([]);
    const addresses = [...text.matchAll(/"resolved": "([^"]*)"/g)].map(([, address]) => address);
    expect(addresses, 'only our own workspace').toEqual(['web']);
  });

  it('generic rooms do not exist', () => {
    expect(
      source
        .map(({ path }) => path)
        .filter((path) => /\/(?:utils?|helpers?|misc|common|types|services|manager)(?:\/|\.ts$)/.test(path)),
    ).toEqual([]);
  });
});
