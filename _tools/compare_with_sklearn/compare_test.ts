import { createDevice, setDefaultDevice } from "@verbatim/core";
import { assertEquals } from "@std/assert";
import { agrees, askScikitLearn } from "./ask_scikit_learn.ts";
import { makeCases } from "./cases.ts";

async function hasScikitLearn(): Promise<boolean> {
  try {
    const args = ["-c", "import sklearn"];
    return (await new Deno.Command("/usr/bin/python3", { args, stdout: "null", stderr: "null" }).output())
      .success;
  } catch {
    return false;
  }
}

Deno.test({
  name: "scikit-learn agrees on the same data, and a wrong result is found",
  // Only Debian's package is looked for: the comparison is no part of what the project needs.
  ignore: !await hasScikitLearn(),
  async fn() {
    await using device = await createDevice({ workers: 2 });
    setDefaultDevice(device);
    const cases = await makeCases();
    const { rows } = await askScikitLearn(cases);
    assertEquals(rows.filter((row) => !agrees(row)), []);
    assertEquals(new Set(rows.map(({ method }) => method)).size, 5);
    const wrong = {
      ...cases,
      neighbours: { ...cases.neighbours, answers: cases.neighbours.answers.map(() => 0) },
    };
    const found = (await askScikitLearn(wrong)).rows.filter((row) => !agrees(row));
    assertEquals(found.map(({ method }) => method), ["3 nearest neighbours"]);
  },
});
