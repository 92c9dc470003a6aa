/**
 * `deno task bench`: times products, training steps and loading through the public interface, beside what the machine can do and
 * beside PyTorch.
 *
 * A step is forward, backward and update on a fixed batch, and reads the loss. Exit code 0: done; 1: `--check` found a
 * difference; 2: the command line was wrong.
 *
 * @module
 */
import {
  asksForHelp,
  describeFlags,
  type Flags,
  parseArguments,
  ProgressLine,
  sinkOf,
  type TextSink,
  UsageError,
} from "@verbatim/data/command_line";
import { Device, setDefaultDevice, WasmBackend } from "@verbatim/core";
import { checkLosses } from "./check.ts";
import { LOADING_WORKLOADS, type LoadingWorkload, openFashionMnist } from "./loading.ts";
import { measure, run, warmUp } from "./measure.ts";
import { measurePeak, type Peak } from "./peak.ts";
import { HOW_TO_INSTALL, Peer, settingsFor } from "./peer.ts";
import { ProfilingBackend } from "./profile.ts";
import { digits, loadingHead, loadingLine, profileLines, tableFoot, tableHead, tableLine } from "./table.ts";
import type { Workload } from "./workload.ts";
import { WORKLOADS } from "./workloads.ts";

const FLAGS: Flags = {
  only: {
    kind: "text",
    help: "these workloads, such as W4,L1; W1 stands for both its sizes, L for all of loading",
  },
  workers: { kind: "count", help: "threads that compute (default 2)" },
  seconds: { kind: "count", help: "time for each workload, and for each setting of the peer (default 3)" },
  "no-peer": { kind: "switch", help: "without PyTorch" },
  check: { kind: "switch", help: "compare ten losses with PyTorch's instead" },
  profile: { kind: "switch", help: "show where the time goes, kernel by kernel, instead" },
  eager: { kind: "switch", help: "run steps operation by operation, not compiled" },
  json: { kind: "switch", help: "results as JSON lines" },
};

const HELP = "bench: times products, training steps and loading, beside the machine's peak and PyTorch";

/** Where the command writes. */
export interface Outputs {
  /** The answer. */
  readonly out: TextSink;
  /** Progress and errors. */
  readonly err: TextSink;
}

/** What was asked for. */
interface Selection {
  readonly workloads: readonly Workload[];
  readonly loading: readonly LoadingWorkload[];
}

/** The workloads that were asked for. @throws {UsageError} if one is not known. */
function select(only: string | undefined): Selection {
  if (only === undefined) return { workloads: WORKLOADS, loading: LOADING_WORKLOADS };
  const ids = [...WORKLOADS, ...LOADING_WORKLOADS].map(({ id }) => id);
  const names = only.split(",").map((name) => name.trim());
  const asks = (name: string, id: string) =>
    [id, id.split("_")[0]!, id.startsWith("L") ? "L" : id].some((known) =>
      known.toLowerCase() === name.toLowerCase()
    );
  const unknown = names.find((name) => !ids.some((id) => asks(name, id)));
  if (unknown !== undefined) throw new UsageError(`Unknown workload "${unknown}". Known: ${ids.join(", ")}.`);
  const isAsked = ({ id }: { readonly id: string }) => names.some((name) => asks(name, id));
  return { workloads: WORKLOADS.filter(isAsked), loading: LOADING_WORKLOADS.filter(isAsked) };
}

/** What the modes share. */
interface Session extends Outputs, Selection {
  readonly backend: WasmBackend;
  readonly peers: readonly Peer[];
  readonly seconds: number;
  readonly how: "compiled" | "eager";
  readonly json: boolean;
  readonly progress: ProgressLine;
}

/** Runs the command and returns its exit code. */
export async function main(args: readonly string[], outputs: Outputs): Promise<number> {
  const { out, err } = outputs;
  if (asksForHelp(args)) {
    out.write(`${HELP}\n${describeFlags(FLAGS)}\n`);
    return 0;
  }
  const peers: Peer[] = [];
  let backend: WasmBackend | undefined;
  try {
    const flags = parseArguments(args, FLAGS);
    const [name] = flags.names;
    if (name !== undefined) {
      throw new UsageError(`Cannot run "${name}": expected flags only, such as --only ${name}, see --help.`);
    }
    const selection = select(flags.text("only"));
    const workers = flags.count("workers") ?? 2;
    if (flags.has("check") || !(flags.has("no-peer") || flags.has("profile"))) {
      const settings = settingsFor(workers);
      peers.push(...await startPeers(flags.has("check") ? settings.slice(0, 1) : settings, err));
      if (peers.length === 0 && flags.has("check")) return 1;
    }
    backend = await WasmBackend.create({ workers });
    const session: Session = {
      ...outputs,
      ...selection,
      backend,
      peers,
      seconds: flags.count("seconds") ?? 3,
      how: flags.has("eager") ? "eager" : "compiled",
      json: flags.has("json"),
      progress: new ProgressLine(err, err.columns() === undefined),
    };
    if (flags.has("check")) return await check(session);
    const peak = await measurePeak(workers);
    describeMachine(session, peak);
    if (flags.has("profile")) await profile(session, peak);
    else {
      if (session.workloads.length > 0) await compare(session, peak);
      if (session.loading.length > 0) await compareLoading(session);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    err.write(`${error.message}\n`);
    return 2;
  } finally {
    for (const peer of peers) await peer.close();
    await backend?.close();
  }
}

/** PyTorch in each setting; none, with a line that says why, if it is not there. */
async function startPeers(settings: ReturnType<typeof settingsFor>, err: TextSink): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const setting of settings) {
    const started = await Peer.start(setting);
    if ("reason" in started) {
      err.write(`${started.reason}\n`);
      return [];
    }
    peers.push(started.peer);
    if (peers.length > 1) continue;
    const { torch, blas } = started.greeting;
    err.write(`PyTorch ${torch} with ${blas === "reference" ? "a slow reference BLAS" : blas}\n`);
    if (blas === "reference") err.write(`That is no fair peer. ${HOW_TO_INSTALL}\n`);
  }
  return peers;
}

