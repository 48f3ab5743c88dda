// Answers of a server, by hand: for what vcsim cannot be brought to say.
import type { VimCall } from '../../../operator/vsphere/codec.ts';
import type { Calls } from '../../../operator/vsphere/session.ts';
import { XmlNode } from '../../../operator/vsphere/xmlNode.ts';

const ref = (value: string) => ({ kind: value, value });

/** `answer` gives the content of the `...Response` element for each call. */
export function scriptedCalls(answer: (call: VimCall) => string): Calls & { readonly made: readonly VimCall[] } {
  const made: VimCall[] = [];
  return {
    made,
    content: {
      rootFolder: { kind: 'Folder', value: 'group-d1' },
      propertyCollector: ref('PropertyCollector'),
      sessionManager: ref('SessionManager'),
      viewManager: ref('ViewManager'),
      searchIndex: ref('SearchIndex'),
      apiType: 'VirtualCenter',
    },
    call: (call) => {
      made.push(call);
      const [response] = XmlNode.parse(`<response xmlns:xsi="x">${answer(call)}</response>`).list('response');
      return response === undefined ? Promise.reject(new Error('no response')) : Promise.resolve(response);
    },
    discard: () => Promise.resolve(),
  };
}

/** The `objects` element of RetrievePropertiesEx for one object; values are XML with their own attributes. */
export function objectXml(kind: string, value: string, properties: Readonly<Record<string, string>>): string {
  const propSet = Object.entries(properties).map(([name, content]) => `<propSet><name>${name}</name><val>${content}</val></propSet>`);
  return `<objects><obj type="${kind}">${value}</obj>${propSet.join('')}</objects>`;
}

/** The property paths that a RetrievePropertiesEx asks for. */
export function pathsOf(call: VimCall): readonly string[] {
  return [...JSON.stringify(call.args ?? {}).matchAll(/"pathSet":\[([^\]]*)\]/g)].flatMap(
    ([, paths = '']) => JSON.parse(`[${paths}]`) as string[],
  );
}
