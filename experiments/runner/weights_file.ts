import { join } from "node:path";
import type { HostTree } from "@verbatim/core";
import { encodeSafetensors, MalformedFileError, readSafetensors, type Safetensors } from "@verbatim/data";
import { type FileWriter, readFileIfThere, writeFileAtomically } from "@verbatim/data/files";
import type { RunRecord } from "../record.ts";

const EXTENSION = ".safetensors";

/** The file of a training's weights in the folder of its run. */
export function weightsPath(folder: string, training: string): string {
  return join(folder, `${training}${EXTENSION}`);
}

/**
 * Writes what each training of a run leaves, as a safetensors file beside its record: tensors "params/..." and
 * "state/...", with the run and the hash of the parameters in its lock as metadata. Files of an earlier run are removed.
 */
export async function writeWeights(
  folder: string,
  { experiment, profile, seed, numericsEpoch, trainings }: RunRecord,
  weights: ReadonlyMap<string, HostTree>,
  writer: FileWriter,
): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(EXTENSION)) await Deno.remove(join(folder, name));
  }
  for (const [training, tree] of weights) {
    const metadata = {
      format: "verbatim",
      experiment,
      profile,
      seed: `${seed}`,
      training,
      numerics_epoch: `${numericsEpoch}`,
      parameters_sha256: trainings[training]!.milestones.at(-1)!.parameters.sha256,
    };
    await writeFileAtomically(weightsPath(folder, training), encodeSafetensors(tree, metadata), { writer });
  }
}

/** Whether the weights of every training of a run lie in its folder. */
export async function hasWeights(folder: string, { trainings }: RunRecord): Promise<boolean> {
  const names = new Set<string>();
  for await (const { name } of Deno.readDir(folder)) names.add(name);
  return Object.keys(trainings).every((training) => names.has(`${training}${EXTENSION}`));
}

/**
 * Reads a file of weights; undefined if there is none.
 *
 * @throws {SyntaxError} in one line, with the path, if it is not valid.
 */
export async function readWeights(path: string): Promise<Safetensors | undefined> {
  const bytes = await readFileIfThere(path);
  if (bytes === undefined) return undefined;
  try {
    return readSafetensors(bytes);
  } catch (error) {
    if (!(error instanceof MalformedFileError)) throw error;
    throw new SyntaxError(`Cannot use ${path}: ${error.message}`, { cause: error });
  }
}
