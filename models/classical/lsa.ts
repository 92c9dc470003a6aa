/**
 * Latent semantic analysis: words and texts as points of a space of few dimensions, in which what occurs together is near.
 *
 * Axes: V terms, T texts, K dimensions.
 *
 * @module
 */
import {
  composition,
  type Key,
  linalg,
  log,
  matmul,
  maximum,
  scope,
  square,
  squareRoot,
  type Tensor,
  tensor,
} from "@verbatim/core";
import { defineMethod, type RegisteredMethod } from "../define_model.ts";

/** What a fit found. */
export type Lsa = {
  /** A point for each term [V, K]: U diag(s). */
  readonly terms: Tensor;
  /** A point for each text [T, K]: V diag(s). */
  readonly texts: Tensor;
  /** The singular values [K], descending. */
  readonly strengths: Tensor;
};

/** How many dimensions, and how they are found. */
export interface LsaOptions {
  /** Number of dimensions. */
  readonly dimensions: number;
  /** The key of the random directions with which the search begins. */
  readonly key: Key;
  /** How many more directions are kept while searching; default 10, as of `linalg.truncatedSvd`. */
  readonly oversampling?: number;
  /** Rounds that sharpen them; default 5, as there. */
  readonly powerIterations?: number;
}

/**
 * The weights of counted terms: (1 + log c) log(T / t) for a term that occurs c times in a text and in t of the T texts;
 * then each text has the length 1. A term of every text weighs nothing.
 *
 * *Shapes* V x T -> V x T, with the same elements stored. *Dtypes* whole numbers -> the logarithms are f32's, products and
 * lengths binary64. *Order* the squares of a text ascending by term. *Source* G. Salton, C. Buckley (1988). Term-weighting
 * approaches in automatic text retrieval.
 *
 * @throws {RangeError} if a stored count is no positive integer.
 *
 * @example A word that stands in both texts says nothing of either
 * ```ts
 * import { createDevice, linalg, setDefaultDevice } from "@verbatim/core";
 * import { tfIdf } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * // Words: "the", "cat", "dog". Texts: "the cat cat", "the dog".
 * const counts = linalg.sparseMatrix(3, 2, [0, 0, 1, 2], [0, 1, 0, 1], [1, 1, 2, 1]);
 * const weights = await tfIdf(counts);
 * assertEquals([...weights.values], [0, 0, 1, 1]);
 * ```
 */
export async function tfIdf(counts: linalg.SparseMatrix): Promise<linalg.SparseMatrix> {
  const { rows, columns, offsets, indices, values } = counts;
  const strange = values.find((value) => !Number.isInteger(value) || value < 1);
  if (strange !== undefined) {
    throw new RangeError(`Cannot weigh terms: expected counts of at least 1, got ${strange}`);
  }
  const logarithms = async (numbers: Float32Array) => {
    if (numbers.length === 0) return numbers;
    using result = scope(() => log(tensor(numbers)));
    return await result.read();
  };
  const frequencies = await logarithms(Float32Array.from(values));
  const rarities = await logarithms(Float32Array.from({ length: rows }, (_, term) => {
    const texts = offsets[term + 1]! - offsets[term]!;
    return texts === 0 ? 1 : columns / texts;
  }));
  const weights = new Float64Array(values.length);
  const squares = new Float64Array(columns);
  for (let term = 0; term < rows; term++) {
    for (let e = offsets[term]!; e < offsets[term + 1]!; e++) {
      const weight = (1 + frequencies[e]!) * rarities[term]!;
      weights[e] = weight;
      squares[indices[e]!]! += weight * weight;
    }
  }
  for (let e = 0; e < weights.length; e++) {
    const square = squares[indices[e]!]!;
    if (square > 0) weights[e]! /= Math.sqrt(square);
  }
  return { rows, columns, offsets, indices, values: weights };
}

