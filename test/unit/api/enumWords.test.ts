/** Go reads YAML 1.1, where a bare Off is false: the API server would then refuse the word that the schema allows. */
import { describe, expect, it } from '@jest/globals';
import { sriovHostSpec } from '../../../operator/api/schema/sriovHost.ts';
import { sriovHostStatus } from '../../../operator/api/schema/sriovHostStatus.ts';
import { sriovVmAttachmentSpec } from '../../../operator/api/schema/sriovVmAttachment.ts';
import { sriovVmAttachmentStatus } from '../../../operator/api/schema/sriovVmAttachmentStatus.ts';

/** Besides true and false, which every writer of YAML quotes. */
const BOOLEAN_IN_YAML_1_1 = /^(y|yes|n|no|on|off)$/i;

function enumWords(node: unknown): readonly string[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = 'enum' in node && Array.isArray(node.enum) ? node.enum.map(String) : [];
  return [...own, ...Object.values(node).flatMap(enumWords)];
}

describe('words that users choose from', () => {
  it.each([
    { name: 'SriovHost spec', schema: sriovHostSpec },
    { name: 'SriovHost status', schema: sriovHostStatus },
    { name: 'SriovVmAttachment spec', schema: sriovVmAttachmentSpec },
    { name: 'SriovVmAttachment status', schema: sriovVmAttachmentStatus },
  ])('of $name are words in YAML 1.1 too', ({ schema }) => {
    const words = enumWords(schema.toJSONSchema());
    expect(words).not.toEqual([]);
    expect(words.filter((word) => BOOLEAN_IN_YAML_1_1.test(word))).toEqual([]);
  });
});
