import { assertEquals } from "@std/assert";
import { CaseRandom } from "../../../conformance/values.ts";
import { axisClasses } from "./conv_axes.ts";

Deno.test("axisClasses finds every pair of an output and a tap that no hole swallows, once", () => {
  const random = new CaseRandom("axis");
  for (let i = 0; i < 2000; i++) {
    const [outputs, taps] = [random.below(9), random.below(6)];
    const [stride, dilation, holes] = [1 + random.below(4), 1 + random.below(4), 1 + random.below(4)];
    const padding = random.below(9) - 4;
    const expected: string[] = [];
    for (let o = 0; o < outputs; o++) {
      for (let tap = 0; tap < taps; tap++) {
        const position = o * stride + tap * dilation - padding;
        if (position % holes === 0) expected.push(`${o}, ${tap}: ${position / holes + 0}`);
      }
    }
    const found: string[] = [];
    const seen: number[] = [];
    for (const c of axisClasses(outputs, taps, stride, dilation, padding, holes)) {
      for (let o = 0; o < c.outputs; o++) {
        seen.push(c.first + o * c.step);
        for (let j = 0; j < c.taps; j++) {
          const input = c.base + o * c.stride + j * c.dilation + 0;
          found.push(`${c.first + o * c.step}, ${c.firstTap + j * c.tapStep}: ${input}`);
        }
      }
    }
    assertEquals(found.sort(), expected.sort());
    assertEquals(seen.sort((a, b) => a - b), Array.from({ length: outputs }, (_, o) => o));
  }
});
