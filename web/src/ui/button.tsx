import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { cx } from '../lib/class-names.ts';

export type ButtonLook = 'primary' | 'plain' | 'quiet' | 'danger';

const looks: Readonly<Record<ButtonLook, string>> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover border-transparent font-medium',
  plain: 'bg-surface text-text border-line hover:bg-sunken',
  quiet: 'bg-transparent text-text border-transparent hover:bg-sunken',
  danger: 'bg-surface text-danger border-line hover:bg-danger-soft',
};

/** What every control shares: its height, and 44 px where it is touched. */
const shape =
  'inline-flex items-center justify-center gap-1.5 h-8 pointer-coarse:h-11 rounded border px-3 whitespace-nowrap select-none transition-colors duration-150 disabled:opacity-50 disabled:cursor-not-allowed';

/** Class names of a button, for links that look like one. */
export function buttonClass(look: ButtonLook = 'plain', extra = ''): string {
  return cx(shape, looks[look], extra);
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: ButtonLook;
  readonly icon?: ReactNode;
}

export function Button({
  look = 'plain',
  icon,
  className,
  children,
  type = 'button',
  ...rest
}: ButtonProps): ReactNode {
  return (
    <button type={type} className={buttonClass(look, className)} {...rest}>
      {icon}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label'> {
  /** What it does, for those who do not see the picture. */
  readonly label: string;
  readonly look?: ButtonLook;
}

export function IconButton({
  label,
  look = 'quiet',
  className,
  children,
  type = 'button',
  ...rest
}: IconButtonProps): ReactNode {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={buttonClass(look, cx('w-8 pointer-coarse:w-11 px-0!', className))}
      {...rest}
    >
      {children}
    </button>
  );
}
