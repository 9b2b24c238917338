import { type ReactNode, useEffect } from 'react';

interface PageProps {
  readonly title: string;
  /** The question that this page answers, in one sentence. */
  readonly question?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** `full`: as wide as the window, for tables and maps. */
  readonly width?: 'text' | 'full';
}

/** A page: its title, what it answers, and one job. */
export function Page({ title, question, actions, children, width = 'full' }: PageProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · Rapport`;
  }, [title]);
  return (
    <div className={width === 'text' ? 'mx-auto w-full max-w-3xl' : 'mx-auto w-full max-w-[1600px]'}>
      <header className="flex flex-wrap items-end gap-x-6 gap-y-2 pb-4">
        <div className="min-w-0 flex-1">
          <h1 dir="auto" className="text-xl font-semibold wrap-anywhere">
            {title}
          </h1>
          {question && <p className="pt-1 text-muted">{question}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
