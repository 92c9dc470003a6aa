import type { Worker } from "node:worker_threads";
import { ALIGNMENT, type Block } from "../allocator.ts";
import {
  CONTROL,
  JOB,
  loadPhases,
  MODULE,
  partBegin,
  type PhaseFunction,
  reportFailure,
  SPINS,
  type WorkerStart,
} from "./control.ts";
import type { WasmMemory } from "./memory.ts";
import type { WasmKernel } from "./wasm_kernel.ts";

/** Waking workers takes as long as so many grains of work: less than that is done sooner without them. */
const WAKE_GRAINS = 8;
/** Starting one takes as long as so many, on the thread that starts it. */
const START_GRAINS = 10_000;

/** A phase that is ready to run. */
interface LoadedPhase {
  readonly run: PhaseFunction;
  readonly units: number;
  /** How much work it is, as a whole number of grains. */
  readonly grains: number;
  /** The number of ranges into which its units are cut. */
  readonly parts: number;
}

/** A kernel that is ready to run. */
export interface LoadedKernel {
  /** For messages. */
  readonly name: string;
  readonly phases: readonly LoadedPhase[];
  readonly id: number;
  /** The module's copy in shared memory, until all workers have loaded it. */
  published: Block | undefined;
}

/**
 * The threads that compute: the caller's, and workers that share its memory.
 *
 * A phase with little work runs on the caller's thread alone. Any other is cut into parts, which the threads take one by
 * one; the call returns when all are done. No bit of a result depends on who does which part (rule N9).
 */
export class WorkerPool {
  /** How many threads compute when all have started, the caller's included. */
  readonly threads: number;
  readonly #memory: WasmMemory;
  readonly #control: Int32Array;
  readonly #shareAll: boolean;
  readonly #workers: Worker[] = [];
  #started: Promise<void> | undefined;
  #starting = false;
  /** How many wait for the workers to be there. */
  #waiting = 0;
  #kernels = 0;
  /** The numbers of the kernels that workers may be asked to run. */
  readonly #inUse = new Set<number>();
  /** Grains of work that were shared while workers slept, or were not there, since they were last woken. */
  #missed = 0;

  /**
   * Makes a pool. Its workers are started when there has been so much work that it would have paid to have them; nobody
   * waits for them, and who comes late finds less to do.
   *
   * @param shareAll Whether to cut even the smallest phases into parts, and start the workers at once.
   */
  constructor(memory: WasmMemory, threads: number, shareAll = false) {
    this.threads = threads;
    this.#memory = memory;
    this.#shareAll = shareAll;
    this.#control = memory.view("i32", 0, CONTROL.job + 32);
    if (shareAll) this.#start();
  }

  /** Starts the workers, one less than there are threads, if they have not been. */
  #start(): Promise<void> {
    if (this.#started !== undefined) return this.#started;
    this.#started = this.#startWorkers();
    // Without a worker that cannot start the others do its work; who asks hears of it.
    this.#started.catch(() => {});
    return this.#started;
  }

  async #startWorkers(): Promise<void> {
    if (this.threads === 1) return;
    this.#starting = true;
    try {
      // Imported here: it takes 5 ms, which a process with little work should not wait for, and one thread runs where
      // there is no such module. These workers, unlike those of the web, can be told not to keep the process alive.
      const { Worker } = await import("node:worker_threads");
      if (Atomics.load(this.#control, CONTROL.stop) !== 0) return;
      for (let thread = 1; thread < this.threads; thread++) {
        const workerData: WorkerStart = { memory: this.#memory.memory, thread };
        // Without an environment: to pass on this process's would ask for the permission to read it.
        const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData, env: {} });
        // The workers wait for work as long as the process lives, but are no reason for it to live.
        if (this.#waiting === 0) worker.unref();
        this.#workers.push(worker);
      }
      await Promise.all(this.#workers.map((worker, i) =>
        new Promise<void>((resolve, reject) => {
          worker.on("message", () => resolve());
          worker.on("error", (cause: unknown) => {
            reject(new Error(`Cannot start worker ${i + 1} of the wasm backend: ${cause}`, { cause }));
          });
        })
      ));
    } finally {
      this.#starting = false;
    }
  }

