import type { Measured } from "./measure.ts";
import type { LoadingWorkload } from "./loading.ts";
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

const LOADING_WIDTHS = [66, 9, 13, 9, 13, 8];

/** The head of the table of loading. */
export function loadingHead(withPeer: boolean): string {
  const ours = ["loading, on one thread", "median ms", "rate"];
  return row(LOADING_WIDTHS, withPeer ? [...ours, "PyTorch", "rate", "speed"] : ours);
}

/** The line of a workload whose steps have an amount of data. */
export function loadingLine(workload: LoadingWorkload, { ours, peer }: Measured): string {
  const rate = ({ medianMs }: { readonly medianMs: number }) =>
    workload.unit === "GB/s"
      ? `${digits(workload.amount / medianMs / 1e6)} GB/s`
      : `${digits(workload.amount / medianMs)} k/s`;
  const cells = [`${workload.id.padEnd(4)}${workload.title}`, digits(ours.medianMs), rate(ours)];
  if (peer !== undefined) {
    cells.push(digits(peer.medianMs), rate(peer), `${(peer.medianMs / ours.medianMs).toFixed(2)}x`);
    cells.push(` ${peer.setting}`);
  }
  return row(LOADING_WIDTHS, cells);
}

/** Where the time of a workload's steps went. */
export interface Profile {
  readonly steps: number;
  /** All time, that between kernels too. */
  readonly ms: number;
  readonly costs: readonly KernelCost[];
}

/** Kernels with less than this share of a step are not shown one by one. */
const SMALL_SHARE = 0.005;

/**
 * The lines of a profile. Shares and rates are those of every kernel's shortest call, which other work on the machine
 * disturbs least; the mean stands beside it.
 */
export function profileLines(workload: Workload, { steps, ms, costs }: Profile, peak: Peak): string[] {
  const widths = [64, 6, 6, 9, 9, 9, 13, 5];
  const least = ({ leastMs, calls }: KernelCost) => leastMs * calls / steps;
  const sum = (list: readonly KernelCost[], of: (cost: KernelCost) => number) =>
    list.reduce((total, cost) => total + of(cost), 0);
  const total = sum(costs, least);
  const calls = (list: readonly KernelCost[]) =>
    digits(sum(list, (cost) => cost.calls) / steps).replace(/\.0+$/, "");
  const between = ms / steps - sum(costs, (cost) => cost.ms) / steps;
  const percentOf = (cost: number) => `${(100 * cost / total).toFixed(1)}%`;
  const ranked = costs.toSorted((a, b) => least(b) - least(a));
  const shown = ranked.filter((cost) => least(cost) >= SMALL_SHARE * total);
  const rest = ranked.slice(shown.length);
  return [
    `${workload.id} ${workload.title}: ${digits(ms / steps)} ms a step, ${
      digits(between)
    } of it between the ${calls(costs)} kernels, whose shortest calls add up to ${digits(total)}`,
    row(widths, ["", "share", "calls", "ms/step", "us/call", "mean us", "rate", "peak"]),
    ...shown.map((cost) => {
      const isContraction = cost.flop > 0;
      const rate = (isContraction ? cost.flop : cost.bytes) / cost.leastMs / 1e6;
      return row(widths, [
        cost.name.length > widths[0]! ? `${cost.name.slice(0, widths[0]! - 3)}...` : cost.name,
        percentOf(least(cost)),
        calls([cost]),
        digits(least(cost)),
        digits(1000 * cost.leastMs),
        digits(1000 * cost.ms / cost.calls),
        `${digits(rate)} ${isContraction ? "GF/s" : "GB/s"}`,
        percent(rate / (isContraction ? peak.gflops : peak.gigabytes)),
      ]);
    }),
    ...(rest.length > 0
      ? [
        row(widths, [
          `${rest.length} other kernels`,
          percentOf(sum(rest, least)),
          calls(rest),
          digits(sum(rest, least)),
        ]),
      ]
      : []),
  ];
}
