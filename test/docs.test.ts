import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { referencePages } from '../src/cli/docs.ts';
import { buildProgram } from '../src/cli/main.ts';
import { loadModelText } from '../src/model/load.ts';

const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const pages = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
  ...readdirSync(join(root, 'src')).map((folder) => `src/${folder}/README.md`),
];

describe('the documents say what the code does', () => {
  it('docs/reference is what `npm run docs` writes', async () => {
    for (const [name, text] of Object.entries(await referencePages(buildProgram()))) {
      expect(read(`docs/reference/${name}`), `docs/reference/${name} is old: run npm run docs`).toBe(text);
    }
  });

  it('every npm script and every command that a document names exists', () => {
    const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;
    const commands = buildProgram().commands.map((command) => command.name());
    for (const page of pages) {
      const text = read(page);
      for (const [, script] of text.matchAll(/npm run ([\w:-]+)/g))
        expect(Object.keys(scripts), page).toContain(script);
      for (const [, command] of text.matchAll(/(?:npm run rapport --|bin\/rapport|`rapport) ([a-z][a-z-]*)/g)) {
        expect(commands, `${page} names a command`).toContain(command);
      }
    }
  });

  it('links between documents lead somewhere', () => {
    for (const page of pages) {
      for (const [, target] of read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)) {
        expect(existsSync(join(root, dirname(page), target ?? '')), `${page} links to ${target}`).toBe(true);
      }
    }
  });

  it('the model in the README is a correct model', () => {
    const [, model = ''] = /```yaml\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
    expect(loadModelText(model, 'README.md').diagnostics).toEqual([]);
  });

  it('settings that documents name exist', () => {
    const settings = read('docs/reference/settings.md');
    for (const page of pages.filter((one) => !one.startsWith('docs/reference/'))) {
      for (const [setting] of read(page).matchAll(/RAPPORT_[A-Z_]+/g)) {
        if (!/^RAPPORT_(?:TORTURE|TEST)_/.test(setting))
          expect(settings, `${page} names ${setting}`).toContain(setting);
      }
    }
  });

  it('AGENTS.md has at most 60 lines', () => {
    expect(read('AGENTS.md').trimEnd().split('\n').length).toBeLessThanOrEqual(60);
  });

  it('nothing in the repository names a place on a machine or a registry', () => {
    const own = /(?:^|[\s'"`(])\/(?:work|root|home\/\w+)\/|registry\.npmjs/;
    for (const page of pages) expect(own.test(read(page)), page).toBe(false);
  });
});
