import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { findAccounts } from '../data/accounts.ts';
import { BandMark } from '../ui/band.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { useAllActions } from '../data/actions.tsx';

const to = '/w/$workspace/accounts/$account';
const group =
  '**:[[cmdk-group-heading]]:px-3 **:[[cmdk-group-heading]]:pt-3 **:[[cmdk-group-heading]]:pb-1 **:[[cmdk-group-heading]]:text-xs **:[[cmdk-group-heading]]:text-muted';

/** Everything one can do and every account, by typing. Ctrl-K or Cmd-K. */
export function Palette({ workspace, onClose }: { workspace: string; onClose: () => void }): ReactNode {
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed.trim());
  const navigate = useNavigate();
  const accounts = useQuery({ ...findAccounts({ search, limit: 8 }), enabled: search.length > 0 });

  function choose(run: () => void): void {
    onClose();
    run();
  }

  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-text/25 animate-appear dark:bg-canvas/70" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 w-[min(600px,calc(100vw-24px))] -translate-x-1/2 overflow-hidden rounded-lg border bg-raised shadow-float animate-appear"
        >
          <Radix.Title className="sr-only">Go to an account or do something</Radix.Title>
          <Command label="Go to an account or do something" loop>
            <Command.Input
              value={typed}
              onValueChange={setTyped}
              placeholder="An account, a page, something to do …"
              className="h-12 w-full border-b bg-transparent px-4 text-lg outline-none placeholder:text-muted"
            />
            <Command.List className="max-h-[50vh] overflow-y-auto p-1">
              <Command.Empty className="px-3 py-6 text-center text-muted">
                {accounts.isFetching ? 'Looking …' : 'Nothing of that name. Try fewer letters.'}
              </Command.Empty>
              {accounts.data && accounts.data.data.length > 0 && search.length > 0 && (
                <Command.Group heading="Accounts" className={group}>
                  {accounts.data.data.map(({ id, name, band }) => (
                    <PaletteItem
                      key={id}
                      value={`account ${id} ${name} ${search}`}
                      onSelect={() => choose(() => void navigate({ to, params: { workspace, account: id } }))}
                    >
                      <span className="min-w-0 flex-1 truncate">{name || id}</span>
                      {band && <BandMark band={band} className="text-sm" />}
                    </PaletteItem>
                  ))}
                </Command.Group>
              )}
              <Actions onChoose={choose} />
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** What is possible here and now, by section. */
function Actions({ onChoose }: { onChoose: (run: () => void) => void }): ReactNode {
  const actions = useAllActions();
  return [...new Set(actions.map(({ section }) => section))].map((section) => (
    <Command.Group key={section} heading={section} className={group}>
      {actions
        .filter((action) => action.section === section)
        .map(({ id, title, keys, words, run }) => (
          <PaletteItem key={id} value={`${title} ${words ?? ''} ${id}`} onSelect={() => onChoose(run)}>
            <span className="min-w-0 flex-1 truncate">{title}</span>
            {keys && <Kbd keys={keys} />}
          </PaletteItem>
        ))}
    </Command.Group>
  ));
}

function PaletteItem({
  value,
  onSelect,
  children,
}: {
  value: string;
  onSelect: () => void;
  children: ReactNode;
}): ReactNode {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex h-9 items-center gap-3 rounded-sm px-3 select-none data-[selected=true]:bg-accent-soft pointer-coarse:h-11"
    >
      {children}
    </Command.Item>
  );
}
