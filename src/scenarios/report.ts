import { instantText } from './instant.ts';
import type { Failure, ScenarioResult } from './run.ts';

/** Shows a text in a style, where the terminal does. */
export type Paint = (style: 'bold' | 'dim' | 'red' | 'green', text: string) => string;

/** A failed scenario as a person reads it, line by line: which one; where and when what was expected and got; why. */
export function failedLines({ name, start, failures }: ScenarioResult, paint: Paint): string[] {
  return [
    `${paint('red', 'failed')}  ${paint('bold', name)}`,
    ...failures.flatMap((failure) => [...failureLines(failure, start, paint), '']),
  ];
}

function failureLines(
  { place, at, account, what, expected, got, why }: Failure,
  start: number,
  paint: Paint,
): string[] {
  return [
    `  ${place.file}:${place.line}:${place.column}  ${instantText(at, start)}, ${account}, ${what}`,
    `    expected  ${paint('green', expected)}`,
    `    got       ${paint('red', got)}`,
    ...(why.length === 0 ? [] : ['    why']),
    ...why.map((line) => paint('dim', `      ${line}`)),
  ];
}

/** A result for machines. */
export function resultOf({ name, place, failures }: ScenarioResult): object {
  const { file, line } = place;
  return {
    file,
    line,
    name,
    passed: failures.length === 0,
    failures: failures.map(({ place: where, at, ...rest }) => ({ ...where, at: new Date(at).toISOString(), ...rest })),
  };
}
