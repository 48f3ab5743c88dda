/** The few elements that the pages are made of. Whatever comes from the cluster goes through here, and is escaped. Pure. */
import { escapeMarkup } from '../picture/escape.ts';

export interface Item {
  readonly text: string;
  readonly href?: string;
}

export interface Table {
  readonly caption: string;
  readonly titles: readonly string[];
  /** The first item of each row is its header. */
  readonly rows: readonly (readonly (Item | string)[])[];
}

export function tableMarkup({ caption, titles, rows }: Table): string {
  const head = titles.map((title) => `<th scope="col">${escapeMarkup(title)}</th>`).join('');
  const lines = rows.map(([first = '', ...rest]) => {
    const cells = rest.map((item) => `<td>${itemMarkup(item)}</td>`).join('');
    return `<tr><th scope="row">${itemMarkup(first)}</th>${cells}</tr>`;
  });
  return `<table><caption>${escapeMarkup(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${lines.join('')}</tbody></table>`;
}

function itemMarkup(item: Item | string): string {
  if (typeof item === 'string') return escapeMarkup(item);
  const text = escapeMarkup(item.text);
  return item.href === undefined ? text : `<a href="${escapeMarkup(item.href)}">${text}</a>`;
}

export function paragraph(...items: readonly (Item | string)[]): string {
  return `<p>${items.map(itemMarkup).join('')}</p>`;
}

/** Text that keeps its lines; it can be scrolled with the keyboard. */
export function textBlock(name: string, lines: readonly string[]): string {
  return `<pre tabindex="0" role="region" aria-label="${escapeMarkup(name)}">${escapeMarkup(lines.join('\n'))}</pre>`;
}

/** `body` is markup. A section has the name of its heading. */
export function section(title: string, body: readonly string[]): string {
  const name = escapeMarkup(title);
  return `<section aria-label="${name}"><h2>${name}</h2>\n${body.join('\n')}\n</section>`;
}
