/** The firmware that an adapter shall run, and where its image comes from. */
import { z } from 'zod';
import { sha256 } from './common.ts';
import { cel, matching } from './rules.ts';

const image = z
  .object({
    path: matching({
      pattern: /^\/vmfs\/volumes\/[^/]+\/.+$/,
      mustBe: 'a file on a datastore of the host: write it as /vmfs/volumes/<datastore>/<file>',
      description: 'Image file on a datastore of the host.',
      maxLength: 2048,
    }).optional(),
    url: matching({
      pattern: /^https?:\/\/[A-Za-z0-9._:[\]-]+\/[^\s#]*$/,
      mustBe: 'an http or https URL without user, password and fragment, such as https://files.example.com/fw.bin',
      description:
        'URL that the operator itself downloads the image from (at most 256 MiB); it is copied to stagingPath and removed from there once it runs.',
      maxLength: 2048,
    }).optional(),
    stagingPath: matching({
      pattern: /^\/vmfs\/volumes\/[^/]+(\/[^/]+)*$/,
      mustBe: 'an existing folder on a datastore of the host: write it as /vmfs/volumes/<datastore> or /vmfs/volumes/<datastore>/<folder>',
      description: 'Existing folder on a datastore of the host where an image from a URL lies until it runs.',
      maxLength: 1024,
    }).optional(),
    sha256,
  })
  .meta({
    description:
      'The image: exactly one of path and url. Its PSID must be the adapter’s own; the operator never changes a PSID. It is checked against sha256 before every use.',
    ...cel(
      {
        rule: 'has(self.path) != has(self.url)',
        message:
          'set exactly one of path and url: path for a file on a datastore of the host, url for a file that the operator shall download',
      },
      {
        rule: 'has(self.url) == has(self.stagingPath)',
        message:
          'must be set with url and only with it: set it to a folder on a datastore such as /vmfs/volumes/datastore1, or leave it out with path',
        fieldPath: '.stagingPath',
      },
    ),
  });

export const firmware = z
  .object({
    version: matching({
      pattern: /^[0-9]{1,3}\.[0-9]{1,4}\.[0-9]{1,5}$/,
      mustBe: 'a firmware version: write three numbers with dots as flint does, for example 16.35.4030',
      description: 'Version that shall run, for example 16.35.4030; compared numerically.',
    }),
    image,
    allowDowngrade: z.boolean().default(false).meta({ description: 'Whether a lower version than the flashed one may be burned.' }),
  })
  .meta({ description: 'Firmware that the adapter shall run.' });
