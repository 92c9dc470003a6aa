import { assert, assertEquals, assertThrows } from "@std/assert";
import { CHECK_FILES, CHECKS, LEDGER, LEDGER_CLAIMS, placesOf } from "./mod.ts";

Deno.test("the ledger has 630 claims, each id once, in ten sections", () => {
  assertEquals(LEDGER.length, 10);
  assertEquals(LEDGER_CLAIMS.length, 630);
  assertEquals(new Set(LEDGER_CLAIMS.map(({ id }) => id)).size, 630);
  for (const { id } of LEDGER_CLAIMS) assert(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id), id);
  assertEquals(new Set(LEDGER.map(({ slug }) => slug)).size, 10);
});

Deno.test("every claim has a place within its note, a short quotation and two different rules", () => {
  for (const { id, where, section, quote, kinds, confirms, refutes } of LEDGER_CLAIMS) {
    assert(placesOf(where).length > 0, id);
    const words = quote.split(/\s+/).filter((word) => word !== "...").length;
    assert(words > 0 && words <= 20, `${id}: ${words} words`);
    assert(section !== "" && kinds.length > 0, id);
    for (const rule of [confirms, refutes]) assert(/^.{5,}[.?!)]$/.test(rule), `${id}: "${rule}"`);
    assert(confirms !== refutes, id);
  }
});

Deno.test("exactly the 99 expected errata have a right form", () => {
  const errata = LEDGER_CLAIMS.filter(({ erratum }) => erratum !== undefined);
  assertEquals(errata.length, 99);
  for (const { id, quote, expected, erratum } of LEDGER_CLAIMS) {
    assertEquals(expected === "erratum", erratum !== undefined, id);
    if (erratum !== undefined) assert(erratum.right.length > 2 && erratum.right !== quote, id);
  }
});

Deno.test("every exact check decides a claim of the ledger", () => {
  const known = new Set(LEDGER_CLAIMS.map(({ id }) => id));
  assertEquals(Object.keys(CHECKS).filter((id) => !known.has(id)), []);
  for (const { id, kinds } of LEDGER_CLAIMS) if (id in CHECKS) assert(kinds.includes("exact"), id);
  const inFiles = Object.values(CHECK_FILES).flatMap((checks) => Object.keys(checks));
  assertEquals(inFiles.toSorted(), Object.keys(CHECKS).toSorted());
  for (const file of Object.keys(CHECK_FILES)) {
    assert(Deno.statSync(new URL(`checks/${file}`, import.meta.url)).isFile);
  }
});

Deno.test("a place that no note has is refused", () => {
  for (const where of ["i2dl", "i2dl:", "i2dl:3-", "i2dl: 3", "i2dl:3;aps360:4", ""]) {
    assertThrows(() => placesOf(where), SyntaxError, "Cannot read the place");
  }
  for (const where of ["i2dl:0", "i2dl:3699", "aps360:5-4", "csw182:1-289"]) {
    assertThrows(() => placesOf(where), RangeError, "expected lines");
  }
  assertThrows(() => placesOf("other:1"), RangeError, "expected one of");
});
