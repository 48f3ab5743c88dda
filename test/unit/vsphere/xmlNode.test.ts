/** Reading XML whatever prefixes the server chose. */
import { describe, expect, it } from '@jest/globals';
import { XmlNode } from '../../../operator/vsphere/xmlNode.ts';

const ANSWER = `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body><returnval xmlns="urn:vim25">
  <one>1</one>
  <many>a</many><many>b</many>
  <bus>-122</bus><big>1795411459010085887</big><word>x1</word>
  <yes>true</yes><also>1</also><no>false</no><maybe>perhaps</maybe>
  <empty></empty><selfClosed/>
  <text> a &amp; b &lt;c&gt; &#39;d&#39; &#x41;&quot; </text>
  <vm type="VirtualMachine">vm-42</vm>
  <val xsi:type="ArrayOfManagedObjectReference"><ManagedObjectReference type="Network" xsi:type="vim25:ManagedObjectReference">network-7</ManagedObjectReference><ManagedObjectReference type="Network">network-8</ManagedObjectReference></val>
  <odd _XMLSchema-instance:type="HostSriovInfo"/>
 </returnval></soapenv:Body>
</soapenv:Envelope>`;

const root = XmlNode.parse(ANSWER).child('Envelope')?.child('Body')?.child('returnval');

describe('XmlNode', () => {
  it.each([
    { tag: 'one', texts: ['1'] },
    { tag: 'many', texts: ['a', 'b'] },
    { tag: 'none', texts: [] },
    { tag: 'hasOwnProperty', texts: [] },
  ])('gives the children $tag as a list', ({ tag, texts }) => {
    expect(root?.list(tag).map(({ text }) => text)).toEqual(texts);
  });

  it.each([
    { tag: 'bus', number: -122 },
    { tag: 'one', number: 1 },
    { tag: 'word', number: undefined },
    { tag: 'empty', number: undefined },
    { tag: 'none', number: undefined },
  ])('reads $tag as the number $number', ({ tag, number }) => {
    expect(root?.numberOf(tag)).toBe(number);
  });

  it.each([
    { tag: 'yes', boolean: true },
    { tag: 'also', boolean: true },
    { tag: 'no', boolean: false },
    { tag: 'maybe', boolean: undefined },
    { tag: 'none', boolean: undefined },
  ])('reads $tag as the boolean $boolean', ({ tag, boolean }) => {
    expect(root?.booleanOf(tag)).toBe(boolean);
  });

  it('keeps long digits as text, so that nothing is rounded', () => {
    expect(root?.textOf('big')).toBe('1795411459010085887');
  });

  it('decodes entities and keeps white space', () => {
    expect(root?.textOf('text')).toBe(` a & b <c> 'd' A" `);
  });

  it.each(['empty', 'selfClosed'])('gives %s as an empty text', (tag) => {
    expect(root?.textOf(tag)).toBe('');
  });

  it('tells the type of a reference from the type of a value', () => {
    expect(root?.child('vm')).toMatchObject({ ref: { kind: 'VirtualMachine', value: 'vm-42' }, type: undefined });
    expect(root?.child('val')?.type).toBe('ArrayOfManagedObjectReference');
    const [first, second] = root?.child('val')?.elements() ?? [];
    expect(first).toMatchObject({ ref: { kind: 'Network', value: 'network-7' }, type: 'ManagedObjectReference' });
    expect(second?.ref.value).toBe('network-8');
  });

  it("finds the type under vcsim's prefix", () => {
    expect(root?.child('odd')?.type).toBe('HostSriovInfo');
  });

  it.each(['<a><b></a>', '<a', 'plain text', ''])('refuses or finds nothing in %j', (text) => {
    let parsed: XmlNode | undefined;
    try {
      parsed = XmlNode.parse(text);
    } catch {
      parsed = undefined;
    }
    expect(parsed?.child('a')?.child('b')?.text ?? '').toBe('');
  });
});
