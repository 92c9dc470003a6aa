import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { convAxis, tapsWithin } from "./conv_axis.ts";

Deno.test("convAxis splits a stride of two backwards into outputs with even and odd taps", () => {
  const axis = convAxis({ outputs: 5, taps: 3, stride: 1, dilation: 1, padding: 1, holes: 2 });
  assertEquals([axis.period, axis.step, axis.tapStep, axis.tapOffset, axis.base], [2, 1, 2, 1, 0]);
  assertEquals(axis.classes, [
    { residue: 0, outputs: 3, firstTap: 1, taps: 1, offset: 0 },
    { residue: 1, outputs: 2, firstTap: 0, taps: 2, offset: 0 },
  ]);
});

Deno.test("convAxis finds every tap that does not fall into a hole, and where it reads", () => {
  const between = (min: number, max: number) => fc.integer({ min, max });
  fc.assert(
    fc.property(
      fc.record({
        outputs: between(1, 12),
        taps: between(1, 6),
        stride: between(1, 5),
        dilation: between(1, 5),
        padding: between(-6, 9),
        holes: between(1, 6),
      }),
      between(0, 5),
      (geometry, from) => {
        const axis = convAxis(geometry);
        const range = [from, from + 2] as const;
        let [end, found] = [axis.base, 0];
        for (const one of axis.classes) {
          const within = tapsWithin(axis, one, range);
          for (let index = 0; index < one.outputs; index++) {
            const output = one.residue + axis.period * index;
            const expected: [number, number][] = [];
            for (let tap = 0; tap < geometry.taps; tap++) {
              const position = output * geometry.stride + tap * geometry.dilation - geometry.padding;
              if (Number.isInteger(position / geometry.holes)) {
                expected.push([tap, position / geometry.holes]);
              }
            }
            const list = (firstTap: number, taps: number, offset: number) =>
              Array.from({ length: taps }, (_, i): [number, number] => [
                firstTap + i * axis.tapStep,
                axis.base + offset + index * axis.step + i * axis.tapOffset,
              ]);
            assertEquals(list(one.firstTap, one.taps, one.offset), expected);
            assertEquals(
              list(within.firstTap, within.taps, within.offset),
              expected.filter(([tap]) => tap >= range[0] && tap < range[1]),
            );
            for (const [, input] of expected) end = Math.max(end, input + 1);
            found++;
          }
        }
        assertEquals([axis.end, found], [end, geometry.outputs]);
      },
    ),
    { seed: 2, numRuns: 500 },
  );
});
