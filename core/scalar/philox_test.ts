import { assertEquals } from "@std/assert";
import { compileScalar } from "./emit_typescript.ts";
import { scalarProgram } from "./expression.ts";
import { philox, uniform } from "./philox.ts";

const draw = compileScalar(
  scalarProgram(
    ["u32", "u32", "u32", "u32", "u32", "u32"],
    (c0, c1, c2, c3, k0, k1) => philox([c0, c1, c2, c3], [k0, k1]),
  ),
);

Deno.test("philox gives the known answers of Random123", () => {
  assertEquals(draw(0, 0, 0, 0, 0, 0), [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  const ones = 0xffffffff;
  assertEquals(draw(ones, ones, ones, ones, ones, ones), [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
  assertEquals(
    draw(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0),
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  );
});

Deno.test("philox agrees with the paper's round in BigInt", () => {
  const wide = (counter: number[], key: number[]): number[] => {
    let c = counter.map(BigInt);
    const mask = 0xffffffffn;
    for (let round = 0n; round < 10n; round++) {
      const k0 = (BigInt(key[0]!) + round * 0x9e3779b9n) & mask;
      const k1 = (BigInt(key[1]!) + round * 0xbb67ae85n) & mask;
      const [p0, p1] = [0xd2511f53n * c[0]!, 0xcd9e8d57n * c[2]!];
      c = [(p1 >> 32n) ^ c[1]! ^ k0, p1 & mask, (p0 >> 32n) ^ c[3]! ^ k1, p0 & mask];
    }
    return c.map(Number);
  };
  for (let i = 0; i < 200; i++) {
    const words = [i, 0x9e3779b9 * i, i * i, ~i, 0x85ebca6b * i, i << 20].map((word) => word >>> 0);
    assertEquals(draw(...words), wide(words.slice(0, 4), words.slice(4)));
  }
});

Deno.test("uniform takes the upper 24 bits", () => {
  const compiled = compileScalar(scalarProgram(["u32"], (word) => [uniform(word)]));
  for (const word of [0, 255, 256, 0x80000000, 0xffffffff]) {
    assertEquals(compiled(word), [Math.floor(word / 256) / 2 ** 24]);
  }
});
