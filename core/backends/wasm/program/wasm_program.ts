import type { DeviceBuffer, KernelCall, KernelProgram } from "../../backend.ts";
import type { Block } from "../../allocator.ts";
import type { WasmMemory } from "../memory.ts";
import type { LoadedKernel, WorkerPool } from "../pool.ts";
import type { WasmPhase } from "../wasm_kernel.ts";
import { RECORD, stageCounterBytes, STATE } from "./emit_driver.ts";
import { emitProgram } from "./emit_program.ts";
import { layOutProgram } from "./lay_out_program.ts";
import type { Stage } from "./plan_stages.ts";

/** What a program needs of its backend. */
export interface ProgramHost {
  readonly memory: WasmMemory;
  readonly pool: WorkerPool;
  readonly shareAll: boolean;
  /** The address of a buffer that is in use. */
  addressOf(buffer: DeviceBuffer): number;
  /** Makes room for so many bytes of scratch for each thread. */
  reserveScratch(bytes: number): void;
  /** Runs a loaded kernel with this block of pointers, as `phaseArgument` gives its address. */
  run(kernel: LoadedKernel, args: number): void;
}

/** Many kernels as one module, with everything they read of addresses laid out in memory once. */
export class WasmProgram implements KernelProgram {
  readonly #host: ProgramHost;
  readonly #kernel: LoadedKernel;
  readonly #block: Block;
  readonly #args: number;
  readonly #counters: Int32Array;
  readonly #finished: Int32Array;
  /** For each parameter the places of its pointers. */
  readonly #pointers: readonly number[][];
  readonly #given: (DeviceBuffer | undefined)[];

  /** @throws {OutOfMemoryError} if there is no room; what was taken is given back. */
  constructor(host: ProgramHost, groups: readonly (readonly KernelCall[])[], parameters: number) {
    this.#host = host;
    const { memory, pool, shareAll } = host;
    const calls = groups.flat();
    const { threads } = pool;
    const { kernel, kernels, numberOf } = emitProgram(calls.map((call) => call.kernel), threads, memory);
    host.reserveScratch(kernel.scratchBytes);
    const layout = layOutProgram(groups, kernels, { threads, shareAll, pointerBytes: memory.pointerBytes });
    this.#block = memory.allocate(layout.bytes);
    const base = this.#block.address;
    this.#args = memory.phaseArgument(base);
    const { stages, records, counters } = layout;
    this.#counters = memory.view("i32", base + counters, stageCounterBytes(threads) / 4 * stages.length);
    this.#finished = memory.view("i32", base + STATE.finished, 2);
    this.#pointers = Array.from({ length: parameters }, () => []);
    this.#given = new Array<DeviceBuffer | undefined>(parameters).fill(undefined);

    memory.storePointer(base + STATE.records, base + records);
    memory.storePointer(base + STATE.counters, base + counters);
    calls.forEach(({ inputs, outputs }, call) => {
      let pointer = base + layout.args[call]!;
      for (const operand of [...inputs, ...outputs]) {
        if (typeof operand === "number") this.#pointers[operand]!.push(pointer);
        else memory.storePointer(pointer, host.addressOf(operand));
        pointer += memory.pointerBytes;
      }
      memory.storePointer(pointer, base + layout.temporaries[call]!);
    });
    const argsOf = (call: number) => memory.phaseArgument(base + layout.args[call]!);
    const words = [...stages.flatMap((stage) => recordOf(stage, numberOf, argsOf)), 0];
    memory.view("i32", base + records, words.length).set(words);
    try {
      this.#kernel = pool.loadProgram("a program", kernel, layout.grains);
    } catch (error) {
      memory.free(this.#block);
      throw error;
    }
  }

  /** Makes no objects. */
  run(parameters: readonly DeviceBuffer[]): void {
    const { memory } = this.#host;
    for (let i = 0; i < this.#pointers.length; i++) {
      const buffer = parameters[i]!;
      const address = this.#host.addressOf(buffer);
      if (buffer === this.#given[i]) continue;
      this.#given[i] = buffer;
      const pointers = this.#pointers[i]!;
      for (let p = 0; p < pointers.length; p++) memory.storePointer(pointers[p]!, address);
    }
    this.#counters.fill(0);
    this.#finished.fill(0);
    this.#host.run(this.#kernel, this.#args);
  }

  release(): void {
    const { memory, pool } = this.#host;
    pool.unload(this.#kernel);
    memory.free(this.#block);
  }
}

function recordOf(
  { serial, tasks }: Stage,
  numberOf: ReadonlyMap<WasmPhase, number>,
  argsOf: (call: number) => number,
): number[] {
  const parts = serial ? RECORD.serial : tasks.reduce((sum, task) => sum + task.parts, 0);
  return [
    parts,
    tasks.length,
    ...tasks.flatMap(({ phase, args, parts }) => [numberOf.get(phase)!, argsOf(args), phase.units, parts]),
  ];
}
