/**
 * A thread that measures the peak beside others.
 *
 * @module
 */

/** The machine's limits with so many workers. */
export interface Peak {
  /** Billion multiplications and additions a second, each rounded: without fused multiply-add. */
  readonly gflops: number;
  /** Billion bytes read and written a second, in arrays far larger than the caches. */
  readonly gigabytes: number;
}

/** What a worker is asked to time. */
export interface PeakTask {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** First byte of the worker's own part. */
  readonly address: number;
  /** Bytes that it copies. */
  readonly bytes: number;
  /** Floating-point operations of one turn of the computing loop. */
  readonly flopPerTurn: number;
  /** Milliseconds for each of both measurements. */
  readonly ms: number;
}

/** Amounts of work a second in the best of the rounds that fit in the time, after as long a warm-up. */
function best(ms: number, work: () => number): number {
  const timed = (): [amount: number, seconds: number] => {
    const start = performance.now();
    const amount = work();
    return [amount, (performance.now() - start) / 1000];
  };
  const warm = performance.now() + ms;
  while (performance.now() < warm) timed();
  const end = performance.now() + ms;
  let rate = 0;
  while (performance.now() < end) {
    const [amount, seconds] = timed();
    rate = Math.max(rate, amount / seconds);
  }
  return rate;
}

self.onmessage = ({ data }: MessageEvent<PeakTask>) => {
  const { module, memory, address, bytes, flopPerTurn, ms } = data;
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const { compute, copy } = exports as Record<"compute" | "copy", (...args: number[]) => void>;
  const turns = 20000;
  const gflops = best(ms, () => {
    compute(turns, 0.5);
    return turns * flopPerTurn / 1e9;
  });
  const gigabytes = best(ms, () => {
    copy(address, address + bytes, bytes);
    return 2 * bytes / 1e9;
  });
  const peak: Peak = { gflops, gigabytes };
  self.postMessage(peak);
};
