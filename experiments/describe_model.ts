import { type Configuration, layersOf, type RegisteredModel, type RegistryEntry } from "@verbatim/models";
import type { Experiment } from "./define_experiment.ts";
import { formatCount } from "./report/format.ts";

type Description = Experiment["model"];

/** What an experiment adds to what its model says of itself. */
export interface DescriptionWords {
  /** What the report calls the model; default: its title. */
  readonly name?: string;
  /** Further counts to stand beside the number of parameters. */
  readonly counts?: Description["counts"];
  /** Further entries of the registry that the experiment is about. */
  readonly with?: readonly RegistryEntry[];
}

/**
 * The `model` of an experiment, read off the registered model itself: its layers, with shapes and numbers of parameters,
 * and the counts that others state. Nothing is computed before a report asks for it.
 *
 * @param configuration the name of one that is registered, or another with the shape of its inputs.
 * @throws {RangeError} if there is no configuration of that name.
 *
 * @example
 * ```ts
 * import { lenetModel } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 * import { describeModel } from "./describe_model.ts";
 *
 * const model = describeModel(lenetModel, "LENET_28");
 * assertEquals(model.layers[1], {
 *   name: "c1: conv 5x5, padding 2, relu",
 *   shape: "[B, 28, 28, 6]",
 *   parameters: 156,
 *   from: [0],
 * });
 * ```
 */
export function describeModel(
  model: RegisteredModel,
  configuration: string | Pick<Configuration<unknown, never>, "config" | "input">,
  { name = model.title, counts = [], with: others = [] }: DescriptionWords = {},
): Description {
  const { configurations } = model;
  const known = typeof configuration === "string" ? configurations[configuration] : undefined;
  const size = typeof configuration === "string" ? known : configuration;
  if (size === undefined) {
    throw new RangeError(
      `Cannot describe "${model.id}": expected ${
        Object.keys(configurations).join(" or ")
      }, got ${configuration}`,
    );
  }
  let layers: Description["layers"] | undefined;
  return {
    name,
    of: [model, ...others],
    get layers() {
      return layers ??= layersOf(model.build(size.config), size);
    },
    counts: [
      ...(known?.published ?? []).map(({ count, source, within, differs }) => ({
        label: differs ?? (within === undefined ? "printed" : "printed, rounded"),
        count: formatCount(count),
        source,
      })),
      ...counts,
    ],
  };
}
