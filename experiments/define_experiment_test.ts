import { assertThrows } from "@std/assert";
import { type Comparison, defineExperiment } from "./define_experiment.ts";
import { iris } from "@verbatim/data";
import softmaxRegression from "./classical/softmax_regression.ts";

const comparison: Comparison = { kind: "baseline", label: "x", metric: "testAccuracy", value: 0, source: "" };

function refused(changes: Partial<typeof softmaxRegression>, message: string): void {
  assertThrows(() => defineExperiment({ ...softmaxRegression, ...changes }), TypeError, message);
}

Deno.test("an experiment whose parts do not fit each other is refused", () => {
  const { quick, full } = softmaxRegression.profiles;
  refused({ id: "Not kebab" }, "expected a kebab-case id");
  refused({ profiles: { quick: { ...quick, seeds: [] }, full } }, 'expected seeds in profile "quick"');
  refused(
    { profiles: { quick, full: { ...full, seeds: [1, 1] } } },
    'expected distinct seeds in profile "full"',
  );
  refused(
    { profiles: { quick, full: { ...full, config: { ...full.config, beta: NaN } } } },
    "profiles.full.config.beta",
  );
  refused({ comparisons: [{ ...comparison, metric: "speed" }] }, 'expected a described metric for "x"');
});

Deno.test("an experiment in which nothing is drawn has one seed", () => {
  refused({ deterministic: true }, 'expected one seed in profile "full", for nothing is drawn, got 1,2,3');
});

Deno.test("what should agree has a tolerance, and nothing else has", () => {
  refused({ comparisons: [{ ...comparison, tolerance: 1 }] }, 'expected no tolerance for "x", got 1');
  refused({ comparisons: [{ ...comparison, kind: "independent" }] }, "expected a tolerance above 0");
  refused({ comparisons: [{ ...comparison, kind: "independent", tolerance: 0 }] }, "got 0");
});

Deno.test("what is predicted is a split of one of the data sets", () => {
  const predictor = softmaxRegression.predictor!;
  refused(
    { predictor: { ...predictor, dataset: iris } },
    'expected a predictor of one of its data sets, got one of "iris"',
  );
  refused(
    { predictor: { ...predictor, split: "all" } },
    'a predictor of a split of "fashion-mnist", got "all"',
  );
});
