import type { TableDefinition } from '../store.ts';

/** One forward-only step of the events database. Every statement it leads to may be repeated without harm. */
export interface EventMigration {
  readonly id: number;
  readonly name: string;
  readonly tables?: readonly TableDefinition[];
  readonly views?: readonly ViewDefinition[];
}

/** A materialised view; `{from}` in the SELECT stands for the source table. */
export interface ViewDefinition {
  readonly name: string;
  readonly from: string;
  readonly into: string;
  readonly select: string;
}
