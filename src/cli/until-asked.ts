import type { Rapport } from '../app/open.ts';
import { paint, say } from './terminal.ts';

/** Runs until SIGINT or SIGTERM, then stops in order. A second signal ends at once; nothing acknowledged is lost. */
export async function untilAsked(rapport: Rapport, alsoStop: () => void = () => {}): Promise<void> {
  await new Promise<void>((resolve) => {
    const ask = (): void => {
      process.once('SIGINT', () => process.exit(130));
      process.once('SIGTERM', () => process.exit(143));
      resolve();
    };
    process.once('SIGINT', ask);
    process.once('SIGTERM', ask);
  });
  say(['', paint('dim', '  Rapport is stopping …')]);
  alsoStop();
  await rapport.close();
}
