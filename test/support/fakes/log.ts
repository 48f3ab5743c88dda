/** A logger that says nothing. */
import type { Logger } from '../../../operator/engine/log.ts';

const nothing = () => undefined;
export const silentLog: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => silentLog };
