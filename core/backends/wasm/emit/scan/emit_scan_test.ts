import { scanFamily, type ScanKernel } from "../../../../kernels/scan.ts";
import { assertEmitted, type Flavour, floats } from "../_run_emitted.ts";
import { emitScan } from "./emit_scan.ts";

function check(outer: number, length: number, inner: number, flavours: Flavour[] = ["small"]): void {
  for (const exclusive of [false, true]) {
    for (const reverse of [false, true]) {
      const kernel: ScanKernel = { family: "scan", outer, length, inner, exclusive, reverse };
      flavours.forEach((flavour, seed) =>
        assertEmitted(emitScan, scanFamily, kernel, [floats(outer * length * inner, flavour, seed)], true)
      );
    }
  }
}

Deno.test("emitScan sums rows of every length, four at a time and what is left", () => {
  for (const outer of [1, 2, 3, 4, 5, 9]) {
    for (const length of [1, 2, 3, 4, 5, 8, 15]) check(outer, length, 1);
  }
  check(6, 33, 1, ["special", "zeros", "ties"]);
});

Deno.test("emitScan sums columns of every width", () => {
  for (let inner = 2; inner <= 20; inner++) check(2, 5, inner);
  for (const inner of [31, 32, 33, 48, 63, 66]) check(1, 7, inner, ["special"]);
});

Deno.test("emitScan adds the offsets of blocks", () => {
  for (const length of [1023, 1024, 1025, 2048, 2050, 3071]) {
    for (const inner of [1, 2, 3, 4, 17, 34]) check(2, length, inner);
  }
  check(5, 2049, 1, ["special"]);
  check(1, 9 * 1024 + 5, 1);
});

Deno.test("emitScan takes empty operands", () => {
  check(0, 3, 1);
  check(3, 0, 1);
  check(3, 4, 0);
});
