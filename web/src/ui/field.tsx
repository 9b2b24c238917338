import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from 'react';
import { cx } from '../lib/class-names.ts';

const control =
  'w-full rounded border border-line-strong bg-surface text-text placeholder:text-muted h-8 pointer-coarse:h-11 px-2.5 disabled:opacity-60';

interface FieldProps {
  readonly label: string;
  /** What to write, or what it is for. */
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly optional?: boolean;
  readonly children: (ids: {
    readonly id: string;
    readonly 'aria-describedby'?: string;
    readonly 'aria-invalid'?: true;
  }) => ReactNode;
}

/** A label over a control, with its hint and what is wrong with it. */
export function Field({ label, hint, error, optional = false, children }: FieldProps): ReactNode {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
        {optional && <span className="text-muted font-normal"> · optional</span>}
      </label>
      {children({
        id,
        ...(note ? { 'aria-describedby': `${id}-note` } : {}),
        ...(error ? { 'aria-invalid': true as const } : {}),
      })}
      {note && (
        <p id={`${id}-note`} className={cx('text-sm', error ? 'text-danger' : 'text-muted')}>
          {note}
        </p>
      )}
    </div>
  );
}

type Described = Omit<FieldProps, 'children'>;

export function TextField({
  label,
  hint,
  error,
  optional,
  className,
  ...rest
}: Described & InputHTMLAttributes<HTMLInputElement>): ReactNode {
  return (
    <Field label={label} hint={hint} error={error} optional={optional ?? false}>
      {(ids) => <input {...ids} className={cx(control, className)} {...rest} />}
    </Field>
  );
}

export function SelectField({
  label,
  hint,
  error,
  optional,
  className,
  children,
  ...rest
}: Described & SelectHTMLAttributes<HTMLSelectElement>): ReactNode {
  return (
    <Field label={label} hint={hint} error={error} optional={optional ?? false}>
      {(ids) => (
        <select {...ids} className={cx(control, className)} {...rest}>
          {children}
        </select>
      )}
    </Field>
  );
}

/** A control without a visible label, for filters; the label is read aloud. */
export function BareInput({
  label,
  className,
  ...rest
}: { label: string } & InputHTMLAttributes<HTMLInputElement>): ReactNode {
  return <input aria-label={label} className={cx(control, className)} {...rest} />;
}

export function BareSelect({
  label,
  className,
  children,
  ...rest
}: { label: string } & SelectHTMLAttributes<HTMLSelectElement>): ReactNode {
  return (
    <select aria-label={label} className={cx(control, 'w-auto!', className)} {...rest}>
      {children}
    </select>
  );
}
