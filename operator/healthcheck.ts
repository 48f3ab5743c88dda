/** The image's HEALTHCHECK, for container engines that are no Kubernetes: exit code 0 while /healthz says that all is well. Argument: the port. */
import { get } from 'node:http';

const TIMEOUT_MS = 4_000;
const port = process.argv[2] ?? '8080';

get({ host: '127.0.0.1', port, path: '/healthz', timeout: TIMEOUT_MS }, (response) => {
  response.resume();
  process.exitCode = response.statusCode === 200 ? 0 : 1;
})
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1));
