/** What the user of the session may do, as the server itself judges it: asked before a VM loses its power for a change that would be refused. */
import { isPortError } from '../ports/errors.ts';
import type { PrivilegesOn } from '../ports/privileges.ts';
import { hasExpired } from './callRunner.ts';
import type { Calls } from './session.ts';
import type { XmlNode } from './xmlNode.ts';

/**
 * One HasPrivilegeOnEntities (vim25, AuthorizationManager) for all objects. Undefined where the server has no such thing, or does not let this
 * user ask: then the change itself shows it.
 */
export async function readMissingPrivileges(calls: Calls, wanted: readonly PrivilegesOn[]): Promise<readonly PrivilegesOn[] | undefined> {
  const on = calls.content.authorizationManager;
  if (on === undefined || calls.sessionKey === undefined) return undefined;
  const entity = wanted.map(({ kind, moRef }) => ({ kind, value: moRef }));
  const privId = [...new Set(wanted.flatMap(({ privileges }) => privileges))];
  try {
    const answer = await calls.call({ method: 'HasPrivilegeOnEntities', on, args: { entity, sessionId: calls.sessionKey, privId } });
    const denied = new Map(answer.list('returnval').map((node) => [node.textOf('entity') ?? '', deniedOf(node)]));
    return wanted
      .map((one) => ({ ...one, privileges: one.privileges.filter((id) => denied.get(one.moRef)?.has(id) === true) }))
      .filter(({ privileges }) => privileges.length > 0);
  } catch (error) {
    const notTold = isPortError(error, 'VsphereFault', 'VspherePermissionDenied', 'VsphereObjectNotFound') && !hasExpired(error);
    if (notTold) return undefined;
    throw error;
  }
}

/** Only what is said to be denied: an answer that leaves something out has not denied it. */
function deniedOf(entity: XmlNode): ReadonlySet<string> {
  const denied = entity.list('privAvailability').filter((one) => one.booleanOf('isGranted') === false);
  return new Set(denied.map((one) => one.textOf('privId') ?? ''));
}
