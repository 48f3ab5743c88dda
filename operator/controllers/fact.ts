/** A fact about the world: known with its value, or unknown with the reason that a condition may show. */

export interface Because<Reason extends string = string> {
  /** From api/reasons.ts. */
  readonly reason: Reason;
  /** For people: what is wrong and what to do. Stable, and without secrets. */
  readonly message: string;
}

export type Known<T> = { readonly known: true; readonly value: T };
export type Unknown<Reason extends string = string> = { readonly known: false; readonly because: Because<Reason> };
export type Fact<T, Reason extends string = string> = Known<T> | Unknown<Reason>;

export function known<T>(value: T): Known<T> {
  return { known: true, value };
}

export function unknown<Reason extends string>(reason: Reason, message: string): Unknown<Reason> {
  return { known: false, because: { reason, message } };
}
