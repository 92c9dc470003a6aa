import type { DeviceBuffer, KernelCall, KernelProgram } from "../../backend.ts";
import { ALIGNMENT, type Block, SLACK } from "../../allocator.ts";
import type { WasmMemory } from "../memory.ts";
import type { LoadedKernel, WorkerPool } from "../pool.ts";
import { COUNTER_BYTES, RECORD, STATE } from "./emit_driver.ts";
import { emitProgram } from "./emit_program.ts";
import { planStages, type ProgramCall, type Stage } from "./plan_stages.ts";

/** What a program needs of its backend. */
export interface ProgramHost {
  readonly memory: WasmMemory;
  readonly pool: WorkerPool;
  readonly shareAll: boolean;
  /** The address of a buffer that is in use. */
  addressOf(buffer: DeviceBuffer): number;
  /** Makes room for so many bytes of scratch for each thread. */
  reserveScratch(bytes: number): void;
  /** Runs a loaded kernel with this block of pointers. */
  run(kernel: LoadedKernel, args: number): void;
}

const align = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** Many kernels as one module, with everything they read of addresses laid out in memory once. */
export class WasmProgram implements KernelProgram {
  readonly #host: ProgramHost;
  readonly #kernel: LoadedKernel;
  readonly #block: Block;
  readonly #temporary: Block;
  readonly #counters: Int32Array;
  readonly #finished: Int32Array;
  /** For each parameter the places of its pointers. */
  readonly #pointers: readonly number[][];
  readonly #given: (DeviceBuffer | undefined)[];

  constructor(host: ProgramHost, groups: readonly (readonly KernelCall[])[], parameters: number) {
    this.#host = host;
    const { memory, pool } = host;
    const calls = groups.flat();
    const { kernel, kernels, numberOf } = emitProgram(calls.map((call) => call.kernel), memory);
    host.reserveScratch(kernel.scratchBytes);

    // The blocks of pointers stand behind the state; the stages are known once these have addresses.
    const argsBytes = calls.map(({ inputs, outputs }) =>
      align(memory.pointerBytes * (inputs.length + outputs.length + 1))
    );
    const argsOffsets: number[] = [];
    let bytes: number = STATE.bytes;
    for (const size of argsBytes) {
      argsOffsets.push(bytes);
      bytes += size;
    }
    const stagesAt = (start: number): Stage[] => {
      let next = 0;
      const programCalls = groups.map((group) =>
        group.map((): ProgramCall => {
          const index = next++;
          return { emitted: kernels[index]!, args: memory.phaseArgument(start + argsOffsets[index]!) };
        })
      );
      return planStages(programCalls, pool.threads, host.shareAll);
    };
    const drafted = stagesAt(0);
    const recordBytes = align(
      4 * (1 + drafted.reduce((sum, { tasks }) => sum + RECORD.header + RECORD.task * tasks.length, 0)),
    );
    const recordsOffset = bytes;
    const countersOffset = recordsOffset + recordBytes;
    this.#block = memory.allocate(countersOffset + COUNTER_BYTES * drafted.length);
    this.#temporary = memory.allocate(temporaryBytes(groups, kernels));
    const base = this.#block.address;
    const stages = stagesAt(base);
    this.#counters = memory.view("i32", base + countersOffset, (COUNTER_BYTES / 4) * stages.length);
    this.#finished = memory.view("i32", base + STATE.finished, 2);
    memory.storePointer(base + STATE.records, base + recordsOffset);
    memory.storePointer(base + STATE.counters, base + countersOffset);

    this.#pointers = Array.from({ length: parameters }, () => []);
    this.#given = new Array<DeviceBuffer | undefined>(parameters).fill(undefined);
    let index = 0;
    for (const group of groups) {
      let temporary = this.#temporary.address;
      for (const { inputs, outputs } of group) {
        let pointer = base + argsOffsets[index]!;
        for (const operand of [...inputs, ...outputs]) {
          if (typeof operand === "number") this.#pointers[operand]!.push(pointer);
          else memory.storePointer(pointer, host.addressOf(operand));
          pointer += memory.pointerBytes;
        }
        memory.storePointer(pointer, temporary);
        temporary += align(kernels[index]!.temporaryBytes + SLACK);
        index++;
      }
    }
    const words = memory.view("i32", base + recordsOffset, recordBytes / 4);
    words.set([...stages.flatMap((stage) => recordOf(stage, numberOf)), 0]);
    const parallel = stages.filter(({ serial }) => !serial);
    const grains = parallel.reduce(
      (sum, { tasks }) => sum + tasks.reduce((work, { phase }) => work + phase.units / phase.grain, 0),
      0,
    );
    this.#kernel = pool.loadProgram("a program", kernel, grains);
  }

  run(parameters: readonly DeviceBuffer[]): void {
    const { memory } = this.#host;
    for (let i = 0; i < this.#pointers.length; i++) {
      const buffer = parameters[i]!;
      const address = this.#host.addressOf(buffer);
      if (buffer === this.#given[i]) continue;
      this.#given[i] = buffer;
      for (const pointer of this.#pointers[i]!) memory.storePointer(pointer, address);
    }
    this.#counters.fill(0);
    this.#finished.fill(0);
    this.#host.run(this.#kernel, this.#block.address);
  }

  release(): void {
    const { memory, pool } = this.#host;
    pool.unload(this.#kernel);
    memory.free(this.#temporary);
    memory.free(this.#block);
  }
}

/** Bytes for the temporaries of the calls of any group, side by side. */
function temporaryBytes(
  groups: readonly (readonly KernelCall[])[],
  kernels: readonly { readonly temporaryBytes: number }[],
): number {
  let most = 0;
  let index = 0;
  for (const group of groups) {
    let bytes = 0;
    for (const _ of group) bytes += align(kernels[index++]!.temporaryBytes + SLACK);
    most = Math.max(most, bytes);
  }
  return most;
}

function recordOf({ serial, tasks }: Stage, numberOf: ReadonlyMap<object, number>): number[] {
  const parts = serial ? RECORD.serial : tasks.reduce((sum, task) => sum + task.parts, 0);
  return [
    parts,
    tasks.length,
    ...tasks.flatMap((task) => [numberOf.get(task.phase)!, task.args, task.phase.units, task.parts]),
  ];
}
