import { assert, assertEquals, assertThrows } from "@std/assert";
import type { SampleGrid } from "../record.ts";
import { drawSamples } from "./samples_picture.ts";
import { madeUpSamples } from "./_fixture.ts";

/** Width and height, which stand in the header of a PNG. */
function sizeOf(png: Uint8Array | undefined): [number, number] {
  const view = new DataView(png!.buffer, png!.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

function grid(side: number, values: number, wrong: boolean): SampleGrid {
  const pixels = btoa(String.fromCharCode(...new Uint8Array(values)));
  const sample = { index: 0, truth: 0, predicted: wrong ? 1 : 0, pixels };
  return { classes: ["a"], height: side, width: side, samples: [sample] };
}

Deno.test("the same samples give the same bytes", () => {
  assertEquals(drawSamples(madeUpSamples()), drawSamples(madeUpSamples()));
});

Deno.test("there is no picture without samples", () => {
  assertEquals(drawSamples(madeUpSamples(0)), undefined);
});

Deno.test("rows are added as samples are, and wrong ones need two lines", () => {
  const [width, height] = sizeOf(drawSamples(madeUpSamples(6)));
  assertEquals([sizeOf(drawSamples(madeUpSamples(60)))[0], width], [1760, 1760]);
  assert(sizeOf(drawSamples(madeUpSamples(60)))[1] > height);
  const right = sizeOf(drawSamples(grid(28, 784, false)));
  assert(sizeOf(drawSamples(grid(28, 784, true)))[1] > right[1]);
});

Deno.test("colour, small and large pictures fit; other numbers of values do not", () => {
  for (const [side, channels] of [[1, 1], [8, 3], [32, 3], [96, 3], [300, 1], [900, 1]] as const) {
    const pixels = btoa("\u0080".repeat(side * side * channels));
    const sample = { index: 0, truth: 0, predicted: 0, pixels };
    const [, height] = sizeOf(drawSamples({ classes: [], height: side, width: side, samples: [sample] }));
    assert(height > side && height < 2000);
  }
  assertThrows(() => drawSamples(grid(28, 100, false)), RangeError, "expected 784 or 2352 values, got 100");
});