function describeMachine({ out, json, backend: { workers } }: Session, { gflops, gigabytes }: Peak): void {
  out.write(
    json
      ? `${JSON.stringify({ workers, peakGflops: gflops, peakGigabytes: gigabytes })}\n`
      : `${workers} workers; the machine's peak: ${
        digits(gflops)
      } GFLOP/s (128-bit multiply and add, no fused one), ${digits(gigabytes)} GB/s\n`,
  );
}

/** Compares the first losses with the peer's. */
async function check(
  { out, how, json, workloads, backend, peers: [peer], progress }: Session,
): Promise<number> {
  setDefaultDevice(new Device(backend));
  let failed = 0;
  for (const [done, workload] of workloads.entries()) {
    progress.update({ name: "check", done, total: workloads.length, message: workload.title });
    const result = await checkLosses(workload, peer!, how);
    if (!result.agrees) failed++;
    progress.clear();
    out.write(
      json
        ? `${JSON.stringify({ id: workload.id, ...result })}\n`
        : `${workload.id.padEnd(8)}${
          result.agrees ? "agrees" : "DIFFERS"
        } with PyTorch over ${result.ours.length} losses, ${
          result.ours.map((loss) => loss.toPrecision(5)).slice(0, 2).join(" ")
        } ... ${result.ours.at(-1)!.toPrecision(5)}; largest relative difference ${
          result.difference.toExponential(1)
        }\n`,
    );
  }
  return failed > 0 ? 1 : 0;
}

/** Multiplications and additions of one step's contractions, counted as it runs. */
async function countFlop(workload: Workload, backend: WasmBackend): Promise<number> {
  const profiling = new ProfilingBackend(backend);
  setDefaultDevice(new Device(profiling));
  const runner = workload.prepare().eager();
  await runner.step();
  runner.dispose();
  return profiling.costs().reduce((sum, { flop, calls }) => sum + flop * calls, 0);
}

async function compare(
  { out, how, json, workloads, backend, peers, seconds, progress }: Session,
  peak: Peak,
) {
  const withPeer = peers.length > 0;
  if (!json) out.write(`${tableHead(withPeer)}\n`);
  for (const [done, workload] of workloads.entries()) {
    progress.update({ name: "bench", done, total: workloads.length, message: workload.title });
    const flop = await countFlop(workload, backend);
    setDefaultDevice(new Device(backend));
    const runner = workload.prepare()[how]();
    for (const peer of peers) await peer.prepare(workload.id);
    const measured = await measure(runner, peers, seconds);
    runner.dispose();
    progress.clear();
    out.write(
      json
        ? `${JSON.stringify({ id: workload.id, flop, ...measured })}\n`
        : `${tableLine(workload, measured, flop, peak)}\n`,
    );
  }
  if (!json) out.write(`${tableFoot(withPeer)}\n`);
}

/** Times loading; what reads a data set that is not there is left out, with a line that says why. */
async function compareLoading({ out, err, json, loading, backend, peers, seconds, progress }: Session) {
  const opened = loading.some(({ readsData }) => readsData) ? await openFashionMnist() : undefined;
  if (opened !== undefined && "reason" in opened) err.write(`${opened.reason}\n`);
  const data = opened === undefined || "reason" in opened ? undefined : opened;
  const timed = loading.filter(({ readsData }) => !readsData || data !== undefined);
  const withPeer = peers.length > 0 && timed.some(({ hasPeer }) => hasPeer);
  if (!json && timed.length > 0) out.write(`\n${loadingHead(withPeer)}\n`);
  setDefaultDevice(new Device(backend));
  for (const [done, workload] of timed.entries()) {
    progress.update({ name: "bench", done, total: timed.length, message: workload.title });
    const repeated = workload.prepare(data);
    const able = workload.hasPeer ? peers : [];
    for (const peer of able) await peer.prepare(workload.id);
    const measured = await measure(repeated, able, seconds);
    repeated.dispose();
    progress.clear();
    const { id, unit, amount } = workload;
    out.write(
      json
        ? `${JSON.stringify({ id, unit, amount, ...measured })}\n`
        : `${loadingLine(workload, measured)}\n`,
    );
  }
  data?.close();
}

async function profile({ out, how, json, workloads, backend, seconds, progress }: Session, peak: Peak) {
  const profiling = new ProfilingBackend(backend);
  setDefaultDevice(new Device(profiling));
  for (const [done, workload] of workloads.entries()) {
    progress.update({ name: "profile", done, total: workloads.length, message: workload.title });
    const runner = workload.prepare()[how]();
    await warmUp(runner);
    profiling.reset();
    const times = await run(runner, seconds);
    const ms = times.reduce((a, b) => a + b, 0);
    const costs = profiling.costs();
    const result = { steps: times.length, ms, costs };
    runner.dispose();
    progress.clear();
    out.write(
      json
        ? `${JSON.stringify({ id: workload.id, ...result })}\n`
        : `\n${profileLines(workload, result, peak).join("\n")}\n`,
    );
  }
}

if (import.meta.main) {
  Deno.exit(await main(Deno.args, { out: sinkOf(Deno.stdout), err: sinkOf(Deno.stderr) }));
}
