/**
 * `deno task sklearn`: fits the classical methods and scikit-learn's to the same data, and prints how far apart they are.
 * It needs the scikit-learn of Debian's /usr/bin/python3 (apt-get install python3-sklearn).
 *
 * Exit code 0: all agree; 1: one does not, or there is no scikit-learn.
 *
 * @module
 */
import { createDevice, setDefaultDevice } from "@verbatim/core";
import { agrees, askScikitLearn, type Row } from "./ask_scikit_learn.ts";
import { makeCases } from "./cases.ts";

function show({ version, rows }: { version: string; rows: readonly Row[] }): number {
  const number = (value: number) => value.toPrecision(9);
  const lines = rows.map(({ method, quantity, here, there, tolerance }) => {
    const difference = Math.abs(here - there);
    const verdict = difference <= tolerance ? "agrees" : "DISAGREES";
    return [
      method,
      quantity,
      number(here),
      number(there),
      difference.toExponential(1),
      `${tolerance}`,
      verdict,
    ];
  });
  const header = ["method", "quantity", "here", `scikit-learn ${version}`, "apart", "at most", ""];
  const widths = header.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i]!.length)));
  for (const line of [header, ...lines]) {
    console.log(line.map((cell, i) => cell.padEnd(widths[i]!)).join("  ").trimEnd());
  }
  const apart = rows.filter((row) => !agrees(row)).length;
  console.log(apart === 0 ? `All ${lines.length} agree.` : `${apart} of ${lines.length} disagree.`);
  return apart === 0 ? 0 : 1;
}

try {
  await using device = await createDevice();
  setDefaultDevice(device);
  Deno.exitCode = show(await askScikitLearn(await makeCases()));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exitCode = 1;
}
