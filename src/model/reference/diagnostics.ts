import { diagnosticCodes } from '../diagnostic-codes.ts';
import { code, generatedNote, table } from './markdown.ts';

/** The page that lists every code a diagnostic can have. */
export function renderDiagnosticsReference(): string {
  const groups = Map.groupBy(Object.entries(diagnosticCodes), ([name]) => name.split('/')[0] ?? '');
  const sections = [...groups].flatMap(([group, codes]) => [
    `## ${group}`,
    '',
    table(
      ['code', 'severity', 'meaning', 'what to do'],
      codes.map(([name, spec]) => [code(name), spec.severity, spec.meaning, spec.advice]),
    ),
    '',
  ]);
  return [
    generatedNote,
    '# Diagnostics',
    '',
    '`rapport check` reports everything it finds at once: code, severity, file, line, column, message, and a hint where there is one.',
    'With an error there is no model to run; warnings and infos stop nothing. `--json` prints the same as data.',
    '',
    ...sections,
  ].join('\n');
}
