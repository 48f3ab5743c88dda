/** A task as the managed object Task. */
import type { SimTask, TaskSubject } from '../../world/inventoryTasks.ts';
import { type FaultStyle, faultFields } from '../wire/faultValue.ts';
import { boolean, dateTime, derived, enumeration, int, object, optional, type Ref, ref, string, type Value } from '../wire/values.ts';
import type { ManagedObject } from './managedObject.ts';
import type { View } from './view.ts';

export function taskObject(view: View, task: SimTask, faultStyle: FaultStyle): ManagedObject {
  const own = view.naming.task(task);
  return { ref: own, properties: { info: () => taskInfo({ view, task, own, faultStyle }) } };
}

function taskInfo({ view, task, own, faultStyle }: { view: View; task: SimTask; own: Ref; faultStyle: FaultStyle }): Value {
  return object('TaskInfo', {
    key: string(own.value),
    task: ref(own),
    name: string(task.method),
    descriptionId: string(task.descriptionId),
    entity: optional(subjectRef(view, task.subject), ref),
    entityName: string(task.subject.name),
    state: enumeration('TaskInfoState', task.state),
    cancelled: boolean(task.cancelled),
    cancelable: boolean(view.inventory.tasks.cancelable(task)),
    error: optional(task.error, (error) => object('LocalizedMethodFault', faultFields(view, error, faultStyle))),
    result: undefined,
    progress: task.state === 'running' ? int(task.progress) : undefined,
    reason: derived('TaskReasonUser', { userName: string('root') }),
    queueTime: dateTime(task.queueTime),
    startTime: optional(task.startTime, dateTime),
    completeTime: optional(task.completeTime, dateTime),
    eventChainId: int(task.id),
  });
}

function subjectRef(view: View, subject: TaskSubject): Ref | undefined {
  if ('hostId' in subject) {
    const host = view.inventory.host(subject.hostId);
    return host === undefined ? undefined : view.naming.host(host);
  }
  const vm = view.inventory.vm(subject.vmNumber);
  return vm === undefined ? undefined : view.naming.vm(vm);
}
