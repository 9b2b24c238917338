import type { Command } from 'commander';
import { addServe } from './serve.ts';

/** Every command, in the order of the help. */
export const commands: readonly ((program: Command) => void)[] = [addServe];
