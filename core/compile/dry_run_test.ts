import { assertEquals, assertThrows } from "@std/assert";
import "../ops/mod.ts";
import { Key } from "../random/mod.ts";
import { createDevice, defaultDevice, setDefaultDevice, type Tensor, tensor, zeros } from "../tensor/mod.ts";
import { uniform } from "../ops/mod.ts";
import { dryRun } from "./mod.ts";

Deno.test("a dry run needs no device, and gives the one that was there back", async () => {
  setDefaultDevice(undefined);
  assertEquals(dryRun(() => uniform(Key.from(1), [3, 4], 0, 1).sum(0).shape), [4]);
  assertThrows(() => defaultDevice(), Error, "got none");
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor([[1, 2]]);
  assertEquals(dryRun(() => x.transpose().add(zeros([2, 5])).shape), [2, 5]);
  assertEquals(defaultDevice(), device);
  assertEquals(await x.read(), Float32Array.of(1, 2));
});

Deno.test("a dry run knows no values, does not wait, and leaves no tensor behind", () => {
  setDefaultDevice(undefined);
  let kept: Tensor | undefined;
  dryRun(() => {
    kept = zeros([2]);
  });
  assertEquals([kept!.shape, kept!.disposed], [[2], true]);
  assertThrows(() => dryRun(() => Promise.resolve()), TypeError, "got one that returns a promise");
  assertThrows(() => dryRun(() => void zeros([1]).read()), TypeError, "only when the program runs");
  assertThrows(() => defaultDevice(), Error, "got none");
});
