import type { Command } from 'commander';
import type { JourneyBody } from '../api/moments/shapes.ts';
import { asking } from './connect.ts';
import { occurrenceTable } from './occurrence.ts';
import { addWorkspace } from './options.ts';
import { print, printJson, table } from './terminal.ts';

/** `rapport journey`. */
export function addJourney(program: Command): void {
  const command = program
    .command('journey')
    .description('Where an account stands: its phases, and its open, planned and past moments.')
    .argument('<account>')
    .option('--json', 'as JSON');
  addWorkspace(command).action(
    async (account: string, options: Record<string, unknown> & { json?: boolean; workspace: string }) => {
      const path = `/api/accounts/${encodeURIComponent(account)}/journey`;
      const journey = await asking(options, (client) => client.request<JourneyBody>('GET', path));
      if (options.json) printJson(journey, 2);
      else print(told(journey));
    },
  );
}

function told({ phases, open, planned, past }: JourneyBody): string[] {
  const stretches = phases.map((one) => [one.label, one.since, one.until ?? 'now']);
  const moments = [...open, ...planned, ...past];
  return [
    ...table([['phase', 'since', 'until'], ...stretches]),
    '',
    ...(moments.length === 0 ? ['No moments.'] : occurrenceTable(moments)),
  ];
}
