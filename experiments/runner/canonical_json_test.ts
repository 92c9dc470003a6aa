import { assertEquals, assertThrows } from "@std/assert";
import { canonicalJson, prettyJson } from "./canonical_json.ts";

Deno.test("keys are sorted by code units, integers too", () => {
  assertEquals(canonicalJson({ b: 1, 10: 2, 9: 3, a: [] }), '{"10":2,"9":3,"a":[],"b":1}');
  assertEquals(canonicalJson([-0, 1e21, "ü\n", null, true]), '[0,1e+21,"ü\\n",null,true]');
});

Deno.test("pretty text keeps flat lists on a line", () => {
  const value = { matrix: [[1, 2], [3, 4]], empty: {}, none: [] };
  const expected = '{\n  "empty": {},\n  "matrix": [\n    [1,2],\n    [3,4]\n  ],\n  "none": []\n}\n';
  assertEquals(prettyJson(value), expected);
  assertEquals(JSON.parse(prettyJson(value)), value);
});

Deno.test("what JSON cannot hold is refused with its path", () => {
  assertThrows(
    () => canonicalJson({ a: [{ b: NaN }] }, "config"),
    TypeError,
    "Cannot write config.a[0].b as JSON",
  );
  assertThrows(() => canonicalJson({ f: () => 1 }), TypeError, "got a function");
  assertThrows(() => canonicalJson({ u: undefined }), TypeError, "got undefined");
});
