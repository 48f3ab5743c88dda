/**
 * The WSDL that the SOAP library gets: the methods used, each with content of any kind.
 *
 * vSphere's own WSDL is several megabytes, is not served by every server, and would not help: the library does not keep the
 * order of elements. Requests are written by codec.ts and answers read by xmlNode.ts; the library carries them.
 */
import { VIM_NAMESPACE } from './codec.ts';
import { METHODS } from './order.ts';

const SCHEMA = 'http://www.w3.org/2001/XMLSchema';
const ANY_CONTENT = '<xsd:complexType><xsd:sequence><xsd:any minOccurs="0" maxOccurs="unbounded"/></xsd:sequence></xsd:complexType>';

/** Text of a WSDL 1.1 document with the service `VimService` and its port `VimPort`. */
export function vimWsdl(): string {
  const methods = Object.keys(METHODS);
  const each = (write: (method: string) => string) => methods.map(write).join('');
  const anyElement = (name: string) => `<xsd:element name="${name}">${ANY_CONTENT}</xsd:element>`;
  const message = (name: string, element: string) => `<message name="${name}"><part name="parameters" element="vim:${element}"/></message>`;
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xsd="${SCHEMA}"`,
    ` xmlns:vim="${VIM_NAMESPACE}" targetNamespace="${VIM_NAMESPACE}">`,
    `<types><xsd:schema targetNamespace="${VIM_NAMESPACE}" elementFormDefault="qualified">`,
    each((name) => anyElement(name) + anyElement(`${name}Response`)),
    '</xsd:schema></types>',
    each((name) => message(`${name}Request`, name) + message(`${name}Answer`, `${name}Response`)),
    '<portType name="VimPortType">',
    each((name) => `<operation name="${name}"><input message="vim:${name}Request"/><output message="vim:${name}Answer"/></operation>`),
    '</portType><binding name="VimBinding" type="vim:VimPortType">',
    '<soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>',
    each(
      (name) =>
        `<operation name="${name}"><soap:operation soapAction=""/><input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>`,
    ),
    '</binding><service name="VimService"><port name="VimPort" binding="vim:VimBinding"><soap:address location="https://invalid/sdk"/></port></service>',
    '</definitions>',
  ].join('');
}
