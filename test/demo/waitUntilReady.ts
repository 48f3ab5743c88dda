/** When the demo has reached its goal, or cannot any more. */
import { findCondition, isTrue } from '../../operator/api/conditions.ts';
import type { Observer } from '../support/lab/observer.ts';
import type { Watched } from './history.ts';

/** Where the objects are seen. */
export type Watch = Pick<Observer, 'list' | 'onChange'>;

export interface Goal {
  /** How many objects there are to be. */
  readonly objects: number;
  readonly timeoutMs: number;
  /** What each object has to be; left out: Ready. */
  readonly enough?: (object: Watched) => boolean;
}

/** Resolves once all objects are Ready (or `enough`) for their present spec; rejects when one is Stalled, at the time limit, or when aborted. */
export function waitUntilReady(observer: Watch, goal: Goal, signal: AbortSignal): Promise<void> {
  const enough = goal.enough ?? isReady;
  return new Promise((resolve, reject) => {
    const end = (finish: () => void): void => {
      clearTimeout(timer);
      unsubscribe();
      finish();
    };
    const look = (): void => {
      const objects = allObjects(observer);
      const stalled = objects.find(({ status }) => isTrue(status?.conditions, 'Stalled'));
      if (stalled !== undefined) {
        end(() => reject(new Error(`${nameOf(stalled)} is Stalled: ${findCondition(stalled.status?.conditions, 'Stalled')?.message}`)));
      } else if (objects.length === goal.objects && objects.every(enough)) {
        end(resolve);
      }
    };
    const unsubscribe = observer.onChange(look);
    const timer = setTimeout(() => {
      const waiting = allObjects(observer).filter((object) => !enough(object));
      const why = waiting.map((object) => `\n  ${nameOf(object)}: ${object.status?.progress ?? 'not looked at yet'}`).join('');
      end(() => reject(new Error(`not everything was Ready within ${goal.timeoutMs / 1000} s:${why}`)));
    }, goal.timeoutMs);
    signal.addEventListener('abort', () => end(() => reject(signal.reason)), { once: true });
    look();
  });
}

export function allObjects(observer: Pick<Observer, 'list'>): readonly Watched[] {
  return [...observer.list('SriovHost'), ...observer.list('SriovVmAttachment')];
}

/** Where the guest is looked into, its link is Active, too. */
export function isReady({ metadata, spec, status }: Watched): boolean {
  const seen = status?.observedGeneration === metadata.generation && isTrue(status.conditions, 'Ready');
  const inside = 'guest' in spec && spec.guest !== undefined;
  return seen && (!inside || isTrue(status.conditions, 'LinkActive'));
}

/** Has a plan that needs an approval, and has none. */
export function waitsForApproval({ metadata, status }: Watched): boolean {
  return status?.observedGeneration === metadata.generation && findCondition(status.conditions, 'Ready')?.reason === 'ApprovalRequired';
}

function nameOf({ kind, metadata }: Watched): string {
  return `${kind}/${metadata.name}`;
}
