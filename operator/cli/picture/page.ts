/** The frame of every HTML file of the plugin: a policy that forbids loading anything, and a style that follows the reader's. Pure. */
import { escapeMarkup } from './escape.ts';

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
figure{margin:1rem 0;overflow-x:auto}table{border-collapse:collapse;margin:1rem 0;width:100%}caption{text-align:left;font-weight:bold;padding:.3rem 0}
th,td{border:1px solid #8888;padding:.3rem .5rem;text-align:left;vertical-align:top}pre{overflow-x:auto;border:1px solid #8888;padding:.6rem}`;

export interface Page {
  readonly title: string;
  /** Markup. */
  readonly body: string;
  readonly now: Date;
}

export function pageOf({ title, body, now }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeMarkup(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeMarkup(title)}</h1>
<p>Made by kubectl sriov at <time datetime="${now.toISOString()}">${now.toISOString().slice(0, 19)}Z</time>.</p>
${body}
</body>
</html>
`;
}
