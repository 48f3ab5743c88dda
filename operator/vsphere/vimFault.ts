/** Reading faults: from a SOAP fault (HTTP 500) and from `TaskInfo.error`, with everything that they say about the cause. */
import type { XmlNode } from './xmlNode.ts';

/** A fault as the server raised it. Its type is that of `xsi:type`, never the element's name or the fault string. */
export class VimFault extends Error {
  override readonly name = 'VimFault';
  readonly type: string;
  /** Human texts, the most specific first; may be empty. */
  readonly texts: readonly string[];
  /** The fault's own fields, for example `existingState`. */
  readonly node: XmlNode | undefined;

  constructor(type: string, texts: readonly string[], node: XmlNode | undefined) {
    super(texts[0] ?? type);
    this.type = type;
    this.texts = texts;
    this.node = node;
  }
}

/** `soapenv:Fault`, the content of an answer with HTTP status 500. */
export function soapFault(fault: XmlNode): VimFault {
  const detail = fault.child('detail')?.elements()[0];
  return faultFrom(detail, [fault.textOf('faultstring')]);
}

/** A `LocalizedMethodFault`: `TaskInfo.error`, or the fault of a missing property. */
export function localizedFault(error: XmlNode): VimFault {
  return faultFrom(error.child('fault'), [error.textOf('localizedMessage')]);
}

function faultFrom(fault: XmlNode | undefined, outerTexts: readonly (string | undefined)[]): VimFault {
  const texts = [...outerTexts, ...(fault === undefined ? [] : textsOf(fault, 0))];
  const usable = texts.filter((text) => text !== undefined).map((text) => text.trim());
  return new VimFault(fault?.type ?? 'MethodFault', [...new Set(usable.filter(isForPeople))], fault);
}

/** `faultMessage` holds the details of a fault, `faultCause` the fault behind it; both nest. */
function textsOf(fault: XmlNode, depth: number): readonly (string | undefined)[] {
  if (depth > 8) {
    return [];
  }
  const messages = fault.list('faultMessage').map((message) => message.textOf('message'));
  const causes = fault.list('faultCause').flatMap((cause) => {
    const inner = cause.child('fault');
    return [cause.textOf('localizedMessage'), ...(inner === undefined ? [] : textsOf(inner, depth + 1))];
  });
  return [...messages, ...causes, fault.textOf('reason')];
}

/** govmomi's simulator puts the name of a Go type where the text belongs. */
function isForPeople(text: string): boolean {
  return text !== '' && !text.startsWith('*types.');
}
