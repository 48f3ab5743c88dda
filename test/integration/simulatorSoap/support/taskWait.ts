/** Runs a task method and waits for its end with the property collector, as clients do. */
import type { Ref } from '../../../simulator/soap/wire/values.ts';
import { call, filter, wait } from './bodies.ts';
import { findNode, findNodes, type RawAnswer, type RawClient, typeOf } from './rawClient.ts';

export interface TaskEnd {
  readonly state: string;
  /** Type and text of the fault, or undefined. */
  readonly fault: string | undefined;
  readonly message: string | undefined;
}

export async function runTask(client: RawClient, body: string): Promise<TaskEnd> {
  const started = await client.send(body);
  const returned = findNode(started.content, 'returnval');
  if (returned === undefined) {
    throw new Error(`no task was started: ${started.body}`);
  }
  return await taskEnd(client, { type: 'Task', value: returned.text });
}

async function taskEnd(client: RawClient, task: Ref): Promise<TaskEnd> {
  const collector = client.naming.service('propertyCollector');
  const created = await client.send(filter(collector, task, ['info.state', 'info.error']));
  const own: Ref = { type: 'PropertyFilter', value: findNode(created.content, 'returnval')?.text ?? '' };
  let version = '';
  for (;;) {
    const answer = await client.send(wait(collector, version, 10));
    version = findNode(answer.content, 'version')?.text ?? version;
    const state = changedValue(answer, 'info.state');
    if (state === 'success' || state === 'error') {
      await client.send(call('DestroyPropertyFilter', own));
      return { state, fault: typeOf(findNode(answer.content, 'fault')), message: findNode(answer.content, 'localizedMessage')?.text };
    }
  }
}

/** Text of a property in an UpdateSet. */
export function changedValue(answer: RawAnswer, path: string): string | undefined {
  const change = findNodes(answer.content, 'changeSet').find((one) => findNode(one, 'name')?.text === path);
  return change && findNode(change, 'val')?.text;
}
