/** Follows the objects: as a table that is redrawn in place on a terminal, else as one line for each change. */
import type { Output } from './output.ts';
import { ATTACHMENT_TITLES, HOST_TITLES, rowLine, WIDE_TITLES } from './rows.ts';
import { layOut, type Row, withoutColumns } from './table.ts';

export interface Picture {
  readonly hosts: readonly Row[];
  readonly attachments: readonly Row[];
}

export interface LiveView {
  /** Shows what is new. */
  update(): void;
  /** Shows the last state, lets the work write below it, and goes on below that. */
  aside(work: () => Promise<void>): Promise<void>;
  /** Shows the last state and leaves the place: what is written next comes below. */
  finish(): void;
}

export interface LiveViewOptions {
  readonly output: Output;
  readonly picture: () => Picture;
  /** Milliseconds since the start. */
  readonly elapsed: () => number;
}

/** A table where text can be overwritten, else lines. */
export function createLiveView(options: LiveViewOptions): LiveView {
  return options.output.redraws ? createLiveTable(options) : createChangeLines(options);
}

const REDRAW_MS = 200;
/** With fewer, the wide columns would leave no room for the progress. */
const WIDE_COLUMNS = 120;

function createLiveTable({ output, picture, elapsed }: LiveViewOptions): LiveView {
  let drawn = 0;
  let paused = false;
  const draw = (): void => {
    if (paused) return;
    const { hosts, attachments } = picture();
    const unwanted = output.columns() < WIDE_COLUMNS ? WIDE_TITLES : [];
    const lines = [
      ...layOut(HOST_TITLES, hosts, output),
      '',
      ...layOut(...withoutColumns(ATTACHMENT_TITLES, attachments, unwanted), output),
      '',
      output.paint('faint', seconds(elapsed())),
    ];
    // Up to the first line of the last picture, and everything below it away.
    output.write(`${drawn === 0 ? '' : `\u001b[${drawn}A\r\u001b[0J`}${lines.join('\n')}\n`);
    drawn = lines.length;
  };
  // The clock runs on while nothing else changes.
  const timer = setInterval(draw, REDRAW_MS);
  draw();
  return {
    update: draw,
    aside: async (work) => {
      draw();
      paused = true;
      try {
        await work();
      } finally {
        paused = false;
        drawn = 0;
        draw();
      }
    },
    finish: () => {
      clearInterval(timer);
      draw();
    },
  };
}

/** Also for the time after the table, when people try things. */
export function createChangeLines({ output, picture, elapsed }: LiveViewOptions): LiveView {
  let shown: ReadonlyMap<string, string> = new Map();
  let paused = false;
  const update = (): void => {
    if (paused) return;
    const { hosts, attachments } = picture();
    const now = new Map([
      ...namedLines('SriovHost', HOST_TITLES, hosts),
      ...namedLines('SriovVmAttachment', ATTACHMENT_TITLES, attachments),
    ]);
    const news = [...now].filter(([name, line]) => shown.get(name) !== line);
    const gone = [...shown.keys()].filter((name) => !now.has(name)).map((name) => [name, 'gone'] as const);
    for (const [name, line] of [...news, ...gone]) output.line(`${seconds(elapsed()).padStart(8)}  ${name} ${line}`);
    shown = now;
  };
  update();
  return {
    update,
    aside: async (work) => {
      update();
      paused = true;
      try {
        await work();
      } finally {
        paused = false;
        update();
      }
    },
    finish: update,
  };
}

function namedLines(kind: string, titles: readonly string[], rows: readonly Row[]): readonly (readonly [string, string])[] {
  return rows.map((row) => [`${kind}/${row[0]?.text ?? ''}`, rowLine(titles, row)]);
}

/** `12.3 s`. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
