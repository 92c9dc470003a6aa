import { assertEquals } from "@std/assert";
import { connected } from "./_connected.ts";

Deno.test("connected joins rows over any number of keys", () => {
  const colours = ["red", "blue", "", "red", "green", "", "blue"];
  const shapes = ["disc", "", "ring", "", "disc", "", "ring"];
  assertEquals([...connected([colours])], [0, 1, 2, 0, 4, 5, 1]);
  assertEquals([...connected([colours, shapes])], [0, 1, 1, 0, 0, 5, 1]);
  assertEquals([...connected([shapes, colours])], [0, 1, 1, 0, 0, 5, 1]);
});
