import type { TeamControl } from '../api/team/control.ts';
import { giveRole, listRoles } from './account-roles.ts';
import type { Core } from './core.ts';
import { addCover, endCover, listCovers } from './covers.ts';
import { importRoles } from './import-roles.ts';
import { addMember, changeMember, findMember, listMembers } from './members.ts';
import { listPools, setPool } from './pools.ts';

/** What can be asked of the team. `wake`: owners are left to be found. */
export function createTeamControl(core: Core, wake: () => void): TeamControl {
  const then = async <Answer>(work: Promise<Answer>): Promise<Answer> => {
    const answer = await work;
    wake();
    return answer;
  };
  return {
    members: (workspace, filter) => listMembers(core, workspace, filter),
    member: (workspace, id) => findMember(core, workspace, id),
    addMember: (workspace, member) => then(addMember(core, workspace, member)),
    changeMember: (workspace, id, change) => then(changeMember(core, workspace, id, change)),
    roles: (workspace, account) => listRoles(core, workspace, account),
    giveRole: (workspace, gift) => then(giveRole(core, workspace, gift)),
    importRoles: (workspace, request) => then(importRoles(core, workspace, request)),
    covers: (workspace, member) => listCovers(core, workspace, member),
    addCover: (workspace, cover) => then(addCover(core, workspace, cover)),
    endCover: (workspace, member, id) => then(endCover(core, workspace, member, id)),
    pools: (workspace) => listPools(core, workspace),
    setPool: (workspace, role, members) => then(setPool(core, workspace, role, members)),
  };
}
