/** All objects that an endpoint's callers can name: the inventory's, tasks, the session's own, and the services. */
import { containerViewObject } from '../collector/containerView.ts';
import type { FindObject } from '../collector/propertyQuery.ts';
import { serviceContent, userSession } from '../methods/serviceContent.ts';
import type { Session } from '../sessions.ts';
import type { FaultStyle } from '../wire/faultValue.ts';
import { type Ref, ref as toRef } from '../wire/values.ts';
import { type ManagedObject, refKey } from './managedObject.ts';
import { SERVICE_NAMES } from './naming.ts';
import { ObjectTree } from './objectTree.ts';
import { taskObject } from './taskObject.ts';
import type { View } from './view.ts';

export class SoapObjects {
  readonly #view: View;
  readonly #tree: ObjectTree;
  readonly #faultStyle: FaultStyle;

  constructor(view: View, faultStyle: FaultStyle) {
    this.#view = view;
    this.#tree = new ObjectTree(view);
    this.#faultStyle = faultStyle;
  }

  finder(session: Session | undefined, apiVersion: string): FindObject {
    const find: FindObject = (ref) =>
      this.#tree.find(ref, apiVersion) ?? this.#task(ref) ?? this.#ofSession(ref, session, find) ?? this.#service(ref, session);
    return find;
  }

  #task(ref: Ref): ManagedObject | undefined {
    const number = this.#view.naming.taskNumber(ref);
    const task = number === undefined ? undefined : this.#view.inventory.tasks.get(number);
    return task && taskObject(this.#view, task, this.#faultStyle);
  }

  #ofSession(ref: Ref, session: Session | undefined, find: FindObject): ManagedObject | undefined {
    const view = ref.type === 'ContainerView' ? session?.views.get(ref.value) : undefined;
    if (view !== undefined) {
      return containerViewObject(ref, view, find);
    }
    const known =
      (ref.type === 'PropertyCollector' && session?.collectors.has(ref.value)) ||
      (ref.type === 'PropertyFilter' && session?.collectorOfFilter(ref.value) !== undefined);
    return known ? { ref, properties: {} } : undefined;
  }

  #service(ref: Ref, session: Session | undefined): ManagedObject | undefined {
    if (refKey(ref) === 'ServiceInstance:ServiceInstance') {
      return { ref, properties: { content: () => serviceContent(this.#view) } };
    }
    const known = SERVICE_NAMES.some((name) => refKey(this.#view.naming.service(name)) === refKey(ref));
    if (!known) {
      return undefined;
    }
    if (ref.type === 'GuestOperationsManager') {
      const { naming } = this.#view;
      const managers = {
        fileManager: () => toRef(naming.service('guestFileManager')),
        processManager: () => toRef(naming.service('guestProcessManager')),
      };
      return { ref, properties: managers };
    }
    return { ref, properties: ref.type === 'SessionManager' ? { currentSession: () => session && userSession(session) } : {} };
  }
}
