import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { Problem } from '../../data/http.ts';
import { Button } from '../../ui/button.tsx';

interface DoorProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly children: ReactNode;
}

/** The page outside of any workspace: one form in the middle. */
export function Door({ title, description, children }: DoorProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · Rapport`;
  }, [title]);
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-sm">
        <img src="/mark.svg" alt="Rapport" width="40" height="40" className="mb-6" />
        <h1 className="text-2xl font-semibold">{title}</h1>
        {description && <p className="mt-1 text-muted">{description}</p>}
        <div className="mt-6">{children}</div>
      </div>
    </main>
  );
}

interface DoorFormProps {
  readonly action: string;
  readonly onSubmit: (values: Readonly<Record<string, string>>) => Promise<void>;
  /** The fields; they get what the server said of them. */
  readonly children: (errors: Readonly<Record<string, string>>) => ReactNode;
}

/** A form that says what the server found wrong, at its fields where it can. */
export function DoorForm({ action, onSubmit, children }: DoorFormProps): ReactNode {
  const [problem, setProblem] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);
  const errors = problem instanceof Problem ? byField(problem.fields) : {};
  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const values = Object.fromEntries(
      [...new FormData(event.currentTarget)].map(([name, value]) => [name, typeof value === 'string' ? value : '']),
    );
    setBusy(true);
    setProblem(null);
    try {
      await onSubmit(values);
    } catch (error) {
      setProblem(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      {children(errors)}
      {problem && Object.keys(errors).length === 0 && (
        <p role="alert" className="rounded bg-danger-soft px-3 py-2 text-danger">
          {problem.message}
        </p>
      )}
      <Button type="submit" look="primary" className="h-10!" disabled={isBusy}>
        {action}
      </Button>
    </form>
  );
}

/** `/email` and `body.email` are both the field `email`. */
function byField(fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields).map(([path, message]) => [path.split(/[/.]/).at(-1) ?? path, message]),
  );
}
