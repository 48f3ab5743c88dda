/** AuthorizationManager: what the account of a session may do. It may do everything but what a misbehaviour denies it. */
import { SimFault } from '../../world/vmFault.ts';
import type { Call, Method } from '../call.ts';
import { managedObjectNotFound } from '../collector/propertyQuery.ts';
import { array, boolean, object, ref, string, type Value } from '../wire/values.ts';

export const authorizationMethods: Readonly<Record<string, Method>> = {
  HasPrivilegeOnEntities: (call) => ({ value: array('EntityPrivilege', entityPrivileges(call)) }),
};

function entityPrivileges(call: Call): readonly Value[] {
  const { service, parameters, session } = call;
  if (parameters.string('sessionId') !== session?.key) {
    throw new SimFault('InvalidArgument', 'A specified parameter was not correct: sessionId', { invalidProperty: 'sessionId' });
  }
  const find = service.finder(call);
  return parameters.refs('entity').map((entity) => {
    if (find(entity) === undefined) throw managedObjectNotFound(entity);
    const availability = parameters
      .strings('privId')
      .map((id) => object('PrivilegeAvailability', { privId: string(id), isGranted: boolean(!service.misbehaviours.lacks(id)) }));
    return object('EntityPrivilege', { entity: ref(entity), privAvailability: array('PrivilegeAvailability', availability) });
  });
}
