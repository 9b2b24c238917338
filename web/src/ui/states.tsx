import { type ReactNode, useEffect, useState } from 'react';
import { Problem } from '../data/http.ts';
import { Button } from './button.tsx';

/** Nothing is there: says why that may be, and what could be done. */
export function Empty({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}): ReactNode {
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-2 px-4 py-16 text-center">
      <p className="text-lg font-medium">{title}</p>
      {children && <div className="text-muted">{children}</div>}
      {action && <div className="mt-3 flex gap-2">{action}</div>}
    </div>
  );
}

const patienceMs = 300;

/** Grey lines where content will be; only after 0.3 s, because what is there at once should not flicker. */
export function Loading({ rows = 6 }: { rows?: number }): ReactNode {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-3 py-4">
      {isLate &&
        Array.from({ length: rows }, (_, row) => (
          <div
            key={row}
            className="h-4 rounded bg-sunken animate-appear"
            style={{ width: `${92 - ((row * 17) % 40)}%` }}
          />
        ))}
    </div>
  );
}

/** What went wrong, in the server's words, and a way on. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }): ReactNode {
  const problem = error instanceof Problem ? error : null;
  const isForbidden = problem?.status === 403;
  return (
    <div role="alert" className="mx-auto flex max-w-md flex-col items-center gap-2 px-4 py-16 text-center">
      <p className="text-lg font-medium">{problem?.title ?? 'This could not be shown'}</p>
      <p className="text-muted">
        {error instanceof Error ? error.message : String(error)}
        {isForbidden && ' An administrator of the workspace can give you more.'}
      </p>
      {retry && !isForbidden && (
        <Button className="mt-3" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

interface Answer<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** Shows the answer of a query, or how it stands with it. An old answer stays while a new one is on its way. */
export function Shown<Data>({
  query,
  rows,
  children,
}: {
  query: Answer<Data>;
  rows?: number;
  children: (data: Data) => ReactNode;
}): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return <Loading {...(rows === undefined ? {} : { rows })} />;
}
