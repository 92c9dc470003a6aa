/** The worker of `loadInWorker`: makes the batches of a module, one after the other as they are asked for. */

import { parentPort, workerData } from "node:worker_threads";
import type { Batch, Batches } from "../batches.ts";
import type { LoaderAnswer, LoaderRequest, LoaderStart } from "./_loader_messages.ts";

const { module, argument } = workerData as LoaderStart;
const answer = (message: LoaderAnswer, handedOver: ArrayBuffer[] = []) =>
  parentPort!.postMessage(message, handedOver);

/** The buffers that arrays fill, to be handed over. Other arrays are copied. */
function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    const { buffer } = value;
    if (buffer instanceof ArrayBuffer && buffer.byteLength === value.byteLength) found.add(buffer);
  } else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const part of Object.values(value)) buffersOf(part, found);
  }
  return found;
}

/** An error that another thread can be told. */
function tellable(error: unknown): unknown {
  try {
    return structuredClone(error);
  } catch {
    return new Error(`${error}`);
  }
}

async function answerRequest(batches: Batches, step: number): Promise<void> {
  try {
    const batch: Batch = await batches.at(step);
    answer({ kind: "batch", batch }, [...buffersOf(batch)]);
  } catch (error) {
    answer({ kind: "failed", error: tellable(error) });
  }
}

try {
  const { default: make } = await import(module);
  const batches: Batches = await make(argument);
  let last = Promise.resolve();
  parentPort!.on("message", ({ step }: LoaderRequest) => {
    last = last.then(() => answerRequest(batches, step));
  });
  answer({ kind: "started", batchSize: batches.batchSize, stepsPerEpoch: batches.stepsPerEpoch });
} catch (error) {
  answer({ kind: "refused", error: tellable(error) });
}
