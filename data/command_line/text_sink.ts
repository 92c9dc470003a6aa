/** Where lines go. */
export interface TextSink {
  /** Writes a text as it is. */
  write(text: string): void;
  /** Width of the terminal; undefined if it is none. */
  columns(): number | undefined;
}

/** A stream of this process. */
export interface OutputStream {
  /** True if people read it as it is written. */
  isTerminal(): boolean;
  /** Writes some of the bytes, and says how many. */
  writeSync(bytes: Uint8Array): number;
}

/**
 * Writes to a stream of this process. Who stops reading (`| head`) does not stop the work: what is written after that
 * goes nowhere.
 */
export function sinkOf(stream: OutputStream): TextSink {
  const encoder = new TextEncoder();
  const terminal = stream.isTerminal();
  let open = true;
  return {
    write(text) {
      try {
        for (let bytes = encoder.encode(text); open && bytes.length > 0;) {
          bytes = bytes.subarray(stream.writeSync(bytes));
        }
      } catch (error) {
        if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
        open = false;
      }
    },
    columns() {
      if (!terminal) return undefined;
      try {
        return Deno.consoleSize().columns;
      } catch {
        return 80;
      }
    },
  };
}
