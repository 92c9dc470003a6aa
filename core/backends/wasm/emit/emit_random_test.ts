import { assertEquals } from "@std/assert";
import { randomFamily } from "../../../kernels/random.ts";
import { assertEmitted, runEmitted } from "./_run_emitted.ts";
import { emitRandom } from "./emit_random.ts";

const KEY = Uint32Array.of(0xa4093822, 0x299f31d0, 0x13198a2e, 0x03707344);

Deno.test("emitRandom gives the reference's bits for every length of tail", () => {
  for (const distribution of ["bits", "uniform", "normal"] as const) {
    for (const length of [...Array.from({ length: 50 }, (_, i) => i), 1000, 4099]) {
      assertEmitted(emitRandom, randomFamily, { family: "random", distribution, length }, [KEY]);
    }
  }
});

Deno.test("emitRandom permutes as the reference does, with words that are passed over and without", () => {
  for (const length of [...Array.from({ length: 40 }, (_, i) => i), 1000, 4097]) {
    assertEmitted(emitRandom, randomFamily, { family: "random", distribution: "permutation", length }, [KEY]);
  }
  const kernel = { family: "random", distribution: "permutation", length: 1025 } as const;
  for (const word of [5957, 21400]) {
    assertEmitted(emitRandom, randomFamily, kernel, [Uint32Array.of(word, 2, 3, 4)]);
  }
});

Deno.test("emitRandom gives the published words of Philox4x32-10", () => {
  // Random123's kat_vectors: counter 0 and key 0.
  const zeros = { family: "random", distribution: "bits", length: 4 } as const;
  assertEquals(runEmitted(emitRandom, randomFamily, zeros, [new Uint32Array(4)]), [
    Uint32Array.of(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8),
  ]);
});
