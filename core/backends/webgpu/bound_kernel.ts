import type { GpuDevice } from "./adapter.ts";
import type { GpuRange } from "./gpu_memory.ts";
import type { GpuQueue } from "./gpu_queue.ts";
import type { LoadedKernel, LoadedPhase } from "./kernel_loader.ts";
import { occupantsOf, PACKED, type SlotPattern, TEMPORARY } from "./slot_pattern.ts";

interface Move {
  readonly from: GpuRange;
  readonly to: GpuRange;
}

/** A kernel with its buffers: nothing is left to do but to note it. */
export interface BoundKernel {
  readonly before: readonly Move[];
  readonly dispatches: readonly {
    readonly pipeline: GPUComputePipeline;
    readonly bindings: GPUBindGroup;
    readonly groups: number;
  }[];
  readonly after: readonly Move[];
}

/** Memory that a kernel needs besides its slots. */
export interface Rooms {
  readonly temporary: GpuRange | undefined;
  /** Of a buffer of the driver that holds no slot: the driver copies between different ones only. */
  readonly packed: GpuRange | undefined;
}

/** Binds the buffers of a call. */
export function bindKernel(
  gpu: GpuDevice,
  { phases }: LoadedKernel,
  pattern: SlotPattern,
  inputs: readonly GpuRange[],
  outputs: readonly GpuRange[],
  { temporary, packed }: Rooms,
): BoundKernel {
  const occupants = occupantsOf(pattern, inputs, outputs);
  const ranges = new Map<string, GpuRange>([...occupants].map(([name, { range }]) => [name, range]));
  if (temporary !== undefined) ranges.set(TEMPORARY, temporary);
  if (packed !== undefined) ranges.set(PACKED, packed);
  const before: Move[] = [];
  const after: Move[] = [];
  for (const [name, offset] of pattern.packed) {
    const { range, read, written } = occupants.get(name)!;
    const place = { buffer: packed!.buffer, offset: packed!.offset + offset, size: range.size };
    if (read) before.push({ from: range, to: place });
    if (written) after.push({ from: place, to: range });
  }
  const dispatches = phases.map((phase) => ({
    pipeline: phase.pipeline,
    groups: phase.groups,
    bindings: bindGroup(gpu, phase, phase.variables.map((name) => ranges.get(name)!)),
  }));
  return { before, dispatches, after };
}

/** So many bind groups are kept for each phase. */
const KEPT = 64;

const numbers = new WeakMap<GPUBuffer, number>();
let buffers = 0;

function numberOf(buffer: GPUBuffer): number {
  let number = numbers.get(buffer);
  if (number === undefined) numbers.set(buffer, number = buffers++);
  return number;
}

/** The driver takes longer to make a bind group than to note a dispatch, and arrays come to lie where others lay. */
function bindGroup(gpu: GpuDevice, phase: LoadedPhase, ranges: readonly GpuRange[]): GPUBindGroup {
  const { layout, uniform, bound } = phase;
  const key = ranges.map(({ buffer, offset, size }) => `${numberOf(buffer)}:${offset}:${size}`).join();
  let group = bound.get(key);
  if (group === undefined) {
    if (bound.size >= KEPT) bound.clear();
    const resources = [...ranges.map(({ buffer, offset, size }) => ({ buffer, offset, size })), uniform];
    const entries = resources.map((resource, binding) => ({ binding, resource }));
    group = gpu.device.createBindGroup({ layout, entries });
    bound.set(key, group);
  }
  return group;
}

/** Notes a kernel. */
export function enqueue(queue: GpuQueue, { before, dispatches, after }: BoundKernel): void {
  for (const { from, to } of before) queue.copy(from, to);
  for (const { pipeline, bindings, groups } of dispatches) queue.dispatch(pipeline, bindings, groups);
  for (const { from, to } of after) queue.copy(from, to);
}
