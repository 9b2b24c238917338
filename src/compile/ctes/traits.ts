import type { CompiledModel } from '../compile.ts';
import { listOrNull } from '../expression/list.ts';
import { quoteIdentifier } from '../identifier.ts';
import type { Parameters } from '../parameters.ts';
import type { Plan, TraitColumn, Vantage } from '../plan.ts';
import type { Step } from '../step.ts';

const dayMs = 86_400_000;

/** One row per account with traits: the newest of each trait at or before T (and before T, where the model looks back). */
export function traitsStep(compiled: CompiledModel, vantage: Vantage, plan: Plan, parameters: Parameters): Step {
  const states = plan.traits.map((trait) => {
    const until = trait.days === 0 ? '' : ` AND time <= ${parameters.instant(vantage.asOf - trait.days * dayMs)}`;
    const condition = `trait = ${parameters.text(trait.name)}${until}`;
    return `argMaxIf((text, number, moment, 1 - removed), (time, message), ${condition}) AS ${quoteIdentifier(trait.state)}`;
  });
  const where = [
    `workspace = ${parameters.text(vantage.workspace)}`,
    `kind = ${parameters.text(compiled.model.account === 'person' ? 'person' : 'account')}`,
    ...(vantage.accounts === null ? [] : [`id IN ${parameters.texts(vantage.accounts)}`]),
    `time <= ${parameters.instant(vantage.asOf)}`,
    ...(vantage.knownAt === null ? [] : [`received_at <= ${parameters.instant(vantage.knownAt)}`]),
  ];
  return {
    name: 'traits',
    title: 'traits as of T: the newest row of each; (text, number, moment, present)',
    notes: plan.traits.map(
      ({ name, days, state }) => `${state} = account.${name}${days === 0 ? '' : ` ${days} days before T`}`,
    ),
    body: `SELECT\n  ${['id AS account', ...states].join(',\n  ')}\nFROM ${vantage.tables.traits} FINAL\nWHERE ${where.join('\n  AND ')}\nGROUP BY account`,
  };
}

/** The value of a trait from its state, null when it is not known or was removed. */
export function traitValue({ state, type }: TraitColumn): string {
  const column = quoteIdentifier(state);
  const known = (value: string): string => `if(${column}.4 = 1, ${value}, NULL)`;
  switch (type) {
    case 'number':
      return known(`${column}.2`);
    case 'time':
      return known(`toFloat64(toUnixTimestamp64Milli(${column}.3))`);
    case 'bool':
      return known(`transform(${column}.1, ['true', 'false'], [toNullable(toUInt8(1)), toNullable(toUInt8(0))], NULL)`);
    case 'list':
      return known(listOrNull(`${column}.1`));
    case 'string':
    case 'version':
      return known(`toNullable(${column}.1)`);
    case 'series':
      throw new Error('a trait is never a series');
  }
}
