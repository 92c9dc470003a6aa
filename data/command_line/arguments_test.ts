import { assertEquals, assertThrows } from "@std/assert";
import { asksForHelp, describeFlags, type Flags, parseArguments, UsageError } from "./arguments.ts";
import { didYouMean, editDistance, hint, nearest } from "./nearest.ts";

const FLAGS: Flags = {
  profile: { kind: "choice", choices: ["quick", "full"], help: "the size" },
  jobs: { kind: "count", help: "runs at one time" },
  reason: { kind: "text", help: "why" },
  offline: { kind: "switch", help: "no network" },
};

Deno.test("names, flags and values in any order", () => {
  const parsed = parseArguments(["a", "--jobs", "3", "b", "--profile=full", "--offline", "--", "--c"], FLAGS);
  assertEquals(parsed.names, ["a", "b", "--c"]);
  assertEquals(parsed.count("jobs"), 3);
  assertEquals(parsed.text("profile"), "full");
  assertEquals([parsed.has("offline"), parsed.has("reason")], [true, false]);
  assertEquals(parseArguments(["--reason=a=b"], FLAGS).text("reason"), "a=b");
  assertEquals(parseArguments(["--reason=-5 % loss"], FLAGS).text("reason"), "-5 % loss");
  assertEquals(parseArguments(["--reason", "true", "0x10"], FLAGS).text("reason"), "true");
  assertEquals(parseArguments(["0x10", "-", "true", "--", "1e3", "--"], FLAGS).names, [
    "0x10",
    "-",
    "true",
    "1e3",
    "--",
  ]);
  assertEquals(parseArguments([], FLAGS).count("jobs"), undefined);
});

Deno.test("each wrong use has its line", () => {
  const cases: [string[], string][] = [
    [["--job", "2"], 'Unknown flag "--job". Did you mean "--jobs"?'],
    [["--ofline"], 'Unknown flag "--ofline". Did you mean "--offline"?'],
    [["--wrokers=2"], 'Unknown flag "--wrokers". Known: --profile, --jobs, --reason, --offline, --help.'],
    [["-j", "2"], 'Unknown flag "-j". Known: --profile, --jobs, --reason, --offline, --help.'],
    [["-offline"], 'Unknown flag "-offline". Did you mean "--offline"?'],
    [["--toString"], 'Unknown flag "--toString". Known: --profile, --jobs, --reason, --offline, --help.'],
    [
      ["--profile", "ful"],
      'Cannot read --profile: expected "quick" or "full", got "ful". Did you mean "full"?',
    ],
    [["--profile"], "Cannot read --profile: expected a value, got nothing."],
    [["--profile", "--offline"], 'Cannot read --profile: expected a value, got "--offline".'],
    [["--reason="], "Cannot read --reason: expected a value, got nothing."],
    [["--reason", ""], "Cannot read --reason: expected a value, got nothing."],
    [["--reason", "--", "x"], "Cannot read --reason: expected a value, got nothing."],
    [
      ["--reason", "-5"],
      'Cannot read --reason: expected a value, got "-5". If that is the value, write "--reason=-5".',
    ],
    [["--jobs", "0"], 'Cannot read --jobs: expected an integer from 1 to 256, got "0".'],
    [["--jobs", "2.5"], 'Cannot read --jobs: expected an integer from 1 to 256, got "2.5".'],
    [["--jobs=-1"], 'Cannot read --jobs: expected an integer from 1 to 256, got "-1".'],
    [["--jobs", "-1"], 'Cannot read --jobs: expected a value, got "-1".'],
    [["--jobs", "1e3"], 'Cannot read --jobs: expected an integer from 1 to 256, got "1e3".'],
    [["--jobs", "1000000"], 'Cannot read --jobs: expected an integer from 1 to 256, got "1000000".'],
    [["--jobs", ""], "Cannot read --jobs: expected a value, got nothing."],
    [["--jobs", "1", "--jobs", "2"], "Cannot read --jobs: expected it once, got it twice."],
    [["--offline=yes"], 'Cannot read --offline: expected no value, got "yes".'],
    [["--offline="], 'Cannot read --offline: expected no value, got "".'],
    [["--offline", "false"], 'Cannot read --offline: expected no value, got "false".'],
    [["--offline", "--offline"], "Cannot read --offline: expected it once, got it twice."],
    [["--no-offline"], 'Unknown flag "--no-offline". Did you mean "--offline"?'],
    [["--no-jobs=3"], 'Unknown flag "--no-jobs". Known: --profile, --jobs, --reason, --offline, --help.'],
    [["--_", "x"], 'Unknown flag "--_". Known: --profile, --jobs, --reason, --offline, --help.'],
    [["-j3"], 'Unknown flag "-j3". Known: --profile, --jobs, --reason, --offline, --help.'],
  ];
  for (const [args, message] of cases) {
    assertEquals(assertThrows(() => parseArguments(args, FLAGS), UsageError).message, message);
  }
});

Deno.test("help is asked for in two ways", () => {
  assertEquals([["-h"], ["a", "--help"], ["help"]].map(asksForHelp), [true, true, false]);
});

Deno.test("help names every flag", () => {
  assertEquals(
    describeFlags(FLAGS),
    "  --profile quick|full  the size\n  --jobs N              runs at one time\n" +
      "  --reason TEXT         why\n  --offline             no network",
  );
});

Deno.test("edit distances", () => {
  // Counted by hand: kitten -> sitten -> sittin -> sitting; a swap of neighbours is one edit.
  assertEquals(editDistance("kitten", "sitting"), 3);
  assertEquals(editDistance("lent", "lenet"), 1);
  assertEquals(editDistance("lneet", "lenet"), 1);
  assertEquals(editDistance("", "abc"), 3);
  assertEquals(editDistance("same", "same"), 0);
});

Deno.test("the nearest word, if one is near", () => {
  const known = ["lenet", "alexnet", "softmax-regression", "gru"];
  assertEquals(nearest("LeNet5", known), "lenet");
  assertEquals(nearest("softmax", known), "softmax-regression");
  assertEquals(nearest("alxenet", known), "alexnet");
  assertEquals(nearest("transformer", known), undefined);
  assertEquals(nearest("x", known), undefined);
  assertEquals(didYouMean("zzz", known), "");
  assertEquals(hint("gro", known), ' Did you mean "gru"?');
  assertEquals(hint("zzz", ["one", "two"], "--"), " Known: --one, --two.");
});
