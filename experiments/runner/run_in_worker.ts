import type { RunListener, RunResult } from "./execute_run.ts";
import type { RunMessage, RunRequest } from "./run_messages.ts";

/** Thrown when a run fails in its worker. */
export class RunFailure extends Error {
  override readonly name = "RunFailure";

  /** `workerStack`: the stack in the worker, if it helps to find a mistake in a program. */
  constructor(message: string, readonly workerStack?: string) {
    super(message);
  }
}

const running = new Set<Worker>();

/** Stops all runs at once, as a kill would. */
export function stopRuns(): void {
  for (const worker of running) worker.terminate();
}

let driver: Promise<GPUAdapter | null> | undefined;

/**
 * Keeps the graphics driver in this process until it ends, whatever workers do.
 *
 * A worker that ends gives back the driver that it loaded. If nobody else holds it and the process ends meanwhile, that
 * calls code which is no longer there: about one run in 25 on Mesa's lavapipe crashed after its work was done.
 */
export async function keepDriver(): Promise<void> {
  // Without an adapter the runs themselves say so.
  await (driver ??= navigator.gpu?.requestAdapter());
}

/**
 * Does one run in a worker of its own, so that runs share no state and their memory is given back.
 *
 * @throws {RunFailure} if the run fails or its worker breaks.
 */
export function runInWorker(request: RunRequest, listener: RunListener): Promise<RunResult> {
  const worker = new Worker(new URL("./run_worker.ts", import.meta.url), { type: "module" });
  running.add(worker);
  const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
  worker.onmessage = ({ data }: MessageEvent<RunMessage>) => {
    switch (data.kind) {
      case "progress":
        return listener.progress(data.update);
      case "say":
        return listener.say(data.line);
      case "done":
        return resolve(data.result);
      case "failed":
        return reject(new RunFailure(data.reason, data.stack));
    }
  };
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new RunFailure(event.message));
  };
  worker.postMessage(request);
  return promise.finally(() => {
    running.delete(worker);
    worker.terminate();
  });
}

/** Does a job for each item, up to `width` at a time, starting in order. Jobs must not throw. */
export async function forEachParallel<T>(
  items: readonly T[],
  width: number,
  job: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < items.length) await job(items[next++]!);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
}
