/** Where a file comes from, in words for status, events, journal and log. Pure. */

/** A URL without user, query and fragment, where secrets can be; a path as it is. */
export function shownLocation(location: string): string {
  return location.startsWith('/') ? location : location.replace(/[?#].*$/, '').replace(/^(https?:\/\/)[^/]*@/, '$1');
}
