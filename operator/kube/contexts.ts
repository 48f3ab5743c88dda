// Names of the contexts of a kubeconfig, for completion.
import { KubeConfig } from '@kubernetes/client-node';

/** Undefined path: what kubectl would use. Throws when it cannot be read. */
export function contextNames(path: string | undefined): readonly string[] {
  const config = new KubeConfig();
  if (path === undefined) config.loadFromDefault();
  else config.loadFromFile(path);
  return config.getContexts().map(({ name }) => name);
}
