/** Sessions of the vSphere connector: shared, remembered, closed. */
import { describe, expect, it } from '@jest/globals';
import { createVsphereConnector } from '../../../operator/vsphere/connector.ts';
import { METHODS } from '../../../operator/vsphere/order.ts';
import { vimWsdl } from '../../../operator/vsphere/wsdl.ts';
import { XmlNode } from '../../../operator/vsphere/xmlNode.ts';

const TRUST = { caBundle: undefined, certificateFingerprint: undefined };
const target = (server: string, certificateFingerprint?: string) => ({
  server,
  username: 'u',
  password: 'p',
  tls: { ...TRUST, certificateFingerprint },
});

describe('createVsphereConnector', () => {
  it.each(['vcenter.example.com', 'vcenter.example.com:8443', '10.0.0.1', '[fd00::1]', '[fd00::1]:443', ' VCENTER '])(
    'opens %j',
    (server) => {
      expect(() => createVsphereConnector().open(target(server))).not.toThrow();
    },
  );

  it.each(['', 'https://vcenter', 'vcenter/sdk', 'user@vcenter', 'vcenter:port', 'fd00::1', 'a b'])(
    'refuses %j with the remedy',
    (server) => {
      expect(() => createVsphereConnector().open(target(server))).toThrow(/vsphere\.server .* Remedy: /);
    },
  );

  it.each(['ab'.repeat(32), 'AB'.repeat(32), Array.from({ length: 32 }, () => 'Ab').join(':'), `SHA256:${'ab'.repeat(32)}`.slice(7)])(
    'takes the fingerprint %s',
    (fingerprint) => {
      expect(() => createVsphereConnector().open(target('vcenter', fingerprint))).not.toThrow();
    },
  );

  it.each(['', 'ab', 'ab'.repeat(20)])('refuses the fingerprint %j, for example one of SHA-1', (fingerprint) => {
    expect(() => createVsphereConnector().open(target('vcenter', fingerprint))).toThrow(/certificateFingerprint .* Remedy: /);
  });

  it('gives the same server for the same target and another one for another trust', () => {
    const connector = createVsphereConnector();
    const first = connector.open(target('vcenter', 'ab'.repeat(32)));
    expect(connector.open(target('VCENTER', 'AB'.repeat(32)))).toBe(first);
    expect(connector.open(target('vcenter'))).not.toBe(first);
  });
});

describe('vimWsdl', () => {
  it('declares every method with its message and element', () => {
    const definitions = XmlNode.parse(vimWsdl()).child('definitions');
    const methods = Object.keys(METHODS);
    const names = (nodes: readonly XmlNode[] | undefined) => nodes?.length;
    expect(names(definitions?.child('portType')?.list('operation'))).toBe(methods.length);
    expect(names(definitions?.child('binding')?.list('operation'))).toBe(methods.length);
    expect(names(definitions?.list('message'))).toBe(2 * methods.length);
    expect(names(definitions?.child('types')?.child('schema')?.list('element'))).toBe(2 * methods.length);
  });
});
