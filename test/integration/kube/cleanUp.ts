// What a test opened and has to end: `const cleanUp = withCleanUp();` at the top, `cleanUp.push(...)` inside the tests.
import { afterEach } from '@jest/globals';

/** Ends all of it after each test, the last one first. */
export function withCleanUp(): (() => Promise<void>)[] {
  const cleanUp: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of cleanUp.splice(0).reverse()) await end();
  });
  return cleanUp;
}
