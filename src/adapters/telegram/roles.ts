import { ROLES, type Role } from "./command.ts";

/** Whether a role may do what another is needed for: an owner may all that a trader may, a trader all that a viewer may. */
export function mayDo(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
