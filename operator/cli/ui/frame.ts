/** What all pages have around them: title, landmarks, how fresh they are, and the policy that lets nothing be loaded or run. Pure. */
import { escapeMarkup } from '../picture/escape.ts';
import type { Item } from './markup.ts';

/** Between two looks, in seconds. */
export const REFRESH_SECONDS = 10;

export interface Frame {
  readonly title: string;
  /** Markup. */
  readonly body: readonly string[];
  readonly now: Date;
  /** Of the style, one for each answer. */
  readonly nonce: string;
  readonly refresh: boolean;
  readonly links: readonly Item[];
}

/** No script, no form, no picture, font or style from anywhere; not inside another page. */
export function policyFor(nonce: string): string {
  return `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:80rem;margin:1rem auto;padding:0 1rem}
nav a{margin-right:1rem}section,figure{overflow-x:auto}figure{margin:1rem 0}table{border-collapse:collapse;margin:1rem 0;width:100%}
caption{text-align:left;font-weight:bold;padding:.3rem 0}th,td{border:1px solid #8888;padding:.3rem .5rem;text-align:left;vertical-align:top}
pre{overflow-x:auto;border:1px solid #8888;padding:.6rem}`;

export function frameOf({ title, body, now, nonce, refresh, links }: Frame): string {
  const name = escapeMarkup(title);
  const nav = links.map(({ text, href = '' }) => `<a href="${escapeMarkup(href)}">${escapeMarkup(text)}</a>`).join('');
  const time = now.toISOString();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refresh ? `<meta http-equiv="refresh" content="${REFRESH_SECONDS}">\n` : ''}<title>${name} - kubectl sriov</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<header><nav aria-label="Pages">${nav}</nav></header>
<main>
<h1>${name}</h1>
${body.join('\n')}
</main>
<footer><p>Read at <time datetime="${time}">${time.slice(0, 19)}Z</time>${refresh ? `, and again every ${REFRESH_SECONDS} seconds` : ''}. These pages change nothing.</p></footer>
</body>
</html>
`;
}
