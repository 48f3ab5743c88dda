/** What waits for a restart, by its name: as the plan and the records of restarts have it, such as `vfs/fabric0/1=8`. Pure. */

/** Name of the adapter that the item is about, where it is about one. */
export function adapterOf(item: string): string {
  return item.split(/[/=]/)[1] ?? '';
}

/** Whether it is stored in the adapter: a setting or an image. Virtual functions come no sooner than these are in effect. */
export function isFirmwareItem(item: string): boolean {
  return /^(firmware|image)\//.test(item);
}
