import type { ReactNode } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { useAllActions } from '../data/actions.tsx';

/** The keys that work here and now. */
export function Help({ onClose }: { onClose: () => void }): ReactNode {
  const actions = useAllActions().filter(({ keys }) => keys !== undefined);
  const sections = [...new Set(actions.map(({ section }) => section))];
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Keys"
      description="Ctrl-K or Cmd-K finds everything by name."
    >
      {sections.map((section) => (
        <section key={section} className="pb-4">
          <h3 className="pb-1 text-sm font-medium text-muted">{section}</h3>
          <ul>
            {actions
              .filter((action) => action.section === section)
              .map(({ id, title, keys = '' }) => (
                <li key={id} className="flex items-center justify-between border-b py-1.5">
                  {title}
                  <Kbd keys={keys} />
                </li>
              ))}
          </ul>
        </section>
      ))}
    </Dialog>
  );
}
