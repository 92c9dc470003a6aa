/**
 * How the threads talk: words at the beginning of the shared memory.
 *
 * The main thread describes a job, sets `remaining` to its number of parts and raises `generation`. Whoever wants work,
 * the main thread included, takes one from `remaining`: a positive value is a part to do, and a part taken means that
 * the job lasts until `done` counts it, so the description may be read after it. A thread that is late finds nothing
 * left, and nobody waits for it.
 *
 * @module
 */

/** Words that threads write are this far apart, a cache line and the one fetched with it. */
const LINE = 32;

/** Indices of the i32 words. The first line stays unused, so that address 0 is nobody's. */
export const CONTROL = {
  /** Counts the jobs. Idle workers sleep on it. */
  generation: LINE,
  /** Parts of the job that nobody has taken; zero or less: none. */
  remaining: 2 * LINE,
  /** Parts that are finished. The main thread sleeps on it. */
  done: 3 * LINE,
  /** Workers that are asleep or about to be. */
  sleepers: 4 * LINE,
  /** 1 while the main thread is asleep or about to be. */
  mainSleeps: 5 * LINE,
  /** 1 when the workers are to end. */
  stop: 6 * LINE,
  /** Length in bytes of the first error's message plus one; 0: none. */
  failed: 7 * LINE,
  /** 1 while the message is being written. */
  failing: 7 * LINE + 1,
  /** How many kernels the workers hold, all of them together. */
  held: 7 * LINE + 2,
  /** Bytes of the message. */
  message: 8 * LINE,
  /** The description of the job. */
  job: 16 * LINE,
} as const;

/** The most bytes of an error's message. */
export const MESSAGE_BYTES = 4 * (CONTROL.job - CONTROL.message);

/** Words of the description of a job, from `CONTROL.job`. */
export const JOB = {
  kernel: 0,
  phase: 1,
  units: 2,
  parts: 3,
  /** Addresses as `phaseArgument` gives them. */
  args: 4,
  scratch: 5,
  scratchStride: 6,
  /** The line at which the kernel's module begins, for workers that do not have it. */
  module: 7,
} as const;

/**
 * Words of a published module: how many workers have loaded it, bytes of the module, bytes of the names of the phases'
 * functions (one a line), and how many kernels were in use when it was published. The numbers of these follow, then the
 * module, then the names.
 *
 * Workers let go of earlier kernels that are not among those in use. Only programs, which come and go, name them, their
 * own number too: 0 says nothing.
 */
export const MODULE = { loads: 0, moduleBytes: 1, nameBytes: 2, inUse: 3, header: 4 } as const;

/** How often a thread looks for work before it goes to sleep; measured at 0.2 ms on a shared machine. */
export const SPINS = 20_000;

/** The entry of a phase; `args` and `scratch` are as `phaseArgument` gives them. */
export type PhaseFunction = (args: number, begin: number, end: number, scratch: number) => void;

/** Leaves the first error's message for the main thread, and tells all threads that something failed. */
export function reportFailure(memory: WebAssembly.Memory, thread: string, error: unknown): void {
  const control = new Int32Array(memory.buffer, 0, CONTROL.job);
  if (Atomics.compareExchange(control, CONTROL.failing, 0, 1) !== 0) return;
  const message = new TextEncoder().encode(`${thread}: ${error}`).subarray(0, MESSAGE_BYTES);
  new Uint8Array(memory.buffer).set(message, 4 * CONTROL.message);
  Atomics.store(control, CONTROL.failed, message.length + 1);
}

/** The unit at which a part begins. */
export function partBegin(units: number, parts: number, part: number): number {
  return Math.floor(units * part / parts);
}

/** What a worker is told when it starts. */
export interface WorkerStart {
  readonly memory: WebAssembly.Memory;
  /** 1 for the first worker; the main thread is thread 0. */
  readonly thread: number;
}

/** Compiles a module and returns the functions of its phases. */
export function loadPhases(
  module: Uint8Array<ArrayBuffer>,
  names: readonly string[],
  memory: WebAssembly.Memory,
): PhaseFunction[] {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module), { env: { memory } });
  return names.map((name) => exports[name] as PhaseFunction);
}
