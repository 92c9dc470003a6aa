import { assertEquals } from "@std/assert";
import { accuraciesOf, drawOf } from "./_split_draws.ts";

Deno.test("a draw takes every row once, three fifths of them for training", () => {
  const order = Uint32Array.from({ length: 10 }, (_, i) => 9 - i);
  assertEquals(drawOf(order), {
    training: Uint32Array.of(9, 8, 7, 6, 5, 4),
    validation: Uint32Array.of(3, 2),
    test: Uint32Array.of(1, 0),
  });
});

Deno.test("neighbours are looked up among known rows alone, and a known row is its own neighbour", () => {
  // Points 0, 1, 3, 7 on a line, of the classes 0, 1, 1, 0.
  const table = {
    nearest: Uint32Array.of(0, 1, 2, 3, 1, 0, 2, 3, 2, 1, 0, 3, 3, 2, 1, 0),
    labels: Uint8Array.of(0, 1, 1, 0),
    classes: 2,
  };
  const known = Uint32Array.of(1, 2, 3);
  // Row 0 finds 1, 2, 3, of the classes 1, 1, 0: wrong with one and with three.
  assertEquals(accuraciesOf(table, known, Uint32Array.of(0), [1, 3]), [0, 0]);
  // Known rows find themselves; with three all see two of class 1 and one of class 0.
  assertEquals(accuraciesOf(table, known, known, [1, 3]), [1, 2 / 3]);
  // One of each class: the first class wins.
  assertEquals(accuraciesOf(table, Uint32Array.of(0, 1), Uint32Array.of(3, 2), [2]), [1 / 2]);
});
