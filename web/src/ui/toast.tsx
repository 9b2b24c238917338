import { X } from 'lucide-react';
import { type ReactNode, useSyncExternalStore } from 'react';
import { Button, IconButton } from './button.tsx';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'note' | 'danger';
  readonly undo: (() => void) | undefined;
}

const shownMs = 8_000;
let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

/** Says shortly what has happened; with `undo`, how to take it back. */
export function toast(text: string, options: { readonly tone?: Toast['tone']; readonly undo?: () => void } = {}): void {
  const id = nextId++;
  put([...toasts.slice(-2), { id, text, tone: options.tone ?? 'note', undo: options.undo }]);
  setTimeout(() => dismiss(id), shownMs);
}

/** Says what went wrong. */
export function toastError(error: unknown): void {
  toast(error instanceof Error ? error.message : String(error), { tone: 'danger' });
}

function dismiss(id: number): void {
  put(toasts.filter((one) => one.id !== id));
}

function put(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where toasts appear; read aloud by screen readers. */
export function Toasts(): ReactNode {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-4 z-50 flex flex-col items-center gap-2 px-3 max-md:bottom-20"
    >
      {shown.map(({ id, text, tone, undo }) => (
        <div
          key={id}
          className="pointer-events-auto flex max-w-full items-center gap-3 rounded border bg-raised py-1.5 pr-1.5 pl-4 shadow-float animate-appear"
        >
          <span className={tone === 'danger' ? 'text-danger' : ''}>{text}</span>
          {undo && (
            <Button
              look="quiet"
              className="text-accent"
              onClick={() => {
                dismiss(id);
                undo();
              }}
            >
              Undo
            </Button>
          )}
          <IconButton label="Dismiss" onClick={() => dismiss(id)}>
            <X size={14} />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