  /** Starts the workers if that has not been done, and resolves when all are there; rejects if one cannot start. */
  async started(): Promise<void> {
    this.#waiting++;
    for (const worker of this.#workers) worker.ref();
    try {
      await this.#start();
    } finally {
      this.#waiting--;
      for (const worker of this.#waiting === 0 ? this.#workers : []) worker.unref();
    }
  }

  /** Whether workers are still starting: whoever waits for something should then first `yieldToStart`. */
  get starting(): boolean {
    return this.#starting;
  }

  /**
   * Lets the event loop go round once if workers are still starting: they need it, and a caller that only ever waits for
   * what is there already would keep it from them.
   */
  async yieldToStart(): Promise<void> {
    if (this.#starting) await new Promise((resolve) => setTimeout(resolve, 0));
  }

  /** Compiles a kernel for this thread; the workers load it when they meet it. */
  load(name: string, emitted: WasmKernel): LoadedKernel {
    const names = emitted.phases.map((phase) => phase.name);
    const functions = loadPhases(emitted.module, names, this.#memory.memory);
    const phases = emitted.phases.map(({ units, grain }, i) => ({
      run: functions[i]!,
      units,
      grains: Math.ceil(units / grain),
      parts: this.#parts(units, grain),
    }));
    const parallel = this.threads > 1 && phases.some(({ parts }) => parts > 1);
    const id = this.#kernels++;
    const published = parallel ? this.#publish(id, emitted.module, names, []) : undefined;
    // What was emitted is not kept: with it would stay the text of every instruction.
    return { name, phases, id, published };
  }

  /**
   * Compiles a program, whose driver is run once by every thread that comes, if there is work to share.
   *
   * @param grains How much of its work is shared.
   */
  loadProgram(name: string, emitted: WasmKernel, grains: number): LoadedKernel {
    const [driver] = emitted.phases;
    const [run] = loadPhases(emitted.module, [driver!.name], this.#memory.memory);
    const parallel = this.threads > 1 && grains > 0;
    const parts = parallel ? this.threads : 1;
    const id = this.#kernels++;
    const inUse = [...this.#inUse, id];
    const published = parallel ? this.#publish(id, emitted.module, [driver!.name], inUse) : undefined;
    return { name, phases: [{ run: run!, units: parts, grains: Math.ceil(grains), parts }], id, published };
  }

  /**
   * Gives back what a kernel that never runs again still holds in memory. Workers let go of its code when they load
   * another program.
   */
  unload(kernel: LoadedKernel): void {
    this.#inUse.delete(kernel.id);
    if (kernel.published !== undefined) this.#memory.free(kernel.published);
    kernel.published = undefined;
  }

  /**
   * The number of parts of a phase: one if there is too little work to share, otherwise a few for each thread. That
   * evens out threads of unequal speed, and a function that is called again soon is replaced by its optimised version.
   */
  #parts(units: number, grain: number): number {
    if (this.#shareAll) return Math.max(1, Math.min(units, 3 * this.threads + 1));
    const grains = Math.floor(units / grain);
    const parts = grains < this.threads
      ? Math.max(1, grains)
      : this.threads * Math.min(16, Math.max(1, Math.floor(grains / (8 * this.threads))));
    return Math.max(1, Math.min(units, parts));
  }

  /** @param inUse The kernels that workers are not to let go of; none: they let go of none. */
  #publish(id: number, module: Uint8Array, names: readonly string[], inUse: readonly number[]): Block {
    const text = new TextEncoder().encode(names.join("\n"));
    const header = 4 * (MODULE.header + inUse.length);
    const block = this.#memory.allocate(header + module.length + text.length);
    const words = this.#memory.view("i32", block.address, MODULE.header + inUse.length);
    words.set([0, module.length, text.length, inUse.length, ...inUse]);
    this.#inUse.add(id);
    const bytes = this.#memory.view("u8", block.address + header, module.length + text.length);
    bytes.set(module);
    bytes.set(text, module.length);
    return block;
  }

  /**
   * Runs all phases of a kernel. Makes no objects.
   *
   * @param args The block of pointers, at the beginning of a line as all the others; this and the others as
   * `phaseArgument` gives addresses.
   * @param scratch The first thread's scratch.
   * @param scratchStride From one thread's scratch to the next one's.
   * @throws {Error} naming the kernel, if a part fails on any thread. The results then hold arbitrary values.
   */
  run(kernel: LoadedKernel, args: number, scratch: number, scratchStride: number): void {
    const { phases } = kernel;
    for (let index = 0; index < phases.length; index++) {
      const phase = phases[index]!;
      if (phase.parts > 1) this.#share(kernel, index, phase, args, scratch, scratchStride);
      else {
        try {
          phase.run(args, 0, phase.units, scratch);
        } catch (cause) {
          throw failure(kernel, cause);
        }
      }
    }
    if (kernel.published !== undefined) this.#unpublish(kernel, kernel.published);
  }

  #share(
    kernel: LoadedKernel,
    index: number,
    { run, units, grains, parts }: LoadedPhase,
    args: number,
    scratch: number,
    scratchStride: number,
  ): void {
    const control = this.#control;
    control[CONTROL.job + JOB.kernel] = kernel.id;
    control[CONTROL.job + JOB.phase] = index;
    control[CONTROL.job + JOB.units] = units;
    control[CONTROL.job + JOB.parts] = parts;
    control[CONTROL.job + JOB.args] = args;
    control[CONTROL.job + JOB.scratch] = scratch;
    control[CONTROL.job + JOB.scratchStride] = scratchStride;
    control[CONTROL.job + JOB.module] = (kernel.published?.address ?? 0) / ALIGNMENT;
    Atomics.store(control, CONTROL.done, 0);
    Atomics.store(control, CONTROL.remaining, parts);
    Atomics.add(control, CONTROL.generation, 1);
    if (this.#started === undefined) {
      this.#missed += grains;
      if (this.#missed >= START_GRAINS) {
        this.#missed = 0;
        // It is the event loop that lets them run: they are in time for a later job.
        this.#start();
      }
    } else if (Atomics.load(control, CONTROL.sleepers) > 0) {
      this.#missed += grains;
      if (this.#missed >= WAKE_GRAINS || this.#shareAll) {
        Atomics.notify(control, CONTROL.generation, parts - 1);
        this.#missed = 0;
      }
    }

    let failed: Error | undefined;
    for (;;) {
      const remaining = Atomics.sub(control, CONTROL.remaining, 1);
      if (remaining <= 0) break;
      const part = parts - remaining;
      try {
        run(args, partBegin(units, parts, part), partBegin(units, parts, part + 1), scratch);
      } catch (cause) {
        failed ??= failure(kernel, cause);
        // The other threads of a program would wait for what this one does no more.
        reportFailure(this.#memory.memory, "this thread", cause);
      }
      Atomics.add(control, CONTROL.done, 1);
    }
    this.#join(parts);
    if (Atomics.load(control, CONTROL.failing) !== 0) {
      // Taken even if this thread failed too, or it would be laid at the next kernel's door.
      const message = this.#takeMessage();
      failed ??= failure(kernel, message);
    }
    if (failed !== undefined) throw failed;
  }

  #join(parts: number): void {
    const control = this.#control;
    for (let spins = 0; spins < SPINS; spins++) {
      if (Atomics.load(control, CONTROL.done) === parts) return;
    }
    Atomics.store(control, CONTROL.mainSleeps, 1);
    for (;;) {
      const done = Atomics.load(control, CONTROL.done);
      if (done === parts) break;
      Atomics.wait(control, CONTROL.done, done);
    }
    Atomics.store(control, CONTROL.mainSleeps, 0);
  }

  #takeMessage(): string {
    const length = Atomics.load(this.#control, CONTROL.failed) - 1;
    const message = new TextDecoder().decode(this.#memory.view("u8", 4 * CONTROL.message, length).slice());
    Atomics.store(this.#control, CONTROL.failed, 0);
    Atomics.store(this.#control, CONTROL.failing, 0);
    return message;
  }

  #unpublish(kernel: LoadedKernel, block: Block): void {
    const loads = this.#memory.view("i32", block.address, 1);
    if (Atomics.load(loads, MODULE.loads) < this.threads - 1) return;
    kernel.published = undefined;
    this.#memory.free(block);
  }

  /** How many kernels the workers hold, all of them together: for tests that they let go of them. */
  get held(): number {
    return Atomics.load(this.#control, CONTROL.held);
  }

  /** Ends one worker at once, for tests: the pool must do without it. */
  async endWorker(index: number): Promise<void> {
    await this.#workers[index]!.terminate();
  }

  /** Ends the workers. */
  async close(): Promise<void> {
    Atomics.store(this.#control, CONTROL.stop, 1);
    Atomics.add(this.#control, CONTROL.generation, 1);
    Atomics.notify(this.#control, CONTROL.generation);
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function failure(kernel: LoadedKernel, cause: unknown): Error {
  return new Error(`Cannot run ${kernel.name}: ${cause instanceof Error ? cause.message : cause}`, { cause });
}