/**
 * The points of terms and texts: the largest singular values of the weights, A = U diag(s) V^T, truncated. Of all matrices
 * of that rank U diag(s) V^T is nearest to A in the sum of squares.
 *
 * *Shapes* V x T -> terms [V, K], texts [T, K], strengths [K]. *Dtypes* f32, from binary64. *Order* `linalg.truncatedSvd`, which
 * says how exact it is. *Source* S. Deerwester, S. Dumais, G. Furnas, T. Landauer, R. Harshman (1990). Indexing by latent
 * semantic analysis; csw182, lecture 12. *Differs* the notes call it a neural network; it is a singular value decomposition.
 *
 * @throws {RangeError} if the number of dimensions is not from 1 to min(V, T).
 *
 * @example Words that never meet, but in the same company
 * ```ts
 * import { createDevice, disposeTree, Key, linalg, setDefaultDevice } from "@verbatim/core";
 * import { cosineSimilarities, fitLsa } from "@verbatim/models";
 * import { assert } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * // "ship" and "boat" stand in different texts, both with "sea"; "tree" stands alone.
 * const weights = linalg.sparseMatrix(4, 3, [0, 1, 2, 2, 3], [0, 1, 0, 1, 2], [1, 1, 1, 1, 2]);
 * const lsa = fitLsa(weights, { dimensions: 2, key: Key.from(1) });
 * using similar = cosineSimilarities(lsa.terms, lsa.terms);
 * const table = await similar.read();
 * assert(table[1]! > 0.999 && Math.abs(table[3]!) < 0.001);
 * disposeTree(lsa);
 * ```
 */
export function fitLsa(weights: linalg.SparseMatrix, { dimensions, ...search }: LsaOptions): Lsa {
  if (!(dimensions >= 1)) {
    throw new RangeError(`Cannot fit latent semantics: expected at least one dimension, got ${dimensions}`);
  }
  const { u, s, v } = linalg.truncatedSvd(weights, { rank: dimensions, ...search });
  const scaled = ({ rows, columns, values }: typeof u) =>
    tensor(Float32Array.from(values, (value, i) => value * s[i % columns]!), [rows, columns]);
  return { terms: scaled(u), texts: scaled(v), strengths: tensor(Float32Array.from(s)) };
}

/**
 * The cosine of the angle between each point of a and each of b; 0 for a point at the origin.
 *
 * *Shapes* a [A, K], b [B, K] -> [A, B]. *Dtypes* f32. *Order* squares by N5, products by N4.
 *
 * @throws {RangeError} if the shapes do not fit.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { cosineSimilarities } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using a = tensor([[2, 0]]);
 * using b = tensor([[5, 0], [0, 1], [-1, 0], [0, 0]]);
 * using cosines = cosineSimilarities(a, b);
 * assertEquals(await cosines.read(), Float32Array.of(1, 0, -1, 0));
 * ```
 */
export function cosineSimilarities(a: Tensor, b: Tensor): Tensor {
  if (a.rank !== 2 || b.rank !== 2 || a.shape[1] !== b.shape[1]) {
    throw new RangeError(
      `Cannot compare directions: expected points [A, K] and [B, K], got [${a.shape}] and [${b.shape}]`,
    );
  }
  // The smallest normal number: a point at the origin stays there.
  const unit = (x: Tensor) =>
    x.div(maximum(squareRoot(square(x).sum(1)), 1.1754943508222875e-38).reshape([-1, 1]));
  return composition(() => matmul(unit(a), unit(b).transpose()));
}

/** Latent semantic analysis in the registry. */
export const lsaMethod: RegisteredMethod = defineMethod({
  id: "lsa",
  family: "classical",
  title: "Latent semantic analysis",
  notes: [{ note: "csw182", section: "lecture 12" }],
  paper:
    "S. Deerwester, S. Dumais, G. Furnas, T. Landauer, R. Harshman (1990). Indexing by latent semantic analysis.",
  trial: {
    async fit(key) {
      const words = key.fold("counts").bits(600);
      const counts = linalg.sparseMatrix(
        40,
        30,
        Array.from(words, (word) => word % 40),
        Array.from(words, (word) => (word >>> 8) % 30),
        Array.from(words, () => 1),
      );
      const lsa = fitLsa(await tfIdf(counts), { dimensions: 5, key });
      return { lsa, cosines: cosineSimilarities(lsa.terms, lsa.texts) };
    },
  },
});
