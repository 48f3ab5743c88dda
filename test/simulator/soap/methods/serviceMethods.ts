/** ServiceInstance and SessionManager: the way in and out. */
import { SimFault } from '../../world/vmFault.ts';
import type { Call, CallResult, Method } from '../call.ts';
import { Session } from '../sessions.ts';
import { dateTime } from '../wire/values.ts';
import { serviceContent, userSession } from './serviceContent.ts';

export const serviceMethods: Readonly<Record<string, Method>> = {
  RetrieveServiceContent: ({ service }) => ({ value: serviceContent(service.view) }),
  CurrentTime: () => ({ value: dateTime(new Date()) }),
  Login: login,
  Logout: ({ service, session }) => {
    if (session !== undefined) {
      service.sessions.end(session);
    }
    return {};
  },
};

/** A wrong password and a locked account look the same; so does a second log-in on a live session. */
function login({ service, session, parameters }: Call): CallResult {
  const username = parameters.string('userName');
  if (session !== undefined || !service.checkLogin(username, parameters.string('password'))) {
    service.sessions.refusedLogins += 1;
    throw new SimFault('InvalidLogin', 'Cannot complete login due to an incorrect user name or password.');
  }
  const opened = new Session(username, service.view.naming.service('propertyCollector').value, service.changes);
  service.sessions.add(opened);
  return { value: userSession(opened), setCookie: opened.cookie };
}
