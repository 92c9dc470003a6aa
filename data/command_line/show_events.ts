import type { DataListener } from "../sources/events.ts";
import type { ProgressLine } from "./progress_line.ts";

/** A listener that shows the events of opening a data set; `prefix` stands before each line. */
export function showEvents(progress: ProgressLine, prefix = ""): DataListener {
  return (event) => {
    if (event.kind === "notice") {
      if (!progress.quiet) progress.print(`${prefix}${event.message}`);
      return;
    }
    const { file, source, bytes, total } = event;
    progress.update({
      name: `${prefix}${file}`,
      done: bytes,
      total,
      unit: "bytes",
      message: `from ${source}`,
    });
  };
}
