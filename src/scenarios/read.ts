import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { closest } from '../lib/closest.ts';
import { type Diagnostic, diagnostic, sortDiagnostics } from '../model/diagnostics.ts';
import { loadModel, type ReadFile } from '../model/load.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import { isShipped, shippedFile, shippedModels } from '../model/shipped.ts';
import { readYaml } from '../model/source/read.ts';
import type { Located } from '../model/source/tree.ts';
import { readInstant, readStart } from './instant.ts';
import { mistake, readList, readMap, readText, type Report, type Values, whereIs } from './read-part.ts';
import { readStep } from './read-step.ts';
import { readValues } from './read-values.ts';
import { accountTraits, type Names, namesOf } from './reading.ts';
import type { ModelText, Scenario, ScenarioAccount, ScenarioFile, Step } from './scenario.ts';

/** The scenarios of a file when there is no error, in it or in its model, and everything there is to say. */
export interface ReadScenarios {
  readonly scenarios: ScenarioFile | null;
  readonly diagnostics: readonly Diagnostic[];
}

const readFromDisk: ReadFile = (path) => readFileSync(path, 'utf8');

/** Reads a file of scenarios, and the model that it names. Never throws for anything a person can write. */
export function readScenarios(file: string, read: ReadFile = readFromDisk): ReadScenarios {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (one) => void diagnostics.push(one);
  const root = readRoot(file, read, report);
  const get = root === null ? null : readMap(root, 'file', report);
  if (root === null || get === null) return { scenarios: null, diagnostics };
  const loaded = readModel(get('model'), file, read, report);
  const names = loaded === null ? null : namesOf(loaded.model);
  const start = get('start') === null ? null : (readStart(get('start'), report) ?? 0);
  const scenarios = readList(get('scenarios'), report).flatMap((one) => readScenario(one, start, names, report) ?? []);
  refuseSameNames(get('scenarios'), report);
  const failed = diagnostics.some(({ severity }) => severity === 'error');
  return {
    scenarios: failed || loaded === null ? null : { file, ...loaded, scenarios },
    diagnostics: sortDiagnostics(diagnostics),
  };
}

function readRoot(file: string, read: ReadFile, report: Report): Located | null {
  let text: string;
  try {
    text = read(file);
  } catch {
    const message = `the file ${JSON.stringify(file)} cannot be read`;
    report(diagnostic('file/unreadable', { file, line: 1, column: 1 }, message, 'check the name and its permissions'));
    return null;
  }
  const { root, diagnostics } = readYaml(file, text);
  const hint = 'start with `model:` and `scenarios:`';
  for (const one of diagnostics) report(one.code === 'yaml/empty' ? { ...one, hint } : one);
  return root;
}

/** The model with its texts; its own mistakes are reported like those of the scenarios. */
function readModel(
  at: Located | null,
  file: string,
  read: ReadFile,
  report: Report,
): { readonly model: ResolvedModel; readonly source: ModelText } | null {
  const name = readText(at, report);
  if (at === null || name === null) return null;
  const isPath = /^\.{1,2}\//.test(name) || isAbsolute(name);
  if (!isPath && !isShipped(name)) {
    const near = closest(name, shippedModels());
    const all = `shipped: ${shippedModels().join(', ')}; or a path that starts with ./`;
    const hint = near === null ? all : `did you mean ${near}?`;
    return mistake(report, at, 'extends/unknown', `there is no shipped model ${JSON.stringify(name)}`, hint);
  }
  const path = isPath ? (isAbsolute(name) ? name : join(dirname(file), name)) : shippedFile(name);
  const texts = new Map<string, string>();
  const { model, diagnostics } = loadModel(path, (one) => {
    const text = isPath ? read(one) : readFromDisk(one);
    texts.set(one, text);
    return text;
  });
  if (!texts.has(path)) {
    const message = `the file ${JSON.stringify(path)} cannot be read`;
    return mistake(report, at, 'file/unreadable', message, 'the path counts from this file');
  }
  if (model === null) for (const one of diagnostics) report(one);
  const extended = Object.fromEntries([...texts].filter(([one]) => one !== path));
  return model === null ? null : { model, source: { file: path, yaml: texts.get(path) ?? '', extended } };
}

function refuseSameNames(scenarios: Located | null, report: Report): void {
  const seen = new Set<string>();
  for (const item of scenarios?.kind === 'list' ? scenarios.items : []) {
    const name = item.kind === 'map' ? item.entries.get('name')?.value : undefined;
    if (name?.kind !== 'scalar') continue;
    if (seen.has(name.written))
      mistake(
        report,
        name,
        'scenario/same-name',
        'another scenario of the file has this name',
        'say what this one shows',
      );
    seen.add(name.written);
  }
}

function readScenario(
  located: Located,
  otherwise: number | null,
  names: Names | null,
  report: Report,
): Scenario | null {
  const get = readMap(located, 'scenario', report);
  if (get === null) return null;
  const name = readText(get('name'), report);
  const start = readStart(get('start'), report) ?? otherwise;
  if (start === null && get('start') === null)
    mistake(
      report,
      located,
      'model/missing-key',
      'nothing says when the scenario starts',
      'write `start: 2026-03-02T09:00:00Z` here or at the top of the file',
    );
  const live = readInstant(get('live'), start ?? 0, report) ?? start ?? 0;
  const accounts = readAccounts(get, located, start ?? 0, names, report);
  const reading = { report, names, start: start ?? 0, live, accounts: accounts.map(({ id }) => id) };
  const written = readList(get('steps'), report).map((one) => ({ one, steps: readStep(one, reading) }));
  refuseDisorder(written, report);
  if (name === null || start === null) return null;
  const steps = written.flatMap((one) => one.steps).toSorted((a, b) => a.at - b.at);
  return { name, at: whereIs(located), start, live, accounts, steps };
}

function readAccounts(
  get: Values,
  located: Located,
  start: number,
  names: Names | null,
  report: Report,
): readonly ScenarioAccount[] {
  const [one, several] = [get('account'), get('accounts')];
  if ((one === null) === (several === null)) {
    const hint = 'account: { id: acme, traits: { … } }';
    mistake(report, several ?? located, 'scenario/accounts', 'a scenario has either `account` or `accounts`', hint);
  }
  const seen: string[] = [];
  return [...(one === null ? [] : [one]), ...readList(several, report)].flatMap((account): ScenarioAccount[] => {
    const read = readMap(account, 'account', report);
    const at = read?.('id') ?? null;
    const id = readText(at, report);
    if (read === null || at === null || id === null) return [];
    if (seen.includes(id)) mistake(report, at, 'scenario/accounts', `the scenario has the account ${id} already`);
    seen.push(id);
    return [{ id, traits: readValues(read('traits'), accountTraits(names), start, report) }];
  });
}

/** Steps are written in the order in which they begin. */
function refuseDisorder(
  written: readonly { readonly one: Located; readonly steps: readonly Step[] }[],
  report: Report,
): void {
  let latest = -Infinity;
  for (const { one, steps } of written) {
    const at = steps[0]?.at ?? latest;
    if (at < latest)
      mistake(
        report,
        one,
        'scenario/order',
        'this step begins before the one above it',
        'write steps in order of time',
      );
    latest = Math.max(latest, at);
  }
}
