/** A URL as messages may show it. */

/** Without user, query and fragment: signed URLs carry their secret in the query. */
export function shownUrl(url: string): string {
  try {
    const { origin, pathname } = new URL(url);
    return `${origin}${pathname}`;
  } catch {
    return 'the URL';
  }
}
