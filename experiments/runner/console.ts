import { ProgressLine, type TextSink } from "@verbatim/data/command_line";

/** Where a command runs and writes; tests give their own. */
export interface World {
  /** Folder of the workspace. */
  readonly root: string;
  /** Results. */
  readonly out: TextSink;
  /** Progress and errors. */
  readonly err: TextSink;
  readonly checkpointIntervalMs?: number;
}

/** How a command talks. */
export interface ConsoleOptions {
  /** Results as JSON lines, for programs. */
  readonly json?: boolean;
  /** No progress. */
  readonly quiet?: boolean;
}

/** The voice of a command: results go to standard output, everything on the way there to standard error. */
export class Console {
  readonly progress: ProgressLine;
  readonly #world: World;
  readonly #options: ConsoleOptions;

  constructor(world: World, options: ConsoleOptions = {}) {
    this.#world = world;
    this.#options = options;
    this.progress = new ProgressLine(world.err, options.quiet);
  }

  /** A line of the result, for people. */
  result(line: string): void {
    if (this.#options.json) return;
    this.progress.clear();
    this.#world.out.write(`${line}\n`);
  }

  /** A part of the result, for programs. */
  event(event: string, fields: Readonly<Record<string, unknown>>): void {
    if (this.#options.json) this.#world.out.write(`${JSON.stringify({ event, ...fields })}\n`);
  }

  /** What happens on the way. */
  say(line: string): void {
    if (!this.#options.quiet) this.progress.print(line);
  }

  /** What must be read even by those who want quiet. */
  warn(line: string): void {
    this.progress.print(line);
  }
}

/** A number of things in words: "1 run", "2 runs". */
export function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}
