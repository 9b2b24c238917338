import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';

const veil = 'fixed inset-0 z-40 bg-text/25 animate-appear dark:bg-canvas/70';

interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  /** One sentence below the title. */
  readonly description?: string;
  readonly children: ReactNode;
  /** `side`: a drawer at the right edge, for looking something up without leaving the page. */
  readonly place?: 'middle' | 'side';
}

export function Dialog({ open, onOpenChange, title, description, children, place = 'middle' }: DialogProps): ReactNode {
  const where =
    place === 'middle'
      ? 'left-1/2 top-[12vh] -translate-x-1/2 w-[min(560px,calc(100vw-24px))] max-h-[76vh] rounded-lg border'
      : 'right-0 top-0 h-full w-[min(560px,100vw)] border-l';
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={veil} />
        <Radix.Content
          className={`fixed z-50 flex flex-col bg-raised shadow-float animate-appear ${where}`}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description !== undefined && <Radix.Description className="text-muted">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <IconButton label="Close">
                <X size={16} />
              </IconButton>
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-5">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
