import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Log } from '../../lib/log.ts';

/** The system account PostgreSQL runs as. Null: as ourselves. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Where PostgreSQL's files are and as whom it runs. */
export interface PostgresPlace {
  readonly account: Account | null;
  readonly binaries: string;
  /** Holds the cluster directory; belongs to the account. */
  readonly directory: string;
}

const ofSystem = '/var/lib/rapport';

/**
 * PostgreSQL refuses to run as root. Then it runs as the unprivileged account `postgres`, else `nobody`, and what that
 * account cannot reach (a home directory of root, say) goes below /var/lib/rapport.
 */
export function findPlace(
  from: { readonly binaries: string; readonly version: string; readonly directory: string; readonly identity: string },
  log: Log,
  systemDirectory = ofSystem,
): PostgresPlace {
  const { binaries, version } = from;
  const wanted = resolve(from.directory);
  if (process.getuid?.() !== 0) {
    mkdirSync(wanted, { recursive: true, mode: 0o700 });
    return { account: null, binaries, directory: wanted };
  }
  const account = unprivilegedAccount();
  const place = {
    account,
    binaries: canReach(account, binaries)
      ? binaries
      : copyBinaries(binaries, join(systemDirectory, `postgres-${version}-${process.arch}`), log),
    directory: canReach(account, dirname(wanted)) ? wanted : systemPlace(wanted, from.identity, systemDirectory, log),
  };
  mkdirSync(place.directory, { recursive: true, mode: 0o700 });
  chownSync(place.directory, account.uid, account.gid);
  chmodSync(place.directory, 0o700);
  return place;
}

function unprivilegedAccount(): Account {
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string): number =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
      return { name, uid: id('-u'), gid: id('-g') };
    } catch {
      // no such account: the next one
    }
  }
  throw new Error(
    'PostgreSQL does not run as root, and this system has neither an account `postgres` nor `nobody`. ' +
      'Start Rapport as another user, or point RAPPORT_POSTGRES_URL at a server.',
  );
}

/** Whether the account may pass through every folder down to `path` and enter it. */
function canReach(account: Account, path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if (!mayEnter(account, folder)) return false;
    if (folder === dirname(folder)) return true;
  }
}

function mayEnter(account: Account, folder: string): boolean {
  const { mode, uid, gid } = statSync(folder);
  if (uid === account.uid) return (mode & 0o100) !== 0;
  if (gid === account.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

function copyBinaries(binaries: string, copy: string, log: Log): string {
  if (existsSync(copy)) return copy;
  log.info({ from: binaries, to: copy }, 'copying PostgreSQL to where its account can reach it');
  mkdirSync(dirname(copy), { recursive: true, mode: 0o755 });
  const unfinished = `${copy}.${process.pid}`;
  cpSync(binaries, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(unfinished, copy);
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(copy)) throw cause; // else another Rapport was faster
  }
  return copy;
}

/**
 * The name is made of the path and of the installation (a secret of it), so that an emptied data directory begins anew.
 * A link in the data directory shows the way, and tells a moved or copied one from the original.
 */
function systemPlace(wanted: string, identity: string, systemDirectory: string, log: Log): string {
  const name = createHash('sha256').update(`${wanted}\0${identity}`).digest('hex').slice(0, 16);
  const directory = join(systemDirectory, name, 'postgres');
  const linked = lstatSync(wanted, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(wanted) : null;
  if (linked !== null && linked !== directory) {
    throw new Error(
      `The data directory was moved or copied: its PostgreSQL files are still in ${linked}. If no other Rapport uses ` +
        `them, move that folder to ${directory} and remove the link ${wanted}; then start again.`,
    );
  }
  mkdirSync(join(systemDirectory, name), { recursive: true, mode: 0o755 });
  if (linked === null) symlinkSync(directory, wanted);
  log.info(
    { directory, link: wanted },
    'PostgreSQL keeps its files there: its account cannot reach the data directory',
  );
  return directory;
}
