import type { Evaluation } from '../evaluate/evaluation.ts';
import type { EventPlace } from '../compile/queries/measure-events.ts';
import type { EvidencePage } from '../evaluate/events.ts';
import type { Why } from '../evaluate/why.ts';
import type { TailEntry } from '../ingest/tail.ts';
import type { FlowReport } from '../lab/flow/flow.ts';
import type { Grouping } from '../lab/flow/groups.ts';
import type { Diagnostic } from '../model/diagnostics.ts';
import type { IndicatorBody, StandingBody } from './indicators/shapes.ts';
import type { MomentsControl } from './moments/control.ts';
import type { SimulateAnswer, SimulateRequest } from './moments/simulation.ts';
import type { TeamControl } from './team/control.ts';

/** What a key may do: send events; read; everything in its workspace. */
export type KeyKind = 'write' | 'read' | 'admin';

/** A key as lists show it. */
export interface KeySummary {
  readonly id: string;
  readonly kind: KeyKind;
  readonly name: string;
  /** Its first characters. */
  readonly prefix: string;
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

/** A key that was just made: the only time it is shown. */
export interface NewKey extends KeySummary {
  readonly key: string;
}

/** A workspace as lists show it. */
export interface WorkspaceSummary {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly accountKind: 'group' | 'person';
  readonly createdAt: string;
}

/** A version of the model as lists show it. */
export interface ModelSummary {
  readonly version: number;
  readonly name: string;
  readonly hash: string;
  readonly status: 'backfilling' | 'live' | 'retired' | 'failed';
  readonly note: string;
  readonly createdAt: string;
  readonly publishedAt: string | null;
}

/** A model as somebody wrote it: the file, and the files it extends, by the path it names them with. */
export interface ModelSource {
  readonly file: string;
  readonly yaml: string;
  readonly extended: Readonly<Record<string, string>>;
}

/** What publishing came to. Without `published` nothing was changed and `diagnostics` say why. */
export interface PublishResult {
  readonly diagnostics: readonly Diagnostic[];
  readonly published: ModelSummary | null;
  /** What the model asks of the workspace's team in vain, in sentences. */
  readonly warnings: readonly string[];
}

/** Which accounts to evaluate, by which model, as of when. */
export interface EvaluateRequest {
  /** Null: the published model. */
  readonly model: ModelSource | null;
  /** UTC, epoch milliseconds. */
  readonly asOf: number;
  /** Null: everybody. */
  readonly accounts: readonly string[] | null;
}

/** Which flow between moments to tell. */
export interface FlowRequest {
  /** Null: the published model. */
  readonly model: ModelSource | null;
  readonly by: Grouping | null;
  /** UTC, epoch milliseconds: what happened in (from, until]. Null: from the beginning. */
  readonly from: number | null;
  readonly until: number;
  /** The moment with which a customer has first value; null: as the model suggests. */
  readonly value: string | null;
  /** How many accounts to list, those that conform least first. */
  readonly accounts: number;
}

/** One line of what an import reports while it runs and when it is done. */
export type ImportProgress = Readonly<Record<string, unknown>>;

/** A file to import, named by a path on the server's machine: for its operator only. */
export interface ImportRequest {
  readonly paths: readonly string[];
  readonly mapping: string;
  readonly dryRun: boolean;
  readonly failedFile: string | null;
}

/** An occurrence that changed, as live subscribers see it. */
export interface MomentNews {
  readonly account: string;
  readonly occurrence: string;
  readonly moment: string;
  /** Null: it is new. */
  readonly from: string | null;
  readonly state: string;
  readonly dueAt: string | null;
  readonly escalation: number;
  readonly owner: string | null;
  /** From the receipt of the event behind it (or the instant it was due to be looked at) to this news, milliseconds. */
  readonly latencyMs: number;
}

/** A change of a score or a band, as subscribers get it. */
export interface ScoreChange {
  readonly account: string;
  readonly asOf: string;
  readonly score: number;
  readonly band: string;
  readonly segment: string | null;
  readonly coverage: number;
  /** Before; null at the first evaluation. */
  readonly previous: { readonly score: number | null; readonly band: string | null };
  /** From the receipt of the oldest event behind the change to its being stored. */
  readonly latencyMs: number;
}

/** How the parts are doing, for /readyz. */
export interface Health {
  readonly ready: boolean;
  /** Null when fine, else what is wrong. */
  readonly parts: Readonly<Record<string, string | null>>;
}

/** One number of /metrics. */
export interface Figure {
  readonly name: string;
  readonly kind: 'gauge' | 'counter';
  readonly help: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What the API asks of the running Rapport beyond reading the stores. Each call is about one workspace. */
export interface Control {
  listWorkspaces(): Promise<WorkspaceSummary[]>;
  /** Null when the slug is taken. */
  createWorkspace(request: { slug: string; name: string }): Promise<WorkspaceSummary | null>;
  listKeys(workspace: string): Promise<KeySummary[]>;
  createKey(workspace: string, request: { kind: KeyKind; name: string }): Promise<NewKey>;
  /** False when there is no such key. */
  revokeKey(workspace: string, id: string): Promise<boolean>;
  checkModel(source: ModelSource): readonly Diagnostic[];
  publish(workspace: string, source: ModelSource, note: string): Promise<PublishResult>;
  /** Publishes an old version again; null when there is none of that number. */
  republish(workspace: string, version: number, note: string): Promise<PublishResult | null>;
  /** Blocks of evaluations; null when no model is published, diagnostics when the given one cannot be used. */
  evaluate(workspace: string, request: EvaluateRequest): Promise<EvaluateAnswer>;
  flow(workspace: string, request: FlowRequest): Promise<FlowAnswer>;
  /** Blocks of simulated occurrences, diagnostics when the model cannot be used. What cannot be asked throws a `Problem`. */
  simulate(workspace: string, request: SimulateRequest): Promise<SimulateAnswer>;
  /** Null when nobody has heard of the account by then. */
  why(
    workspace: string,
    request: { account: string; asOf: number; since: number | null },
  ): Promise<(Why & { modelVersion: number }) | 'no-model' | null>;
  /** Null when the model has no such indicator. */
  indicatorEvents(
    workspace: string,
    request: { account: string; indicator: string; asOf: number; limit: number; after: EventPlace | null },
  ): Promise<EvidencePage | 'no-model' | null>;
  /** What an indicator measures and how its value becomes points in a segment; null when the model has none of that id. */
  indicator(
    workspace: string,
    request: { indicator: string; segment: string; asOf: number },
  ): Promise<IndicatorBody | 'no-model' | null>;
  /** How the accounts of a segment do on an indicator, as of last night; null when the model has none of that id. */
  standing(
    workspace: string,
    request: { indicator: string; segment: string },
  ): Promise<StandingBody | 'no-model' | null>;
  /** Everything of `from` belongs to `into`, past and future; how many events moved. Throws a `Problem` when it cannot be. */
  mergeAccounts(workspace: string, request: { from: string; into: string }): Promise<number>;
  /** People with an address of the domain belong to the account unless a group call says otherwise; how many events moved. */
  setDomain(workspace: string, request: { domain: string; account: string }): Promise<number>;
  import(workspace: string, request: ImportRequest): AsyncIterable<ImportProgress>;
  /** Sends refused events through ingest again; how many. */
  resend(workspace: string, ids: readonly string[]): Promise<number>;
  /** Score changes of the workspace, from every process; the returned function ends it. */
  onMoments(workspace: string, receive: (changes: readonly MomentNews[]) => void): () => void;
  onScores(workspace: string, receive: (changes: readonly ScoreChange[]) => void): () => void;
  /** Events as they are loaded or refused, from every process; the returned function ends it. */
  onEvents(workspace: string, receive: (entries: readonly TailEntry[]) => void): () => void;
  readonly team: TeamControl;
  readonly moments: MomentsControl;
  health(): Promise<Health>;
  figures(): Promise<readonly Figure[]>;
}

/** Evaluations in blocks, or why there are none. */
export type EvaluateAnswer =
  | { readonly kind: 'evaluations'; readonly modelVersion: number | null; readonly blocks: AsyncIterable<Evaluation[]> }
  | { readonly kind: 'no-model' }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] };

/** The flow, or why there is none. */
export type FlowAnswer =
  | {
      readonly kind: 'flow';
      readonly report: Promise<FlowReport>;
      /** How many accounts were looked at so far: a replay of years takes minutes. */
      readonly accounts: () => number;
    }
  | { readonly kind: 'no-model' }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'unknown-moment'; readonly known: readonly string[] };
