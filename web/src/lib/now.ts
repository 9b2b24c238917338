import { useSyncExternalStore } from 'react';

const everyMs = 30_000;
let current = Date.now();

/** The instant that relative times are counted from; moves on every half minute, for all of a page at once. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => current);
}

function subscribe(listener: () => void): () => void {
  const timer = setInterval(() => {
    current = Date.now();
    listener();
  }, everyMs);
  return () => clearInterval(timer);
}

/** This very instant plus some milliseconds, ISO 8601: for what is sent, not for what is shown. */
export function instantIn(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}
