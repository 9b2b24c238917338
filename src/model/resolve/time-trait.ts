import { typeNames } from '../expression/check.ts';
import type { Path } from '../source/tree.ts';
import { type Resolving, reportValue, suggest } from './context.ts';
import type { AccountNames } from './names.ts';

/** Reads `account.<trait>` where a trait of type time is needed; null after a mistake. */
export function timeTraitAt(resolving: Resolving, path: Path, text: string, known: AccountNames): string | null {
  const { accountTraits, brokenTraits } = known.vocabulary;
  const [, name] = (known.isPerson ? /^(?:account|person)\.(.+)$/ : /^account\.(.+)$/).exec(text) ?? [];
  if (name === undefined)
    return reportValue(
      resolving,
      path,
      'model/unknown-trait',
      `${JSON.stringify(text)} is not a trait of the account`,
      'write account.<trait>',
    );
  if (brokenTraits.has(name)) return null;
  const type = accountTraits.get(name);
  const times = [...accountTraits].filter(([, one]) => one === 'time').map(([trait]) => trait);
  if (type === undefined)
    return reportValue(
      resolving,
      path,
      'model/unknown-trait',
      `there is no trait ${JSON.stringify(name)}`,
      suggest(name, times),
    );
  if (type === 'time') return name;
  return reportValue(
    resolving,
    path,
    'cel/type',
    `a time is needed here, ${JSON.stringify(name)} is ${typeNames[type]}`,
    suggest(name, times),
  );
}
