/** The configuration file of OpenSM: `key value` lines and comments with #. Pure. */

export type Settings = Readonly<Record<string, string>>;

/** NVIDIA's OpenSM: 2 enables virtual ports; without it the links of virtual functions stay down. */
const VIRT_ENABLED = 'virt_enabled';

/**
 * Whether an OpenSM whose template of a configuration (`opensm --create-config`) this is knows `virt_enabled`. That of Linux
 * distributions does not: it says `Unrecognized token` and goes on without (opensm 3.3.23).
 */
export function knowsVirtualization(template: string): boolean {
  return /^[#\s]*virt_enabled\b/m.test(template);
}

export function settingsOf({ priority }: { readonly priority?: number | undefined }): Settings {
  return { [VIRT_ENABLED]: '2', ...(priority === undefined ? {} : { sm_priority: String(priority) }) };
}

/** What is not as wanted, or is there twice; empty where nothing has to be written. */
export function differing(content: string, wanted: Settings): readonly string[] {
  return Object.entries(wanted).flatMap(([key, value]) => {
    const lines = linesOf(content, key);
    return lines.length === 1 && lines[0]?.value === value ? [] : [key];
  });
}

/** Each setting exactly once: in the place of its first line, else at the end. Every other line stays as it is. */
export function withSettings(content: string, wanted: Settings): string {
  return Object.entries(wanted).reduce((text, [key, value]) => withSetting(text, key, value), content);
}

function withSetting(content: string, key: string, value: string): string {
  const [first, ...repeats] = linesOf(content, key).map(({ index }) => index);
  const lines = content.split('\n');
  if (first === undefined) {
    const body = content === '' || content.endsWith('\n') ? content : `${content}\n`;
    return `${body}${key} ${value}\n`;
  }
  return lines.flatMap((line, index) => (index === first ? [`${key} ${value}`] : repeats.includes(index) ? [] : [line])).join('\n');
}

function linesOf(content: string, key: string): readonly { readonly index: number; readonly value: string }[] {
  return content.split('\n').flatMap((line, index) => {
    const [name, ...rest] = line.trim().split(/\s+/);
    return name === key ? [{ index, value: rest.join(' ') }] : [];
  });
}
