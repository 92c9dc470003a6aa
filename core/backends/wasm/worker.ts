/** A computing thread: takes parts of jobs until it is told to stop. */

import { parentPort, workerData } from "node:worker_threads";
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
import { ALIGNMENT } from "../allocator.ts";

const { memory, thread } = workerData as WorkerStart;
const control = new Int32Array(memory.buffer);
const bytes = new Uint8Array(memory.buffer);
const loaded = new Map<number, PhaseFunction[]>();

/** The functions of a kernel's phases, loaded from the shared memory when they are needed first. */
function phasesOf(kernel: number): PhaseFunction[] {
  const known = loaded.get(kernel);
  if (known !== undefined) return known;
  const address = ALIGNMENT * (control[CONTROL.job + JOB.module]! >>> 0);
  const word = address / 4;
  const inUse = control.subarray(word + MODULE.header, word + MODULE.header + control[word + MODULE.inUse]!);
  if (inUse.length > 0) letGo(kernel, new Set(inUse));
  const begin = address + 4 * (MODULE.header + inUse.length);
  const middle = begin + control[word + MODULE.moduleBytes]!;
  const end = middle + control[word + MODULE.nameBytes]!;
  const names = new TextDecoder().decode(bytes.slice(middle, end)).split("\n");
  const phases = loadPhases(bytes.slice(begin, middle), names, memory);
  loaded.set(kernel, phases);
  Atomics.add(control, CONTROL.held, 1);
  Atomics.add(control, word + MODULE.loads, 1);
  return phases;
}

/** Forgets the kernels that were no longer in use when this one was made. */
function letGo(latest: number, inUse: ReadonlySet<number>): void {
  for (const kernel of loaded.keys()) {
    if (kernel < latest && !inUse.has(kernel) && loaded.delete(kernel)) Atomics.sub(control, CONTROL.held, 1);
  }
}

/** A word of the description of the job. */
function job(field: number): number {
  return control[CONTROL.job + field]!;
}

/** Does a part that has been taken from the job. */
function work(remaining: number): void {
  const units = job(JOB.units) >>> 0;
  const parts = job(JOB.parts);
  const part = parts - remaining;
  const phase = phasesOf(job(JOB.kernel))[job(JOB.phase)]!;
  // Addresses wrap around as they do in the kernels.
  const scratch = (job(JOB.scratch) + Math.imul(thread, job(JOB.scratchStride))) | 0;
  phase(job(JOB.args), partBegin(units, parts, part), partBegin(units, parts, part + 1), scratch);
}

function run(): void {
  for (;;) {
    for (let spins = 0; spins < SPINS; spins++) {
      if (Atomics.load(control, CONTROL.remaining) <= 0) continue;
      const remaining = Atomics.sub(control, CONTROL.remaining, 1);
      if (remaining <= 0) continue;
      try {
        work(remaining);
      } catch (error) {
        reportFailure(memory, `worker ${thread}`, error);
      }
      Atomics.add(control, CONTROL.done, 1);
      if (Atomics.load(control, CONTROL.mainSleeps) !== 0) Atomics.notify(control, CONTROL.done);
      spins = 0;
    }
    const seen = Atomics.load(control, CONTROL.generation);
    if (Atomics.load(control, CONTROL.stop) !== 0) return;
    Atomics.add(control, CONTROL.sleepers, 1);
    if (Atomics.load(control, CONTROL.remaining) <= 0) Atomics.wait(control, CONTROL.generation, seen);
    Atomics.sub(control, CONTROL.sleepers, 1);
  }
}

parentPort!.postMessage("ready");
run();
