import { assert, assertEquals } from "@std/assert";
import {
  DIRECT,
  NARROW_FORMS,
  planProduct,
  type ProductSize,
  sharedBytesOf,
  threadsOf,
  TILE_FORMS,
} from "./tile_form.ts";

const CARD = { invocations: 1024, sharedBytes: 49152 };
/** What WebGPU promises of every adapter. */
const LEAST = { invocations: 256, sharedBytes: 16384 };

function shapeOf(size: ProductSize, limits = CARD): string {
  const { form, together } = planProduct(size, limits, false);
  return `${form === DIRECT ? "direct" : `${form.rows}x${form.columns}`}${
    together === undefined ? "" : " split"
  }`;
}

Deno.test("planProduct takes large tiles where there is work for many workgroups, and splits long sums where not", () => {
  const product = (rows: number, columns: number, blocks: number) => ({ planes: 1, rows, columns, blocks });
  assertEquals(shapeOf(product(4096, 4096, 16)), "128x128");
  assertEquals(shapeOf(product(4096, 4096, 16), LEAST), "64x64");
  assertEquals(shapeOf(product(200_000, 32, 2)), "128x32");
  assertEquals(shapeOf(product(200_000, 12, 1)), "64x16");
  assertEquals(shapeOf(product(200_000, 6, 1)), "256x8");
  assertEquals(shapeOf(product(12_544, 6, 2)), "32x8");
  assertEquals(shapeOf(product(32, 512, 1)), "32x32");
  // The weights of a layer of 64 channels, over 64 images of 112 x 112.
  assertEquals(shapeOf(product(576, 64, 3584)), "64x64 split");
  assertEquals(shapeOf({ planes: 256, rows: 50_176, columns: 1, blocks: 1 }), "direct");
});

Deno.test("planProduct gives the block sums that wait no more than 64 MiB", () => {
  const { together } = planProduct({ planes: 1, rows: 576, columns: 64, blocks: 3584 }, CARD, false);
  assertEquals(together, Math.floor(64 * 2 ** 20 / (4 * 576 * 64)));
});

Deno.test("every adapter has forms of tiles, and each form fits some adapter", () => {
  for (const form of [...TILE_FORMS, ...NARROW_FORMS]) assert(threadsOf(form) <= LEAST.invocations);
  for (const form of TILE_FORMS) {
    assert(sharedBytesOf(form) <= 2 * LEAST.sharedBytes);
  }
  assert(TILE_FORMS.some((form) => sharedBytesOf(form) <= LEAST.sharedBytes));
  assertEquals(planProduct({ planes: 1, rows: 0, columns: 0, blocks: 0 }, LEAST, true).form, DIRECT);
});
