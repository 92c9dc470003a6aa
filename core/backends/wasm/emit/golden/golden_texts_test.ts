import { assert, assertEquals } from "@std/assert";
import { goldenTexts } from "./golden_texts.ts";

/** The number of the first line that differs, from 1. */
function firstDifference(a: readonly string[], b: readonly string[]): number {
  for (let i = 0;; i++) if (a[i] !== b[i]) return i + 1;
}

Deno.test("emitters write the instructions that the golden files have", async () => {
  for (const [name, text] of goldenTexts()) {
    const kept = await Deno.readTextFile(new URL(`./${name}.txt`, import.meta.url));
    if (text === kept) continue;
    const [now, before] = [text.split("\n"), kept.split("\n")];
    const line = firstDifference(now, before);
    throw new Error(
      `Cannot keep ${name}.txt: expected in line ${line} "${before[line - 1] ?? ""}", got "${
        now[line - 1] ?? ""
      }"; ` +
        "if the emitter was meant to change, write the files again with `deno task golden` and look at their diff",
    );
  }
});

Deno.test("there is a golden file for each kernel, each family has one, and none is left over", async () => {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(new URL("./", import.meta.url))) {
    if (name.endsWith(".txt")) names.push(name.replace(/\.txt$/, ""));
  }
  assertEquals(names.sort(), [...goldenTexts().keys()].sort());
  const families = new Set([...goldenTexts().values()].map((text) => /^\w+/.exec(text)![0]));
  for (
    const family
      of "conv convWeightGradient copy gather map mapReduce matmul pool productMap random reduce scan scatter sort"
        .split(" ")
  ) {
    assert(families.has(family), `no ${family} among the golden files`);
  }
});
