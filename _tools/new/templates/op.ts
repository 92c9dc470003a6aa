import type { NameForms } from "../names.ts";

/** A new operation: x / (1 + |x|), with its gradient, ready to be changed. */
export function opSource({ camel, title }: NameForms): string {
  const words = title.toLowerCase();
  return `import { apply, f32 } from "../scalar/expression.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";
import { maximum } from "./maximum.ts";
import { subtract } from "./subtract.ts";

/**
 * The ${words}, r = x / (1 + |x|). *Dtypes* f32.
 *
 * *Gradient* g (1 - |r|)^2, with the result r; g at 0.
 *
 * @example
 * \`\`\`ts
 * import { createDevice, setDefaultDevice, ${camel}, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-1, 0, 3]);
 * using y = ${camel}(x);
 * assertEquals(await y.read(), Float32Array.of(-0.5, 0, 0.75));
 * \`\`\`
 */
export const ${camel}: UnaryOperation = elementwise(
  "take the ${words}",
  ["f32"],
  (x) => apply("divide", x, apply("add", f32(1), apply("absolute", x))),
  [(g, _, result) => {
    const slope = subtract(1, maximum(result, result.neg()));
    return g.mul(slope).mul(slope);
  }],
);
`;
}

/** Its test. */
export function opTestSource({ camel }: NameForms): string {
  return `import { checkOperation } from "../testing/check_operation.ts";
import { ${camel} } from "./mod.ts";

Deno.test("${camel}: values, gradient and second derivative agree with float64", () =>
  checkOperation({
    operands: [{ shape: [3, 4] }],
    operation: ${camel},
    reference: (x) => x.map((value) => value / (1 + Math.abs(value))),
    shape: [3, 4],
  }));
`;
}
