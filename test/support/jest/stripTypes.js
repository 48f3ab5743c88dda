// Jest transform: Node's own type stripping, so that tests run exactly the code that `node operator/main.ts` runs.
import { stripTypeScriptTypes } from 'node:module';

export default {
  process(source) {
    return { code: stripTypeScriptTypes(source, { mode: 'strip' }) };
  },
};
