type Traits = Readonly<Record<string, unknown>>;

/** What an account is worth a year, as Today has it: `arr`, else twelve times `mrr`, else `value`; null: nobody said. */
export function yearlyValue(traits: Traits): number | null {
  const mrr = numberOf(traits['mrr']);
  return numberOf(traits['arr']) ?? (mrr === null ? null : 12 * mrr) ?? numberOf(traits['value']);
}

/** An instant of a trait; null when it is none. */
export function dateOf(value: unknown): string | null {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : null;
}

/** A text of a trait; null when it is empty or none. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
