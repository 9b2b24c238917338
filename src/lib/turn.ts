/** Lets the event loop answer others before it goes on: long work in this process calls it every few milliseconds. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
