/** In what a simulated BMC differs from the next one. */

export interface RedfishOptions {
  readonly username?: string;
  readonly password?: string;
  /** False: plain http. */
  readonly tls?: boolean;
  /** Where ResetType's AllowableValues are: in the action, in an ActionInfo resource, or nowhere. */
  readonly allowableValues?: 'inline' | 'actionInfo' | 'absent';
  /** `none`: the system has no Bios resource; `readOnly`: no settings object. */
  readonly bios?: 'settings' | 'readOnly' | 'none';
  /** The settings object shows a full copy of the attributes (HPE) or only what is pending (Dell). */
  readonly settingsShow?: 'everything' | 'pending';
  /** ETags: accepted in If-Match, handed out but then refused with 412 (only `*` is taken), or not handed out at all. */
  readonly etags?: 'good' | 'refused' | 'absent';
  /** A PATCH without If-Match is answered 428. */
  readonly requireIfMatch?: boolean;
  /** Answer to `On` for a machine that is on, `ForceOff` for one that is off. */
  readonly whenAlreadyThere?: 'accept' | 'conflict' | 'badRequest';
  /** Milliseconds before each answer. */
  readonly delayMs?: number;
}
