// BIOS attributes through the BMC: current, pending, staged; and the habits of different vendors.
import { describe, expect, it } from '@jest/globals';
import { closeBmcsAfterEach, openBmc } from './support/openBmc.ts';

closeBmcsAfterEach();

describe('BIOS attributes by Redfish', () => {
  it.each([
    { why: 'the settings object lists only what is pending', settingsShow: 'pending' as const },
    { why: 'the settings object is a full copy', settingsShow: 'everything' as const },
  ])('stages an attribute for the next restart: $why', async ({ settingsShow }) => {
    const { bmc, world, clock, signal } = await openBmc({ redfish: { settingsShow }, world: { biosSriov: false } });
    expect(await bmc.pendingBiosAttributes(signal)).toEqual({});
    await bmc.stageBiosAttributes({ SriovGlobalEnable: 'Enabled' }, signal);
    expect(await bmc.pendingBiosAttributes(signal)).toEqual({ SriovGlobalEnable: 'Enabled' });
    expect((await bmc.biosAttributes(signal))?.['SriovGlobalEnable']).toBe('Disabled');
    world.reboot();
    clock.runAll();
    expect((await bmc.biosAttributes(signal))?.['SriovGlobalEnable']).toBe('Enabled');
    expect(await bmc.pendingBiosAttributes(signal)).toEqual({});
  });

  it('keeps numbers and booleans what they are', async () => {
    const { bmc, signal } = await openBmc();
    expect((await bmc.biosAttributes(signal))?.['AcPwrRcvryUserDelay']).toBe(60);
  });

  it.each([
    { why: 'takes its ETag', redfish: { requireIfMatch: true } },
    { why: 'refuses the ETag that it handed out', redfish: { requireIfMatch: true, etags: 'refused' as const } },
    { why: 'hands none out', redfish: { requireIfMatch: true, etags: 'absent' as const } },
  ])('sends If-Match to a BMC that wants it and $why', async ({ redfish }) => {
    const { bmc, world, signal } = await openBmc({ redfish, world: { biosSriov: false } });
    await bmc.stageBiosAttributes({ SriovGlobalEnable: 'Enabled' }, signal);
    expect(world.bios.pending).toEqual({ SriovGlobalEnable: 'Enabled' });
  });

  it('refuses an attribute that the BIOS does not have, before it writes', async () => {
    const { bmc, endpoint, signal } = await openBmc();
    await expect(bmc.stageBiosAttributes({ Sriov: 'Enabled' }, signal)).rejects.toMatchObject({
      code: 'BmcRequestFailed',
      message: expect.stringContaining('no attribute Sriov'),
      detail: { attribute: 'Sriov' },
    });
    expect(endpoint.requests.filter((request) => request.startsWith('PATCH'))).toEqual([]);
  });

  it('passes on what the BMC says about a value it does not take', async () => {
    const { bmc, signal } = await openBmc();
    await expect(bmc.stageBiosAttributes({ SriovGlobalEnable: true }, signal)).rejects.toMatchObject({
      code: 'BmcRequestFailed',
      message: expect.stringContaining('SriovGlobalEnable is of a different type'),
      detail: { status: 400 },
    });
  });

  it.each([
    { why: 'a BMC without a BIOS resource', bios: 'none' as const, attributes: undefined },
    {
      why: 'a BMC that shows the BIOS but takes no changes',
      bios: 'readOnly' as const,
      attributes: expect.objectContaining({ SriovGlobalEnable: 'Enabled' }),
    },
  ])('tells undefined for what cannot be known: $why', async ({ bios, attributes }) => {
    const { bmc, signal } = await openBmc({ redfish: { bios } });
    expect(await bmc.biosAttributes(signal)).toEqual(attributes);
    expect(await bmc.pendingBiosAttributes(signal)).toBeUndefined();
    await expect(bmc.stageBiosAttributes({ SriovGlobalEnable: 'Enabled' }, signal)).rejects.toMatchObject({ code: 'BmcRequestFailed' });
  });
});
