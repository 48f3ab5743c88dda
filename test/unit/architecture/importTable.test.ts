/** The import table holds for the whole operator, and it is able to fail. */
import { describe, expect, it } from '@jest/globals';
import { importViolations } from './importTable.ts';
import { importsOf, sourceFiles, withoutComments } from './sourceFiles.ts';

describe('the import table', () => {
  it('holds for every file of the operator', () => {
    const files = sourceFiles(['operator'], ['.ts']);
    expect(files.length).toBeGreaterThan(20);
    expect(files.flatMap(importViolations)).toEqual([]);
  });

  it.each([
    {
      why: 'a plan reads no ports',
      path: 'operator/controllers/sriovHost/plan.ts',
      text: "import { PortError } from '../../ports/errors.ts';",
    },
    { why: 'a rule acts on nothing', path: 'operator/controllers/sriovHost/rules/x.ts', text: "import { act } from '../act.ts';" },
    {
      why: 'a status reads no clock of the engine',
      path: 'operator/controllers/sriovHost/status.ts',
      text: "import type { Logger } from '../../engine/log.ts';",
    },
    { why: 'a plan opens no files', path: 'operator/controllers/sriovHost/plan.ts', text: "import { readFile } from 'node:fs/promises';" },
    { why: 'act knows no controller', path: 'operator/controllers/sriovHost/act.ts', text: "import type { X } from './controller.ts';" },
    {
      why: 'a controller uses ports, not SSH',
      path: 'operator/controllers/sriovHost/controller.ts',
      text: "import { connect } from '../../esxi/connector.ts';",
    },
    { why: 'zod is not in the image', path: 'operator/api/conditions.ts', text: "import { z } from 'zod';" },
    { why: 'the schemas load zod', path: 'operator/kube/client.ts', text: "import { sriovHostSpec } from '../api/schema/sriovHost.ts';" },
    {
      why: 'the main file has no business in the generator',
      path: 'operator/main.ts',
      text: "import { KINDS } from './api/crd/kinds.ts';",
    },
    { why: 'api loads no ports', path: 'operator/api/reasons.ts', text: "import { PORT_ERROR_CODES } from '../ports/errors.ts';" },
    { why: 'ports are interfaces', path: 'operator/ports/bmc.ts', text: "import { GROUP } from '../api/group.ts';" },
    { why: 'the engine knows no kind', path: 'operator/engine/queue.ts', text: "import type { SriovHost } from '../api/types.ts';" },
    { why: 'ssh2 only in esxi', path: 'operator/redfish/client.ts', text: "import { Client } from 'ssh2';" },
    { why: 'also types of ssh2', path: 'operator/controllers/sriovHost/act.ts', text: "import type { Client } from 'ssh2';" },
    { why: 'client-node only in kube', path: 'operator/main.ts', text: "import { KubeConfig } from '@kubernetes/client-node';" },
    { why: 'SOAP only in vsphere', path: 'operator/esxi/x.ts', text: "import soap from 'soap';" },
    { why: 'winston only in log.ts', path: 'operator/engine/manager.ts', text: "import winston from 'winston';" },
    { why: 'prom-client only in metrics.ts', path: 'operator/kube/x.ts', text: "import { Counter } from 'prom-client';" },
    { why: 'a package that nobody argued for', path: 'operator/kube/x.ts', text: "import _ from 'lodash';" },
    { why: 'nothing of the tests', path: 'operator/main.ts', text: "import { x } from '../test/support/x.ts';" },
    { why: 'adapters do not know each other', path: 'operator/redfish/x.ts', text: "import { quote } from '../esxi/quote.ts';" },
    { why: 'dynamic imports count', path: 'operator/redfish/x.ts', text: "const y = await import('../esxi/quote.ts');" },
    {
      why: 'inline type is loaded all the same',
      path: 'operator/controllers/sriovHost/plan.ts',
      text: "import { type Bmc } from '../../ports/bmc.ts';",
    },
    { why: 'over several lines', path: 'operator/engine/x.ts', text: "import {\n  a,\n  b,\n} from '../ports/bmc.ts';" },
    { why: 'passing on is importing', path: 'operator/engine/x.ts', text: "export { a } from '../ports/bmc.ts';" },
    { why: 'the plugin never acts', path: 'operator/cli/x.ts', text: "import { act } from '../controllers/sriovHost/act.ts';" },
    { why: 'a folder that is not in the table', path: 'operator/utils/x.ts', text: '' },
  ])('refuses: $why', ({ path, text }) => {
    expect(importViolations({ path, text })).toHaveLength(1);
  });

  it.each([
    {
      why: 'a plan may take types of ports',
      path: 'operator/controllers/sriovHost/plan.ts',
      text: "import type { Vib } from '../../ports/esxiHost.ts';",
    },
    {
      why: 'a plan may use its siblings',
      path: 'operator/controllers/sriovHost/plan.ts',
      text: "import { rules } from './rules/rules.ts';",
    },
    { why: 'observation is data', path: 'operator/controllers/sriovHost/plan.ts', text: "import type { Facts } from './observation.ts';" },
    { why: 'a plan may be hashed', path: 'operator/controllers/sriovHost/planHash.ts', text: "import { createHash } from 'node:crypto';" },
    {
      why: 'observe has parts',
      path: 'operator/controllers/sriovHost/observe/adapter.ts',
      text: "import { isPortError } from '../../ports/errors.ts';",
    },
    {
      why: 'a controller may end for good',
      path: 'operator/controllers/sriovHost/controller.ts',
      text: "import { TerminalError } from '../../engine/types.ts';",
    },
    { why: 'the main file wires', path: 'operator/main.ts', text: "import { connector } from './esxi/connector.ts';" },
    { why: 'a comment imports nothing', path: 'operator/engine/x.ts', text: "/**\n * import { a } from '../ports/bmc.ts';\n */" },
  ])('allows: $why', ({ path, text }) => {
    expect(importViolations({ path, text })).toEqual([]);
  });
});

describe('reading imports', () => {
  it('finds every form', () => {
    const text = "import a from 'a';\nimport type { B } from './b.ts';\nimport 'c';\nexport * from '../d.ts';\nvoid import('e');\n";
    expect(importsOf({ path: 'operator/kube/x.ts', text })).toEqual([
      { typeOnly: false, target: 'a' },
      { typeOnly: true, target: 'operator/kube/b.ts' },
      { typeOnly: false, target: 'c' },
      { typeOnly: false, target: 'operator/d.ts' },
      { typeOnly: false, target: 'e' },
    ]);
  });

  it('keeps addresses when it drops comments', () => {
    expect(withoutComments("a('https://x/y') // note\n/* b */c")).toBe("a('https://x/y') \nc");
  });
});
