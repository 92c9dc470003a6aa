import { createDevice, disposeTree, Key, linalg, scope, setDefaultDevice, tensor } from "@verbatim/core";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { testMethod } from "../_model_contract.ts";
import { cosineSimilarities, fitLsa, lsaMethod, tfIdf } from "./lsa.ts";

testMethod(lsaMethod);

// Six words in four texts: elements [word, text, count].
const ELEMENTS = [
  [0, 0, 3],
  [0, 1, 1],
  [1, 0, 1],
  [1, 1, 2],
  [2, 1, 1],
  [2, 2, 4],
  [3, 2, 2],
  [3, 3, 1],
  [4, 3, 5],
  [5, 0, 1],
  [5, 1, 1],
  [5, 2, 1],
  [5, 3, 1],
];
const counts = () => {
  const column = (at: number) => ELEMENTS.map((element) => element[at]!);
  return linalg.sparseMatrix(6, 4, column(0), column(1), column(2));
};

Deno.test("tf-idf: rare words weigh more, and texts have the length 1", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const { values, indices } = await tfIdf(counts());
  // The same formula in NumPy, binary64: (1 + log c) log(T / t), texts of length 1.
  const expected = [
    0.902750148,
    0.453294655,
    0.430165282,
    0.767494567,
    0.453294655,
    0.815563928,
    0.578666986,
    0.188188595,
    0.98213291,
    0.0,
    0.0,
    0.0,
    0.0,
  ];
  values.forEach((value, e) => assertAlmostEquals(value, expected[e]!, 1e-6));
  for (let text = 0; text < 4; text++) {
    const squares = values.reduce((sum, value, e) => sum + (indices[e] === text ? value * value : 0), 0);
    assertAlmostEquals(squares, 1, 1e-12);
  }
});

Deno.test("lsa: singular values and similarities of NumPy", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const lsa = fitLsa(await tfIdf(counts()), { dimensions: 2, key: Key.from(5) });
  const strengths = await lsa.strengths.read();
  const expected = [1.352068463, 1.047487617];
  expected.forEach((value, k) => assertAlmostEquals(strengths[k]!, value, 1e-6));
  using found = scope(() => cosineSimilarities(lsa.terms, lsa.terms));
  const cosines = await found.read();
  const similar = [
    1.0,
    0.991867578,
    0.506862945,
    0.036755879,
    -0.271045365,
    0.0,
    0.991867578,
    1.0,
    0.612454628,
    0.163645109,
    -0.146331271,
    0.0,
    0.506862945,
    0.612454628,
    1.0,
    0.880074355,
    0.692375193,
    0.0,
    0.036755879,
    0.163645109,
    0.880074355,
    1.0,
    0.951953633,
    0.0,
    -0.271045365,
    -0.146331271,
    0.692375193,
    0.951953633,
    1.0,
    0.0,
  ];
  similar.forEach((value, i) => assertAlmostEquals(cosines[i]!, value, 1e-5));
  // The products of terms and texts are the best approximation of rank 2, whose error is what was left out.
  using gram = scope(() => lsa.texts.transpose().matmul(lsa.texts));
  const [first, mixed, , second] = await gram.read();
  assertAlmostEquals(first!, strengths[0]! * strengths[0]!, 1e-6);
  assertAlmostEquals(second!, strengths[1]! * strengths[1]!, 1e-6);
  assertAlmostEquals(mixed!, 0, 1e-6);
  disposeTree(lsa);
});

Deno.test("lsa: what cannot be fitted or compared is refused", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const half = linalg.sparseMatrix(2, 2, [0], [0], [0.5]);
  await assertRejects(() => tfIdf(half), RangeError, "counts of at least 1, got 0.5");
  const empty = linalg.sparseMatrix(2, 2, [], [], []);
  assertEquals((await tfIdf(empty)).values.length, 0);
  const key = Key.from(1);
  assertThrows(() => fitLsa(counts(), { dimensions: 0, key }), RangeError, "at least one dimension, got 0");
  assertThrows(() => fitLsa(counts(), { dimensions: 5, key }), RangeError);
  using a = tensor([[1, 2]]);
  using b = tensor([[1, 2, 3]]);
  assertThrows(() => cosineSimilarities(a, b), RangeError, "got [1,2] and [1,3]");
  assert(!a.disposed);
});
