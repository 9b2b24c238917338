import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';

interface ChoiceProps<Value extends string | number> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly title: string }[];
  readonly onChange: (value: Value) => void;
}

/** A few values of which one holds, side by side. */
export function Choice<Value extends string | number>({
  label,
  value,
  options,
  onChange,
}: ChoiceProps<Value>): ReactNode {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={String(value)}
      onValueChange={(text) => {
        const chosen = options.find((one) => String(one.value) === text);
        if (chosen) onChange(chosen.value);
      }}
      className="inline-flex rounded border bg-surface p-0.5"
    >
      {options.map((one) => (
        <ToggleGroup.Item
          key={one.value}
          value={String(one.value)}
          className="h-6 rounded-sm px-2 text-sm whitespace-nowrap text-muted hover:text-text data-[state=on]:bg-accent-soft data-[state=on]:font-medium data-[state=on]:text-accent pointer-coarse:h-10 pointer-coarse:px-3"
        >
          {one.title}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
