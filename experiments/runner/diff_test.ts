import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ToyWorkspace } from "./_toy_workspace.ts";

const LOCK = "reports/toys/alpha/results.lock.json";
const record = (seed: number) => `.verbatim/runs/alpha/full/${seed}/record.json`;

Deno.test("two records part at step 0 with another seed, and are the same with themselves", async () => {
  await using toys = await ToyWorkspace.make({ id: "alpha" });
  await toys.run("reproduce");
  const other = await toys.run("diff", toys.path(record(1)), toys.path(record(2)));
  assertEquals([other.code, other.err], [1, ""]);
  const [head, count, first, metric] = other.out.split("\n");
  assertEquals(head, "alpha full seed 1 against alpha full seed 2");
  assertMatch(count!, /^alpha full seed 1: \d+ differences$/);
  assertMatch(
    first!,
    /^ {2}seed 1, training aux, step 0, tensor hidden1\/w: expected [0-9a-f]{12}…, got [0-9a-f]{12}…$/,
  );
  assertMatch(
    metric!,
    /^ {2}seed 1, metric accuracy: expected 0\.\d+ \([0-9a-f]{16}\), got 0\.\d+ \([0-9a-f]{16}\)$/,
  );
  assertStringIncludes(other.out, "1 run: 0 the same, 1 DIFFER, 0 only on one side.");

  const runs = toys.path(".verbatim/runs");
  const same = await toys.run("diff", runs, runs);
  assertEquals([same.code, same.out], [0, "2 runs: 2 the same, 0 DIFFER, 0 only on one side.\n"]);
  const part = await toys.run("diff", runs, toys.path(".verbatim/runs/alpha/full/2"));
  assertEquals(part.code, 1);
  assertStringIncludes(part.out, `alpha full seed 1: only in ${runs}`);
});

Deno.test("records tell the very step at which losses part", async () => {
  await using toys = await ToyWorkspace.make({ id: "alpha", seeds: [1] });
  await toys.run("reproduce");
  const text = await toys.read(record(1));
  // One bit of the loss of step 33, which lies between the milestones 20 and 40.
  const [, losses = ""] = /"main": \{[\s\S]*?"losses": "([0-9a-f]+)"/.exec(text) ?? [];
  const digit = losses[8 * 32 + 7]! === "0" ? "1" : "0";
  const bent = losses.slice(0, 8 * 32 + 7) + digit + losses.slice(8 * 33);
  await toys.write("bent/record.json", text.replace(losses, bent));
  const { code, out } = await toys.run("diff", toys.path(record(1)), toys.path("bent"), "--all");
  assertEquals(code, 1);
  const step = `seed 1, training main, step 33, loss: expected ${losses.slice(256, 264)}, got ${
    bent.slice(256, 264)
  }`;
  assertStringIncludes(
    out,
    `alpha full seed 1: 2 differences\n  ${step}\n  seed 1, training main, all losses: expected`,
  );
});

Deno.test("two commits are compared by their locks", async () => {
  await using toys = await ToyWorkspace.make({ id: "alpha" });
  const git = async (...args: string[]) => {
    const command = new Deno.Command("git", {
      args: ["-c", "user.name=toy", "-c", "user.email=toy@example.org", ...args],
      cwd: toys.root,
      stdout: "null",
    });
    assertEquals((await command.output()).code, 0);
  };
  await toys.write(".gitignore", ".verbatim/\n");
  await git("init", "--quiet");
  await toys.run("reproduce");
  await toys.run("pin", "--reason", "first");
  await git("add", ".");
  await git("commit", "--quiet", "-m", "first");
  await toys.addToy({ id: "alpha", factor: 2 });
  assertEquals((await toys.runApart("reproduce")).code, 1);
  assertEquals((await toys.runApart("pin", "--reason", "twice")).code, 0);
  await git("commit", "--quiet", "--all", "-m", "second");

  const { code, out, err } = await toys.run("diff", "HEAD~1", "HEAD");
  assertEquals([code, err], [1, ""]);
  assertStringIncludes(out, "alpha full seed 1: 1 difference\n  seed 1, metric accuracy: expected 0.65");
  assertStringIncludes(out, "2 runs: 0 the same, 2 DIFFER, 0 only on one side.");
  assertEquals((await toys.run("diff", "HEAD", toys.path(".verbatim/runs"))).code, 0);
  assertEquals((await toys.run("diff", "HEAD", toys.path(LOCK))).code, 0);
  for (const word of ["HEAD~7", "--output=x", "nowhere"]) {
    assertEquals((await toys.run("diff", "HEAD", "--", word)).code, 2, word);
  }
});
