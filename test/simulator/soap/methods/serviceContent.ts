/** ServiceContent and UserSession as values. */
import { aboutInfo } from '../objects/about.ts';
import type { View } from '../objects/view.ts';
import type { Session } from '../sessions.ts';
import { boolean, dateTime, object, ref, string, type Value } from '../wire/values.ts';

export function serviceContent(view: View): Value {
  const { naming } = view;
  return object('ServiceContent', {
    rootFolder: ref(naming.rootFolder()),
    propertyCollector: ref(naming.service('propertyCollector')),
    viewManager: ref(naming.service('viewManager')),
    about: aboutInfo(view),
    sessionManager: ref(naming.service('sessionManager')),
    authorizationManager: ref(naming.service('authorizationManager')),
    searchIndex: ref(naming.service('searchIndex')),
    guestOperationsManager: ref(naming.service('guestOperationsManager')),
  });
}

export function userSession(session: Session): Value {
  return object('UserSession', {
    key: string(session.key),
    userName: string(session.username),
    fullName: string(session.username),
    loginTime: dateTime(new Date(session.lastUsed)),
    lastActiveTime: dateTime(new Date(session.lastUsed)),
    locale: string('en'),
    messageLocale: string('en'),
    extensionSession: boolean(false),
  });
}
