import type { DataEvent } from "./sources/events.ts";

const ERASE = "\r\x1b[2K";

/**
 * Shows the events of an opening: on a terminal one line that is redrawn, elsewhere one line for each quarter of a
 * download. Notices stay.
 */
export class ProgressLine {
  readonly #report: (line: string) => void;
  readonly #redraws: boolean;
  /** What was shown last, so that nothing is shown twice. */
  #last = "";
  #drawn = false;

  constructor(report: (line: string) => void, redraws = Deno.stderr.isTerminal()) {
    this.#report = report;
    this.#redraws = redraws;
  }

  show(event: DataEvent): void {
    if (event.kind === "notice") {
      this.end();
      this.#report(event.message);
      return;
    }
    const { file, source, bytes, total } = event;
    const step = this.#redraws ? 1 : 25;
    const percent = total === null || total === 0 ? null : Math.floor(100 * bytes / total / step) * step;
    const amount = percent === null ? (bytes === 0 ? "" : ` ${megabytes(bytes)}`) : ` ${percent}%`;
    const line = `${file} from ${source}:${amount || " ..."}`;
    if (line === this.#last || (!this.#redraws && percent === null && bytes > 0)) return;
    this.#last = line;
    if (this.#redraws) {
      Deno.stderr.writeSync(new TextEncoder().encode(ERASE + line));
      this.#drawn = true;
    } else {
      this.#report(line);
    }
  }

  /** Removes the line, if one is drawn. */
  end(): void {
    if (this.#drawn) Deno.stderr.writeSync(new TextEncoder().encode(ERASE));
    this.#drawn = false;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
