/**
 * `deno task bench-start`: how long a new process takes until it has made the first training step of workload W2, and
 * how much of that Deno itself takes.
 *
 * @module
 */
import { timesOf } from "./measure.ts";

const RUNS = 15;
const firstStep = new URL("./first_step.ts", import.meta.url).pathname;

/** Milliseconds from starting a process until its first line. */
async function untilFirstLine(args: readonly string[]): Promise<number> {
  const start = performance.now();
  const child = new Deno.Command(Deno.execPath(), { args: [...args], stdout: "piped", stderr: "inherit" })
    .spawn();
  const reader = child.stdout.getReader();
  const { done } = await reader.read();
  const ms = performance.now() - start;
  await reader.cancel();
  const { code } = await child.status;
  if (done || code !== 0) throw new Error(`Cannot time "deno ${args.join(" ")}": it ended with ${code}`);
  return ms;
}

async function report(title: string, args: readonly string[]): Promise<void> {
  await untilFirstLine(args); // fills the caches of code
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await untilFirstLine(args));
  const { medianMs, minMs } = timesOf(times);
  console.log(`${title.padEnd(42)}${medianMs.toFixed(0).padStart(6)} ms, least ${minMs.toFixed(0)} ms`);
}

await report("Deno alone", ["eval", "-q", "console.log(0)"]);
await report("first training step of W2, two workers", [
  "run",
  "-q",
  "--no-prompt",
  "--allow-read=.",
  firstStep,
]);
