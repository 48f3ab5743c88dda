// `node test/support/apiserver/ensure.ts`: prepares the binaries of the real API server, with progress, before a test run.
import { ensureBinaries } from './binaries.ts';

const binaries = await ensureBinaries((line) => process.stdout.write(`${line}\n`));
process.stdout.write(`kube-apiserver, etcd and kubectl: ${binaries.kubeApiserver.replace(/\/[^/]*$/, '')} (${binaries.source})\n`);
