import type { Peer } from "./peer.ts";
import type { Runner } from "./workload.ts";

/** All that timing needs of a runner. */
type Stepping = Pick<Runner, "step">;

/** Median and least of some times. */
export interface Times {
  readonly medianMs: number;
  readonly minMs: number;
  readonly steps: number;
}

/** What was measured of one workload. */
export interface Measured {
  readonly ours: Times;
  /** The peer's, in the setting whose median was best. */
  readonly peer?: Times & { readonly setting: string };
}

const ROUNDS = 5;
const WARM_UP_SECONDS = 0.5;
/** The optimising compiler works beside the threads that compute: give it the machine for a moment. */
const PAUSE_MS = 150;

/** Median and least. */
export function timesOf(list: readonly number[]): Times {
  const sorted = list.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const medianMs = sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  return { medianMs, minMs: sorted[0]!, steps: sorted.length };
}

/** Makes steps for so many seconds and at least one; the milliseconds of each. */
export async function run(runner: Stepping, seconds: number): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + 1000 * seconds;
  while (times.length === 0 || performance.now() < end) {
    const start = performance.now();
    await runner.step();
    times.push(performance.now() - start);
  }
  return times;
}

/** Warms up, and lets the optimising compiler finish. */
export async function warmUp(runner: Stepping): Promise<void> {
  for (let i = 0; i < 2; i++) {
    await run(runner, WARM_UP_SECONDS / 2);
    await runner.step();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Times a workload, in short rounds that alternate with those of the peers: what disturbs one disturbs the other. */
export async function measure(runner: Stepping, peers: readonly Peer[], seconds: number): Promise<Measured> {
  await warmUp(runner);
  for (const peer of peers) await peer.run(WARM_UP_SECONDS);
  let ours: number[] = [];
  const theirs = peers.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    // Joined, not pushed as arguments: small steps come in hundreds of thousands.
    ours = ours.concat(await run(runner, seconds / ROUNDS));
    for (const [i, peer] of peers.entries()) theirs[i] = theirs[i]!.concat(await peer.run(seconds / ROUNDS));
  }
  const best = theirs.map((list, i) => ({ ...timesOf(list), setting: peers[i]!.setting.name }))
    .sort((a, b) => a.medianMs - b.medianMs)[0];
  return { ours: timesOf(ours), ...(best === undefined ? {} : { peer: best }) };
}
