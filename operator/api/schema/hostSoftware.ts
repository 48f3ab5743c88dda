/** VIBs that an SriovHost shall have. */
import { z } from 'zod';
import { sha256 } from './common.ts';
import { cel, matching } from './rules.ts';

const LOCATION = /^(\/[^/]|https?:\/\/[^/]).*$/;

const vibSource = z
  .object({
    vib: matching({
      pattern: LOCATION,
      mustBe: 'an absolute path on the host, such as /vmfs/volumes/datastore1/nmst.vib, or an http(s) URL',
      description:
        'One .vib: an absolute path on the host (/vmfs/volumes/...) or a URL that the host can fetch (esxcli software vib install -v).',
      maxLength: 2048,
    }).optional(),
    depot: matching({
      pattern: LOCATION,
      mustBe: 'an absolute path on the host, such as /vmfs/volumes/datastore1/driver.zip, or an http(s) URL',
      description:
        'An offline bundle .zip: an absolute path on the host or a URL that the host can fetch (esxcli software vib install -d).',
      maxLength: 2048,
    }).optional(),
    sha256: sha256.optional(),
  })
  .meta({
    description: 'Where the package comes from: exactly one of vib and depot.',
    ...cel(
      {
        rule: 'has(self.vib) != has(self.depot)',
        message: 'set exactly one of vib and depot: vib for a .vib file, depot for an offline bundle .zip',
      },
      {
        rule: "!has(self.sha256) || (has(self.vib) ? self.vib : has(self.depot) ? self.depot : '/').startsWith('/')",
        message: 'is checked on files that lie on the host: for a URL leave sha256 out, or put the file on a datastore',
        fieldPath: '.sha256',
      },
    ),
  });

export const software = z
  .object({
    name: matching({
      pattern: /^[A-Za-z0-9][A-Za-z0-9._+-]*$/,
      mustBe: 'the name of a VIB: write it as esxcli software vib list prints it, for example nmst',
      description: 'Name of the VIB as `esxcli software vib list` prints it, for example nmst.',
    }),
    minVersion: matching({
      pattern: /^[0-9][A-Za-z0-9._-]*$/,
      mustBe: 'the version of a VIB: write it as esxcli software vib list prints it, for example 4.22.1.11-0; it begins with a digit',
      description: 'Lowest version that will do; compared numerically field by field. A newer one is left alone.',
    }),
    source: vibSource,
  })
  .meta({ description: 'A VIB that the host shall have.' });
