import { assert, assertEquals } from "@std/assert";
import { Key } from "../random/key.ts";
import { compileScalar } from "./emit_typescript.ts";
import { scalarProgram } from "./expression.ts";
import { normalPair } from "./normal_pair.ts";

const pair = compileScalar(scalarProgram(["u32", "u32"], (first, second) => normalPair(first, second)));
const COUNT = 100_000;
const words = Key.from("normal").bits(2 * COUNT);
const draws = Array.from({ length: COUNT }, (_, i) => pair(words[2 * i]!, words[2 * i + 1]!));

Deno.test("normalPair follows Box and Muller in binary64", () => {
  draws.forEach(([even, odd], i) => {
    const u1 = (Math.floor(words[2 * i]! / 256) + 1) / 2 ** 24;
    const angle = 2 * Math.PI * Math.floor(words[2 * i + 1]! / 256) / 2 ** 24;
    const radius = Math.sqrt(-2 * Math.log(u1));
    // the angle, below 2 pi, is off by an ulp of 2^-21 at most
    const tolerance = radius * 6e-7 + 1e-7;
    assert(Math.abs(even! - radius * Math.cos(angle)) < tolerance, `${i}`);
    assert(Math.abs(odd! - radius * Math.sin(angle)) < tolerance, `${i}`);
  });
});

Deno.test("normalPair has the moments of two independent normal numbers", () => {
  const mean = (f: (even: number, odd: number) => number): number =>
    draws.reduce((sum, [even, odd]) => sum + f(even!, odd!), 0) / COUNT;
  // five standard deviations of each average
  const near = (value: number, expected: number, deviation: number): void =>
    assert(Math.abs(value - expected) < 5 * deviation / Math.sqrt(COUNT), `${value}`);
  near(mean((even) => even), 0, 1);
  near(mean((_, odd) => odd), 0, 1);
  near(mean((even) => even ** 2), 1, Math.sqrt(2));
  near(mean((_, odd) => odd ** 2), 1, Math.sqrt(2));
  near(mean((even, odd) => even * odd), 0, 1);
  near(mean((even) => even ** 4), 3, Math.sqrt(96));
  near(mean((even) => even > 1.959964 ? 1 : 0), 0.025, Math.sqrt(0.025 * 0.975));
});

Deno.test("normalPair at the ends of its words", () => {
  assertEquals(pair(0xffffffff, 0x12345678).map(Math.abs), [0, 0]);
  for (const second of [0, 0x40000000, 0x80000000, 0xc0000000, 0xffffffff]) {
    assert(Math.hypot(...pair(0, second)) < 5.7682);
  }
});
