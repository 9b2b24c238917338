import type { CoverBody, MemberBody, MemberChange, NewMember, PoolBody, RoleBody, RoleImportReport } from './shapes.ts';

/**
 * What the API asks of the team. What cannot be done throws a `Problem` and changes nothing. A change finds the owners of
 * what is open again, at once.
 */
export interface TeamControl {
  /** By id. */
  members(workspace: string, filter: { active: boolean | null }): Promise<MemberBody[]>;
  member(workspace: string, id: string): Promise<MemberBody>;
  addMember(workspace: string, member: NewMember): Promise<MemberBody>;
  changeMember(workspace: string, id: string, change: MemberChange): Promise<MemberBody>;
  /** Of an account, those held now first, then the newest. */
  roles(workspace: string, account: string): Promise<RoleBody[]>;
  /** Null ends the role. */
  giveRole(
    workspace: string,
    gift: { account: string; role: string; member: string | null; by: string },
  ): Promise<RoleBody[]>;
  importRoles(workspace: string, request: { csv: string; dryRun: boolean; by: string }): Promise<RoleImportReport>;
  /** Of a member, or of all; those that are not over. */
  covers(workspace: string, member: string | null): Promise<CoverBody[]>;
  addCover(
    workspace: string,
    cover: { member: string; cover: string; from: number; until: number },
  ): Promise<CoverBody>;
  endCover(workspace: string, member: string, id: string): Promise<void>;
  pools(workspace: string): Promise<PoolBody[]>;
  setPool(workspace: string, role: string, members: readonly string[]): Promise<PoolBody>;
}
