import type { Console } from "./console.ts";
import { stopRuns } from "./run_in_worker.ts";

/**
 * Ends the process in order when it is interrupted: the runs stop, the message is said, `before` tidies up. Disposing
 * takes that back.
 */
export function onInterrupt(console: Console, message: string, before?: () => void): Disposable {
  const stop = () => {
    stopRuns();
    console.warn(message);
    before?.();
    Deno.exit(130);
  };
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, stop);
  return {
    [Symbol.dispose]() {
      for (const signal of signals) Deno.removeSignalListener(signal, stop);
    },
  };
}
