import type { KernelCall } from "../../backend.ts";
import { ALIGNMENT, SLACK } from "../../allocator.ts";
import type { EmittedKernel } from "../wasm_kernel.ts";
import { RECORD, stageCounterBytes, STATE } from "./emit_driver.ts";
import { planStages, type Stage } from "./plan_stages.ts";

/** Where the parts of a program's block lie, in bytes from its beginning. */
export interface ProgramLayout {
  /** The block of pointers of each call, group after group. */
  readonly args: readonly number[];
  /** The temporary of each call: calls of one group have one each, groups share. */
  readonly temporaries: readonly number[];
  readonly records: number;
  readonly counters: number;
  readonly bytes: number;
  /** The stages; the `args` of a task is the number of its call. */
  readonly stages: readonly Stage[];
  /** How much work is shared among threads, in grains. */
  readonly grains: number;
}

const align = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/**
 * Lays out what a program keeps in memory: its state, the blocks of pointers, the table of stages, their counters and
 * the temporaries.
 *
 * @param kernels The functions of each call, group after group.
 */
export function layOutProgram(
  groups: readonly (readonly KernelCall[])[],
  kernels: readonly EmittedKernel[],
  { threads, shareAll, pointerBytes }: { threads: number; shareAll: boolean; pointerBytes: number },
): ProgramLayout {
  let bytes: number = STATE.bytes;
  const take = (size: number) => {
    const offset = bytes;
    bytes += align(size);
    return offset;
  };
  let call = 0;
  const numbered = groups.map((group) => group.map(() => ({ emitted: kernels[call]!, args: call++ })));
  const stages = planStages(numbered, threads, shareAll);
  const args = groups.flat().map(({ inputs, outputs }) =>
    take(pointerBytes * (inputs.length + outputs.length + 1))
  );
  const words = stages.reduce((sum, { tasks }) => sum + RECORD.header + RECORD.task * tasks.length, 1);
  const records = take(4 * words);
  const counters = take(stageCounterBytes(threads) * stages.length);
  const begin = bytes;
  const temporaries = numbered.flatMap((group) => {
    let offset = begin;
    return group.map(({ emitted }) => {
      const at = offset;
      offset += align(emitted.temporaryBytes + SLACK);
      bytes = Math.max(bytes, offset);
      return at;
    });
  });
  const grains = stages.filter(({ serial }) => !serial).flatMap(({ tasks }) => tasks)
    .reduce((sum, { phase }) => sum + phase.units / phase.grain, 0);
  return { args, temporaries, records, counters, bytes, stages, grains };
}
