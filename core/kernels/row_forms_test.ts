import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { scalarProgram } from "../scalar/expression.ts";
import type { MapKernel } from "./map.ts";
import { type RowForm, rowForms } from "./row_forms.ts";

const formsOf = (shape: readonly number[], operand: readonly number[], columns: number) => {
  const program = scalarProgram(["f32"], (x) => [x]);
  const inputs = [{ dtype: "f32" as const, shape: operand }];
  return rowForms({ family: "map", program, shape, inputs, outputs: ["f32"] } satisfies MapKernel, columns);
};

Deno.test("operands of a matrix are whole, one for each column or row, or one number", () => {
  const form = (operand: readonly number[]) => formsOf([6, 5], operand, 5)?.[0];
  assertEquals(form([6, 5]), { columns: true, rows: [{ divisor: 1, length: 6, stride: 5 }] });
  assertEquals(form([5]), { columns: true, rows: [] });
  assertEquals(form([6, 1]), { columns: false, rows: [{ divisor: 1, length: 6, stride: 1 }] });
  assertEquals(form([]), { columns: false, rows: [] });
  // [B, N, T, T] of which a mask [T, T] repeats.
  assertEquals(formsOf([2, 3, 4, 4], [4, 4], 4), [
    { columns: true, rows: [{ divisor: 1, length: 4, stride: 4 }] },
  ]);
  assertEquals(formsOf([2, 3, 4], [3, 1], 4), [
    { columns: false, rows: [{ divisor: 1, length: 3, stride: 1 }] },
  ]);
  // Under another shape, whose last axes are the columns together.
  assertEquals(formsOf([6, 2, 5], [2, 5], 10), [{ columns: true, rows: [] }]);
  assertEquals(formsOf([60], [60], 10), [
    { columns: true, rows: [{ divisor: 1, length: 6, stride: 10 }] },
  ]);
  // Repeats within the columns; rows that begin within an axis that they do not divide.
  assertEquals(formsOf([6, 2, 5], [5], 10), undefined);
  assertEquals(formsOf([4, 6], [4, 1], 8), undefined);
});

Deno.test("forms say where each element's operand lies", () => {
  const shapes = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.boolean()), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(shapes, fc.integer({ min: 1, max: 24 }), (axes, columns) => {
      const shape = axes.map(([length]) => length);
      const operand = axes.map(([length, repeated]) => repeated ? 1 : length);
      const total = shape.reduce((product, length) => product * length, 1);
      const forms = formsOf(shape, operand, columns);
      if (forms === undefined) return;
      const place = ({ columns: perColumn, rows }: RowForm, element: number) => {
        const row = Math.floor(element / columns);
        return rows.reduce(
          (sum, { divisor, length, stride }) => sum + Math.floor(row / divisor) % length * stride,
          perColumn ? element % columns : 0,
        );
      };
      for (let element = 0; element < total; element++) {
        // Row-major indices, those of repeated axes 0.
        let [rest, expected, stride] = [element, 0, 1];
        for (let axis = shape.length - 1; axis >= 0; axis--) {
          expected += operand[axis] === 1 ? 0 : rest % shape[axis]! * stride;
          stride *= operand[axis]!;
          rest = Math.floor(rest / shape[axis]!);
        }
        assertEquals(place(forms[0]!, element), expected);
      }
    }),
    { numRuns: 2000, seed: 5 },
  );
});
