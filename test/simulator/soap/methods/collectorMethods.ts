/** PropertyCollector, PropertyFilter and views. */
import type { Call, Method } from '../call.ts';
import type { PropertyCollector } from '../collector/propertyCollector.ts';
import { managedObjectNotFound } from '../collector/propertyQuery.ts';
import type { Session } from '../sessions.ts';
import { ref } from '../wire/values.ts';

/** Objects in one page of RetrievePropertiesEx when the client names no number. */
const DEFAULT_PAGE = 100;

export const collectorMethods: Readonly<Record<string, Method>> = {
  CreateFilter: (call) => {
    const prefix = `session[${sessionOf(call).key}]`;
    return { value: ref(collectorOf(call).createFilter(call.parameters.object('spec'), call.service.finder(call), prefix)) };
  },
  DestroyPropertyFilter: (call) => {
    sessionOf(call).collectorOfFilter(call.self.value)?.destroyFilter(call.self.value);
    return {};
  },
  CreatePropertyCollector: (call) => ({ value: ref(sessionOf(call).createCollector()) }),
  DestroyPropertyCollector: (call) => {
    sessionOf(call).collectors.delete(call.self.value);
    return {};
  },
  RetrievePropertiesEx: (call) => {
    const { parameters, service } = call;
    const maxObjects = parameters.object('options').optionalNumber('maxObjects') ?? DEFAULT_PAGE;
    return { value: collectorOf(call).retrieve(parameters.objects('specSet'), service.finder(call), maxObjects) };
  },
  ContinueRetrievePropertiesEx: (call) => ({ value: collectorOf(call).continueRetrieve(call.parameters.string('token'), DEFAULT_PAGE) }),
  CancelRetrievePropertiesEx: (call) => {
    collectorOf(call).cancelRetrieve(call.parameters.string('token'));
    return {};
  },
  WaitForUpdatesEx: waitForUpdates,
  CancelWaitForUpdates: (call) => {
    collectorOf(call).cancelWait();
    return {};
  },
  CreateContainerView: (call) => {
    const { parameters, service } = call;
    const container = parameters.ref('container');
    if (service.finder(call)(container) === undefined) {
      throw managedObjectNotFound(container);
    }
    return {
      value: ref(sessionOf(call).createView({ container, types: parameters.strings('type'), recursive: parameters.boolean('recursive') })),
    };
  },
  DestroyView: (call) => {
    sessionOf(call).views.delete(call.self.value);
    return {};
  },
};

async function waitForUpdates(call: Call) {
  const session = sessionOf(call);
  const options = call.parameters.optionalObject('options');
  const seconds = options?.optionalNumber('maxWaitSeconds');
  const value = await collectorOf(call).wait(
    {
      version: call.parameters.optionalString('version') ?? '',
      maxWaitMs: seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1000,
      maxObjectUpdates: options?.optionalNumber('maxObjectUpdates') ?? Number.POSITIVE_INFINITY,
      signal: AbortSignal.any([call.signal, session.ended]),
    },
    call.service.finder(call),
  );
  if (session.ended.aborted) {
    throw call.service.notAuthenticated(call.self);
  }
  return { value };
}

function sessionOf({ session, service, self }: Call): Session {
  if (session === undefined) {
    throw service.notAuthenticated(self);
  }
  return session;
}

function collectorOf(call: Call): PropertyCollector {
  const collector = sessionOf(call).collectors.get(call.self.value);
  if (collector === undefined) {
    throw managedObjectNotFound(call.self);
  }
  return collector;
}
