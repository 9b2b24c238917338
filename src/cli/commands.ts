import type { Command } from 'commander';
import { addAudit } from './audit.ts';
import { addCalendar } from './calendar.ts';
import { addCheck } from './check.ts';
import { addCoverCommand } from './cover.ts';
import { addDemo } from './demo.ts';
import { addDocs } from './docs.ts';
import { addDoctor } from './doctor.ts';
import { addEvaluate } from './evaluate.ts';
import { addExplain } from './explain.ts';
import { addFlow } from './flow.ts';
import { addImport } from './import.ts';
import { addJourney } from './journey.ts';
import { addKey } from './key.ts';
import { addMemberCommand } from './member.ts';
import { addOccurrenceCommand } from './occurrence.ts';
import { addPublish } from './publish.ts';
import { addPoolCommand, addRoleCommand } from './role.ts';
import { addServe } from './serve.ts';
import { addSimulate } from './simulate.ts';
import { addSignInLink } from './sign-in-link.ts';
import { addTail } from './tail.ts';
import { addTest } from './test.ts';
import { addToday } from './today.ts';
import { addWorkspaceCommand } from './workspace.ts';

/** Every command, in the order of the help. */
export const commands: readonly ((program: Command) => void)[] = [
  addServe,
  addDemo,
  addCheck,
  addTest,
  addExplain,
  addPublish,
  addEvaluate,
  addFlow,
  addSimulate,
  addImport,
  addTail,
  addToday,
  addOccurrenceCommand,
  addJourney,
  addMemberCommand,
  addSignInLink,
  addAudit,
  addRoleCommand,
  addPoolCommand,
  addCoverCommand,
  addCalendar,
  addKey,
  addWorkspaceCommand,
  addDoctor,
  addDocs,
];
