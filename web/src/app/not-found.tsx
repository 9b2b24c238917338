import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { buttonClass } from '../ui/button.tsx';
import { Empty } from '../ui/states.tsx';

export function NotFound(): ReactNode {
  return (
    <Empty
      title="There is nothing at this address"
      action={
        <Link to="/" className={buttonClass('primary')}>
          To the start
        </Link>
      }
    >
      It may have been moved, or a letter is missing.
    </Empty>
  );
}
