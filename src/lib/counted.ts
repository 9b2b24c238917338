/** A count with its noun: "1 account", "1,200 accounts". `many` when the plural is not `one` with an s. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
