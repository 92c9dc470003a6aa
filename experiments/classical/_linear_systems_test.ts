import { createDevice, Key, linalg, setDefaultDevice } from "@verbatim/core";
import { assert, assertAlmostEquals } from "@std/assert";
import {
  conjugateGradients,
  descend,
  descendByRows,
  direct,
  gaussSeidel,
  geometricEigenvalues,
  makeSystem,
  relativeError,
} from "./_linear_systems.ts";

Deno.test("linear systems: errors and eigenvalues worked by hand", () => {
  assertAlmostEquals(relativeError(Float64Array.of(3, 4), Float64Array.of(0, 5)), Math.sqrt(10) / 5, 1e-15);
  geometricEigenvalues(4, 1000).forEach((value, i) =>
    assertAlmostEquals(value, [1, 0.1, 0.01, 0.001][i]!, 1e-15)
  );
});

Deno.test("linear systems: the eigenvalues are those that were asked for, and every way leads to the solution", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const eigenvalues = Float64Array.of(1, 0.75, 0.5, 0.25);
  const system = await makeSystem(4, eigenvalues, Key.from(1));
  const found = linalg.symmetricEigenvalues(system.a);
  [...found].reverse().forEach((value, i) => assertAlmostEquals(value, eigenvalues[i]!, 1e-14));
  // Condition 4: the error of descent shrinks by (4 - 1) / (4 + 1) at each step; 0.6^20 = 3.65615844e-5, and rounding.
  const error = relativeError(descend(system, 20), system.solution);
  assert(error <= 3.6561585e-5, `${error}`);
  const solved = [
    descend(system, 80),
    descendByRows(system, 200, Key.from(2)),
    gaussSeidel(system, 80),
    // As many steps as unknowns, but for rounding.
    conjugateGradients(system, 4),
    direct(system),
  ];
  for (const x of solved) assertAlmostEquals(relativeError(x, system.solution), 0, 1e-12);
});
