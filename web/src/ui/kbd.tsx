import type { ReactNode } from 'react';

/** A key or keys to press, such as `g t`. */
export function Kbd({ keys }: { keys: string }): ReactNode {
  return (
    <span className="inline-flex gap-0.5" aria-label={`keys: ${keys}`}>
      {keys.split(' ').map((key, at) => (
        <kbd key={`${key}${at}`} className="rounded-sm border bg-sunken px-1 font-mono text-xs text-muted">
          {key}
        </kbd>
      ))}
    </span>
  );
}
