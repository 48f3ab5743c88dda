// What becomes of the many ways in which a BMC says no.
import { describe, expect, it } from '@jest/globals';
import { connectionError, redfishMessage, statusError } from '../../../operator/redfish/errors.ts';

const context = { origin: 'https://bmc-01', action: 'reading the system', signal: new AbortController().signal, timeoutMs: 30_000 };

describe('the message of a Redfish error body', () => {
  it.each([
    {
      why: 'the extended message is the telling one',
      body: { error: { message: 'See ExtendedInfo.', '@Message.ExtendedInfo': [{ Message: 'It is locked.' }] } },
      said: 'It is locked.',
    },
    { why: 'without it, the general one', body: { error: { message: 'It failed.' } }, said: 'It failed.' },
    {
      why: 'extended information without a message',
      body: { error: { message: 'It failed.', '@Message.ExtendedInfo': [{ MessageId: 'Base.1.0.X' }] } },
      said: 'It failed.',
    },
    {
      why: 'extended information that is no list',
      body: { error: { message: 'It failed.', '@Message.ExtendedInfo': {} } },
      said: 'It failed.',
    },
    { why: 'an empty message says nothing', body: { error: { message: '' } }, said: undefined },
    { why: 'no error in it', body: {}, said: undefined },
    { why: 'null', body: null, said: undefined },
  ])('$why', ({ body, said }) => {
    expect(redfishMessage(JSON.stringify(body))).toBe(said);
  });

  it('is nothing where the body is no JSON, and is cut where it is long', () => {
    expect(redfishMessage('<html>503</html>')).toBeUndefined();
    expect(redfishMessage(JSON.stringify({ error: { message: 'x'.repeat(5_000) } }))).toHaveLength(300);
  });
});

describe('a connection that fails', () => {
  it.each([
    { why: 'nobody listens', code: 'ECONNREFUSED', expected: 'BmcUnreachable' },
    { why: 'the name is unknown', code: 'ENOTFOUND', expected: 'BmcUnreachable' },
    { why: 'the certificate is self-signed', code: 'DEPTH_ZERO_SELF_SIGNED_CERT', expected: 'BmcCertificateUntrusted' },
    { why: 'the chain cannot be built', code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', expected: 'BmcCertificateUntrusted' },
    { why: 'the certificate is over', code: 'CERT_HAS_EXPIRED', expected: 'BmcCertificateUntrusted' },
    { why: 'the certificate is of another host', code: 'ERR_TLS_CERT_ALTNAME_INVALID', expected: 'BmcCertificateUntrusted' },
    { why: 'the server speaks no TLS', code: 'EPROTO', expected: 'BmcUnreachable' },
  ])('has its code: $why', ({ code, expected }) => {
    const cause = Object.assign(new Error('low-level text'), { code });
    const error = connectionError(cause, context);
    expect(error).toMatchObject({ code: expected, cause });
    expect(error.message).toContain(code);
    expect(error.message).not.toContain('low-level text');
  });

  it('is Aborted when the caller aborted, whatever Node calls it', () => {
    const cause = Object.assign(new Error('x'), { name: 'AbortError', code: 'ABORT_ERR' });
    expect(connectionError(cause, { ...context, signal: AbortSignal.abort() }).code).toBe('Aborted');
    expect(connectionError(cause, context).code).toBe('BmcUnreachable');
  });
});

describe('an answer that is no success', () => {
  it.each([
    { status: 401, code: 'BmcCredentialsRejected', terminal: true },
    { status: 403, code: 'BmcCredentialsRejected', terminal: true },
    { status: 404, code: 'BmcAddressInvalid', terminal: true },
    { status: 500, code: 'BmcRequestFailed', terminal: false },
    { status: 503, code: 'BmcRequestFailed', terminal: false },
  ])('$status is $code', ({ status, code, terminal }) => {
    expect(statusError({ status, text: '' }, context)).toMatchObject({ code, terminal, detail: { status } });
  });

  it('is no wrong address where the BMC itself led to it', () => {
    const elsewhere = { ...context, action: 'reading the BIOS attributes' };
    expect(statusError({ status: 404, text: '' }, elsewhere)).toMatchObject({ code: 'BmcRequestFailed', terminal: false });
  });

  it('repeats what the BMC said, once, without a stray end', () => {
    const text = JSON.stringify({ error: { message: 'Try again later.' } });
    expect(statusError({ status: 503, text }, context).message).toBe(
      'the BMC https://bmc-01 answered reading the system with HTTP status 503: Try again later.',
    );
    expect(statusError({ status: 503, text: '' }, context).message).toBe(
      'the BMC https://bmc-01 answered reading the system with HTTP status 503',
    );
  });
});
