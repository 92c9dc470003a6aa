/**
 * What the machine can do, measured: multiplications and additions of 128-bit vectors, and bytes moved to and from memory.
 *
 * @module
 */
import { assembler } from "@verbatim/core";
import type { Peak, PeakTask } from "./peak_worker.ts";

export type { Peak };

const { F32, I32, ModuleBuilder, V128 } = assembler;

/** Sums in flight: enough to hide the latency of both operations, and few enough for the registers. */
const CHAINS = 12;
/** Times the chains are written out in the loop. */
const UNROLL = 8;
/** Floating-point operations of one turn of the loop. */
const FLOP_PER_TURN = CHAINS * UNROLL * 4 * 2;

const PAGE = 65536;
const BYTES_PER_WORKER = 64 * 1024 * 1024;

/** The two loops: `compute(turns, factor)` and `copy(from, to, bytes)`. */
export function peakModule(pages: number): Uint8Array<ArrayBuffer> {
  const builder = new ModuleBuilder(pages);

  // acc <- acc factor + factor: each depends on the one before, so nothing can be left out or moved.
  const compute = builder.function("compute", [I32, F32], [F32]);
  const [turn, factor] = [compute.local(I32), compute.local(V128)];
  const chains = compute.vectors(CHAINS);
  compute.get(1).op("f32x4.splat").set(factor);
  compute.forUpTo(turn, 0, 1, () => {
    for (let i = 0; i < UNROLL; i++) {
      for (const acc of chains) {
        compute.get(acc).get(factor).op("f32x4.mul").get(factor).op("f32x4.add").set(acc);
      }
    }
  });
  compute.get(chains[0]!);
  for (const acc of chains.slice(1)) compute.get(acc).op("f32x4.add");
  compute.lane("f32x4.extract_lane", 0);

  const copy = builder.function("copy", [I32, I32, I32]);
  const end = copy.local(I32);
  copy.get(0).get(2).op("i32.add").set(end);
  const step = 128;
  copy.forUpTo(0, end, step, () => {
    for (let offset = 0; offset < step; offset += 16) {
      copy.get(1).get(0).memory("v128.load", offset).memory("v128.store", offset);
    }
    copy.get(1).i32(step).op("i32.add").set(1);
  });
  return builder.encode();
}

/** Measures with so many workers at once, each in a thread of its own; more than there are processors add nothing. */
export async function measurePeak(workers: number, ms = 300): Promise<Peak> {
  const threads = Math.min(workers, navigator.hardwareConcurrency);
  const pages = threads * BYTES_PER_WORKER / PAGE;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const module = await WebAssembly.compile(peakModule(pages));
  const results = await Promise.all(Array.from({ length: threads }, (_, i) => {
    const worker = new Worker(new URL("./peak_worker.ts", import.meta.url), { type: "module" });
    const task: PeakTask = {
      module,
      memory,
      address: i * BYTES_PER_WORKER,
      bytes: BYTES_PER_WORKER / 2,
      flopPerTurn: FLOP_PER_TURN,
      ms,
    };
    return new Promise<Peak>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Peak>) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(task);
    }).finally(() => worker.terminate());
  }));
  return {
    gflops: results.reduce((sum, { gflops }) => sum + gflops, 0),
    gigabytes: results.reduce((sum, { gigabytes }) => sum + gigabytes, 0),
  };
}
