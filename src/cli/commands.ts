import type { Command } from 'commander';
import { addCheck } from './check.ts';
import { addDemo } from './demo.ts';
import { addDocs } from './docs.ts';
import { addDoctor } from './doctor.ts';
import { addEvaluate } from './evaluate.ts';
import { addExplain } from './explain.ts';
import { addFlow } from './flow.ts';
import { addImport } from './import.ts';
import { addKey } from './key.ts';
import { addPublish } from './publish.ts';
import { addServe } from './serve.ts';
import { addTail } from './tail.ts';
import { addWorkspaceCommand } from './workspace.ts';

/** Every command, in the order of the help. */
export const commands: readonly ((program: Command) => void)[] = [
  addServe,
  addDemo,
  addCheck,
  addExplain,
  addPublish,
  addEvaluate,
  addFlow,
  addImport,
  addTail,
  addKey,
  addWorkspaceCommand,
  addDoctor,
  addDocs,
];
