/** The entry points that a vSphere server names in answer to RetrieveServiceContent. */
import { UnexpectedAnswer } from './soapTransport.ts';
import type { Ref, XmlNode } from './xmlNode.ts';

export interface ServiceContent {
  readonly rootFolder: Ref;
  readonly propertyCollector: Ref;
  readonly sessionManager: Ref;
  readonly viewManager: Ref;
  readonly searchIndex: Ref;
  /** Undefined on a server without guest operations. */
  readonly guestOperationsManager?: Ref | undefined;
  /** Undefined on a server that tells nothing about rights. */
  readonly authorizationManager?: Ref | undefined;
  /** `VirtualCenter` or `HostAgent`. */
  readonly apiType: string;
}

/** Throws `UnexpectedAnswer` when the answer is not that of a vSphere server. */
export function serviceContent(answer: XmlNode): ServiceContent {
  const content = answer.child('returnval');
  const refOf = (name: string): Ref => {
    const ref = content?.child(name)?.ref;
    if (ref === undefined) {
      throw new UnexpectedAnswer(200, { cause: new Error(`the service content has no ${name}`) });
    }
    return ref;
  };
  return {
    rootFolder: refOf('rootFolder'),
    propertyCollector: refOf('propertyCollector'),
    sessionManager: refOf('sessionManager'),
    viewManager: refOf('viewManager'),
    searchIndex: refOf('searchIndex'),
    guestOperationsManager: content?.child('guestOperationsManager')?.ref,
    authorizationManager: content?.child('authorizationManager')?.ref,
    apiType: content?.child('about')?.textOf('apiType') ?? '',
  };
}
