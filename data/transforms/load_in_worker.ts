import type { Worker } from "node:worker_threads";
import type { Batch } from "../batches.ts";
import type { LoaderAnswer, LoaderRequest, LoaderStart } from "./_loader_messages.ts";
import type { BatchesOf } from "./map_batches.ts";

/** How batches are loaded on another thread. */
export interface LoadOptions {
  /** Batches that are made ahead of the one that was asked for last. Default 2. */
  readonly ahead?: number;
}

/** Batches that another thread makes. Close it, or declare it with `using`, to end the thread. */
export interface WorkerBatches<B extends Batch = Batch> extends BatchesOf<B>, Disposable {
  /** Ends the thread; batches that were asked for are refused. */
  close(): void;
}

/**
 * Batches that a worker makes on a thread of its own while this one computes: for transforms that take more time than
 * can be spared, on machines with a processor to spare. They are the same batches as without a worker.
 *
 * The default export of a module makes them: `(argument) => Batches`, or a promise of it. It runs in the worker, opens
 * its data sets there, and gets the argument as a structured clone: pass a seed, or a key's `words`. The arrays of its
 * batches are handed over, not copied: they must not be used again.
 *
 * *Order* as in `mapBatches`, no batch is made ahead beyond the end of an epoch.
 * @throws {Error} if the module cannot be loaded or its function throws; from `at`, what the worker's `at` throws.
 * @throws {RangeError} if `ahead` is not a whole number from 0; from `at`, if `step` is not one.
 *
 * @example
 * ```ts
 * import { loadInWorker } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * // A module of its own: `export default` of a function that returns `createBatches(...)`, `mapBatches(...)`.
 * const source = `export default ({ scale }) => ({
 *   batchSize: 1,
 *   stepsPerEpoch: 10,
 *   at: (step) => Promise.resolve({ rows: { x: Float32Array.of(scale * step) }, indices: Uint32Array.of(step), size: 1 }),
 * })`;
 * using batches = await loadInWorker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), { scale: 3 });
 * assertEquals(batches.stepsPerEpoch, 10);
 * assertEquals((await batches.at(7)).rows, { x: Float32Array.of(21) });
 * ```
 */
export async function loadInWorker<B extends Batch = Batch>(
  module: URL,
  argument: unknown,
  { ahead = 2 }: LoadOptions = {},
): Promise<WorkerBatches<B>> {
  if (!Number.isInteger(ahead) || ahead < 0) {
    throw new RangeError(`Cannot load in a worker: expected a whole number of batches ahead, got ${ahead}`);
  }
  const thread = new LoaderThread(await startWorker({ module: module.href, argument }));
  let sizes: Sizes;
  try {
    sizes = await thread.started;
  } catch (cause) {
    thread.close();
    throw new Error(`Cannot load batches of ${module.href} in a worker: ${messageOf(cause)}`, { cause });
  }
  const { batchSize, stepsPerEpoch } = sizes;
  return {
    batchSize,
    stepsPerEpoch,
    async at(step) {
      if (!Number.isSafeInteger(step) || step < 0) {
        throw new RangeError(`Cannot read a batch: expected a whole step from 0 on, got ${step}`);
      }
      const end = Math.min(step + ahead + 1, (Math.floor(step / stepsPerEpoch) + 1) * stepsPerEpoch);
      // The module's function says what its batches hold.
      return await thread.load(step, end) as B;
    },
    close: () => thread.close(),
    [Symbol.dispose]: () => thread.close(),
  };
}

interface Sizes {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
}

async function startWorker(start: LoaderStart): Promise<Worker> {
  // These workers, unlike those of the web, can be told not to keep the process alive.
  const { Worker } = await import("node:worker_threads");
  return new Worker(new URL("./_loader_worker.ts", import.meta.url), { workerData: start, env: {} });
}

const messageOf = (error: unknown) => error instanceof Error ? error.message : `${error}`;

/** The worker as this thread sees it. */
class LoaderThread {
  readonly started: Promise<Sizes>;
  readonly #worker: Worker;
  /** Answers that are awaited, in the order of their requests. Only while one is missing must the process live on. */
  readonly #awaited: PromiseWithResolvers<Batch>[] = [];
  /** Batches that nobody took yet. */
  readonly #ahead = new Map<number, Promise<Batch>>();
  #broken: Error | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    const started = Promise.withResolvers<Sizes>();
    this.started = started.promise;
    worker.on("message", (answer: LoaderAnswer) => {
      if (answer.kind === "started") started.resolve(answer);
      else if (answer.kind === "refused") started.reject(answer.error);
      else {
        const awaited = this.#awaited.shift();
        if (answer.kind === "batch") awaited?.resolve(answer.batch);
        else awaited?.reject(answer.error);
      }
      if (this.#awaited.length === 0) worker.unref();
    });
    worker.on("error", (cause: unknown) => {
      started.reject(cause);
      this.#break(new Error(`Cannot load in a worker: it broke, ${messageOf(cause)}`, { cause }));
    });
    worker.on("exit", (code) => {
      const error = new Error(`Cannot load in a worker: it ended with code ${code}`);
      started.reject(error);
      this.#break(error);
    });
  }

  /** The batch of a step; those behind it, up to an end, are made ahead. */
  load(step: number, end: number): Promise<Batch> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    for (const other of this.#ahead.keys()) {
      if (other < step || other >= end) this.#ahead.delete(other);
    }
    for (let next = step; next < end; next++) {
      if (!this.#ahead.has(next)) this.#ahead.set(next, this.#ask(next));
    }
    const batch = this.#ahead.get(step)!;
    // Asked for again, it is made again: its arrays belong to whoever gets them.
    this.#ahead.delete(step);
    return batch;
  }

  #ask(step: number): Promise<Batch> {
    const awaited = Promise.withResolvers<Batch>();
    // Whoever asks for the batch gets the error; nobody may.
    awaited.promise.catch(() => {});
    this.#awaited.push(awaited);
    this.#worker.ref();
    this.#worker.postMessage({ step } satisfies LoaderRequest);
    return awaited.promise;
  }

  close(): void {
    this.#break(new TypeError("Cannot load in a worker: expected it open, got it closed"));
    this.#worker.terminate();
  }

  #break(error: Error): void {
    this.#broken ??= error;
    for (const { reject } of this.#awaited.splice(0)) reject(error);
    this.#ahead.clear();
  }
}
