import { assertEquals } from "@std/assert";
import { columnOf, textOf } from "../columns.ts";
import { surnames } from "./surnames.ts";
import { assertDisjoint, testDataset } from "./_testing.ts";

testDataset(surnames, "each has one language, and none is in both splits", (splits) => {
  const [train, test] = [splits.train!, splits.test!];
  const counts = new Uint32Array(9);
  for (
    const language of [...columnOf(train, "language"), ...columnOf(test, "language")]
  ) counts[language]!++;
  // Counted by Python from the package's modules: Czech, German, English, Spanish, Croatian, Italian, Polish ...
  assertEquals([...counts], [926, 1591, 420, 615, 973, 2142, 678, 284, 367]);
  const names = [train, test].map((rows) => textOf(rows, "name"));
  assertDisjoint(...names.map((list) => list.map((name) => name.toLowerCase())));
  assertEquals(new Set(names.flat().map((name) => name.toLowerCase())).size, 7996);
  // Adam is Czech, German and others; a feminine form has no row.
  assertEquals(["Adam", "Nováková"].filter((name) => names.flat().includes(name)), []);
  const languages = [...columnOf(train, "language"), ...columnOf(test, "language")];
  const languagesOf = ["Novák", "Schröder", "Esposito", "Wiśniewski", "Şahin"]
    .map((name) => languages[names.flat().indexOf(name)]);
  assertEquals(languagesOf, [0, 1, 5, 6, 8]);
});
