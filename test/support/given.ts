/** Whether the tests that need this run here; says on stderr what is left out and why when they do not. */
export function given(condition: boolean, leftOut: string): boolean {
  if (!condition) process.stderr.write(`Left out: ${leftOut}\n`);
  return condition;
}
