import type { Measured } from "./measure.ts";
import type { Peak } from "./peak.ts";
import type { KernelCost } from "./profile.ts";
import type { Workload } from "./workload.ts";

/** A number in a few digits. */
export function digits(value: number): string {
  return value >= 1000
    ? value.toFixed(0)
    : value >= 100
    ? value.toFixed(1)
    : value.toFixed(value >= 1 ? 2 : 3);
}

const percent = (share: number): string => `${(100 * share).toFixed(0)}%`;

/** Lines of columns, the first of them to the left and the others to the right. */
function row(widths: readonly number[], cells: readonly string[]): string {
  return cells.map((cell, i) => i === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[i]!)).join(" ")
    .trimEnd();
}

const WIDTHS = [49, 9, 9, 8, 6, 9, 9, 8, 8];

/** The head of the table. */
export function tableHead(withPeer: boolean): string {
  const ours = ["", "median ms", "min ms", "GFLOP/s", "peak"];
  const peer = ["PyTorch", "min ms", "speed", "by min"];
  return row(WIDTHS, withPeer ? [...ours, ...peer] : ours);
}

/** One workload's line. `flop` counts its contractions: products and convolutions. */
export function tableLine(workload: Workload, { ours, peer }: Measured, flop: number, peak: Peak): string {
  const gflops = flop / ours.medianMs / 1e6;
  const cells = [
    `${workload.id.padEnd(8)}${workload.title}`,
    digits(ours.medianMs),
    digits(ours.minMs),
    digits(gflops),
    percent(gflops / peak.gflops),
  ];
  if (peer !== undefined) {
    cells.push(
      digits(peer.medianMs),
      digits(peer.minMs),
      `${(peer.medianMs / ours.medianMs).toFixed(2)}x`,
      `${(peer.minMs / ours.minMs).toFixed(2)}x`,
    );
    cells.push(` ${peer.setting}`);
  }
  return row(WIDTHS, cells);
}

/** What the columns mean. */
export function tableFoot(withPeer: boolean): string {
  const ours =
    "GFLOP/s: multiplications and additions of products and convolutions by the median; peak: their share of the machine's.";
  return withPeer
    ? `${ours}\nspeed: PyTorch's time divided by Verbatim's, above 1 Verbatim is faster; PyTorch in its best setting, named at the end.`
    : ours;
}

/** Where the time of a workload's steps went. */
export interface Profile {
  readonly steps: number;
  /** All time, that between kernels too. */
  readonly ms: number;
  readonly costs: readonly KernelCost[];
}

/** The lines of a profile: kernels by their share of a step, down to half a per cent. */
export function profileLines(workload: Workload, { steps, ms, costs }: Profile, peak: Peak): string[] {
  const widths = [64, 6, 6, 9, 9, 9, 12, 6];
  const inKernels = costs.reduce((sum, cost) => sum + cost.ms, 0);
  const calls = costs.reduce((sum, cost) => sum + cost.calls, 0);
  const line = (name: string, time: number, count: number, least = "", rate = "", share = "") =>
    row(widths, [
      name.length > widths[0]! ? `${name.slice(0, widths[0]! - 3)}...` : name,
      `${(100 * time / ms).toFixed(1)}%`,
      digits(count / steps).replace(/\.0+$/, ""),
      digits(time / steps),
      count === 0 ? "" : digits(1000 * time / count),
      least,
      rate,
      share,
    ]);
  const shown = costs.filter((cost) => cost.ms > 0.005 * ms);
  const rest = costs.filter((cost) => !shown.includes(cost));
  const sum = (list: readonly KernelCost[], field: "ms" | "calls") => list.reduce((s, c) => s + c[field], 0);
  return [
    `${workload.id} ${workload.title}: ${digits(ms / steps)} ms a step, ${
      digits(calls / steps).replace(/\.0+$/, "")
    } kernels`,
    row(widths, ["", "share", "calls", "ms/step", "us/call", "least", "rate", "peak"]),
    ...shown.map((cost) => {
      const isContraction = cost.flop > 0;
      const rate = (isContraction ? cost.flop : cost.bytes) * cost.calls / cost.ms / 1e6;
      return line(
        cost.name,
        cost.ms,
        cost.calls,
        digits(1000 * cost.leastMs),
        `${digits(rate)} ${isContraction ? "GF/s" : "GB/s"}`,
        percent(rate / (isContraction ? peak.gflops : peak.gigabytes)),
      );
    }),
    ...(rest.length > 0 ? [line(`${rest.length} other kernels`, sum(rest, "ms"), sum(rest, "calls"))] : []),
    line("between kernels", ms - inKernels, 0),
  ];
}
