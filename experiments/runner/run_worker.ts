/// <reference lib="deno.worker" />
/**
 * The worker in which one run is done: it computes while the main thread shows progress.
 *
 * @module
 */
import { now } from "./clock.ts";
import { createEngine } from "./engine.ts";
import { executeRun } from "./execute_run.ts";
import { needsStack } from "./failures.ts";
import { loadExperiment } from "./registry.ts";
import type { RunMessage, RunRequest } from "./run_messages.ts";

/** Progress is told at most this often, and always when a training ends. */
const PROGRESS_INTERVAL_MS = 50;

const scope: DedicatedWorkerGlobalScope = self as DedicatedWorkerGlobalScope;

function tell(message: RunMessage): void {
  scope.postMessage(message);
}

function tellFailure(error: unknown): void {
  const failure = error instanceof Error ? error : new Error(String(error));
  const { message, stack } = failure;
  tell({ kind: "failed", reason: message, stack: needsStack(failure) ? stack : undefined });
}

// Errors out of order, from timers or promises that nobody awaits, are failures of the run too.
scope.addEventListener("error", (event) => {
  event.preventDefault();
  tellFailure(event.error);
});
scope.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  tellFailure(event.reason);
});

scope.onmessage = async ({ data: { root, file, order, settings } }: MessageEvent<RunRequest>) => {
  let told = -Infinity;
  try {
    const { experiment } = await loadExperiment(root, file);
    const result = await executeRun(experiment, order, createEngine(root, settings), {
      progress(update) {
        if (update.done < update.total && now() - told < PROGRESS_INTERVAL_MS) return;
        told = now();
        tell({ kind: "progress", update });
      },
      say: (line) => tell({ kind: "say", line }),
    });
    tell({ kind: "done", result });
  } catch (error) {
    tellFailure(error);
  }
};
