/** The process: arguments in, exit code out. */
import { existsSync } from 'node:fs';
import { ConfigError, parseConfig, usage } from './config.ts';
import { createLog } from './engine/log.ts';
import { createRedactor, type Redactor } from './engine/redactor.ts';
import { noTracer, type Tracer } from './engine/tracing.ts';
import { parseTracing } from './tracingConfig.ts';
import { runOperator } from './wiring.ts';

const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(usage());
    return 0;
  }
  const config = parseConfig(args, process.env);
  const redactor = createRedactor();
  const log = createLog({ level: config.logLevel, format: config.logFormat, redact: redactor.redact });
  const tracer = await openTracer(redactor);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info('asked to stop', { signal });
      stop.abort(new Error(signal));
    });
  }
  process.on('unhandledRejection', (error) => {
    // A defect: what the process thinks of the world may be wrong, and it must not go on changing it.
    log.error('unhandled rejection', { error });
    process.exit(70);
  });
  return await runOperator(config, {
    log,
    redactor,
    tracer,
    stop: stop.signal,
    inCluster: existsSync(SERVICE_ACCOUNT_TOKEN),
    onListening: (port) => log.info('serving probes and metrics', { port }),
  });
}

/** The packages for it are loaded only where somebody wants traces. */
async function openTracer({ redact }: Redactor): Promise<Tracer> {
  const config = parseTracing(process.env);
  if (config === undefined) return noTracer;
  const { createOpenTelemetry } = await import('./engine/openTelemetry.ts');
  return createOpenTelemetry({ ...config, redact });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const message = error instanceof ConfigError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${message}\n`);
  // At once: a start that failed half-way has left servers open, and a pod that only looks alive would never be started again.
  process.exit(error instanceof ConfigError ? 64 : 1);
}
