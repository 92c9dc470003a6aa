import type { TextSink } from "./text_sink.ts";

/** Something that goes on: its name, and how far it is. */
export interface Going {
  /** Different for all that goes on at one time. */
  readonly name: string;
  /** How much is done. */
  readonly done: number;
  /** Null if nobody knows. */
  readonly total: number | null;
  /** What is counted; default: nameless steps. */
  readonly unit?: "bytes";
  /** What stands behind the numbers. */
  readonly message: string;
}

const REDRAW_MS = 100;
const CLEAR = "\r\x1b[2K";

/** Time since the process began; it steers what is shown, nothing else. */
function now(): number {
  return performance.now();
}

function percent({ done, total }: Going): number {
  return total !== null && total > 0 ? Math.floor((100 * done) / total) : 0;
}

/** "25%", or what is known of it. */
function share(at: Going): string {
  if (at.total !== null) return `${percent(at)}%`;
  return at.done > 0 ? count(at, at.done) : "...";
}

function count({ unit }: Going, value: number): string {
  return unit === "bytes" ? `${(value / 1e6).toFixed(1)} MB` : `${value}`;
}

function describeCount(at: Going): string {
  return at.total === null ? "" : ` (${count(at, at.done)}/${count(at, at.total)})`;
}

function describeRest(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

/**
 * Shows how far things are: on a terminal in one line that is drawn again, elsewhere with one line at each quarter.
 */
export class ProgressLine {
  readonly #going = new Map<string, { at: Going; quarter: number; begun: number; first: number }>();
  #drawnAt = -Infinity;
  #drawn = false;

  /** `quiet`: shows no progress, only lines. */
  constructor(readonly sink: TextSink, readonly quiet = false) {}

  /** Tells how far something is; `name` says what. */
  update(at: Going): void {
    if (this.quiet) return;
    const before = this.#going.get(at.name);
    const quarter = Math.floor(percent(at) / 25);
    const { begun, first } = before ?? { begun: now(), first: at.done };
    this.#going.set(at.name, { at, quarter, begun, first });
    if (this.sink.columns() === undefined) {
      // A resumed run starts in the middle: what was before is not told again.
      const news = before !== undefined
        ? quarter > before.quarter
        : at.total === null || at.done === at.total;
      if (news) this.sink.write(`${at.name}: ${share(at)}${this.#describe(at)}\n`);
    } else if (now() - this.#drawnAt >= REDRAW_MS) this.#draw();
  }

  /** Nothing more will be told of everything whose name begins so. */
  finish(prefix: string): void {
    for (const name of this.#going.keys()) if (name.startsWith(prefix)) this.#going.delete(name);
    this.clear();
  }

  /** Writes a line, above the progress. */
  print(line: string): void {
    this.clear();
    this.sink.write(`${line}\n`);
  }

  /** Takes the drawn line away. */
  clear(): void {
    if (this.#drawn) this.sink.write(CLEAR);
    this.#drawn = false;
  }

  #describe(at: Going): string {
    const entry = this.#going.get(at.name);
    const elapsed = now() - (entry?.begun ?? 0);
    const made = at.done - (entry?.first ?? 0);
    const rest = at.total !== null && made > 0 && elapsed > 2000 && at.done < at.total
      ? `, ${describeRest((elapsed / made) * (at.total - at.done))} left`
      : "";
    return `${describeCount(at)} ${at.message}${rest}`;
  }

  #draw(): void {
    const width = (this.sink.columns() ?? 80) - 1;
    // The share comes first: it must stay where a narrow terminal cuts the line.
    const parts = [...this.#going.values()].filter(({ at }) => at.done !== at.total)
      .map(({ at }) => `${share(at)} ${at.name}${this.#describe(at)}`);
    if (parts.length === 0) return;
    this.sink.write(CLEAR + parts.join(" | ").slice(0, Math.max(0, width)));
    this.#drawn = true;
    this.#drawnAt = now();
  }
}
