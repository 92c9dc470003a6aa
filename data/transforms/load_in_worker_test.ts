import { assertEquals, assertRejects } from "@std/assert";
import fixture, { type FixtureOptions } from "./_loader_fixture.ts";
import { loadInWorker } from "./load_in_worker.ts";

const MODULE = new URL("./_loader_fixture.ts", import.meta.url);

Deno.test("batches of a worker are those of this thread, in any order, across epochs", async () => {
  const options: FixtureOptions = { rows: 19, seed: 3 };
  const here = fixture(options);
  for (const ahead of [0, 1, 5]) {
    using there = await loadInWorker(MODULE, options, { ahead });
    assertEquals([there.batchSize, there.stepsPerEpoch], [here.batchSize, here.stepsPerEpoch]);
    for (const step of [0, 1, 2, 3, 4, 5, 100, 101, 101, 99, 7, 8, 10]) {
      assertEquals(await there.at(step), await here.at(step));
    }
    const both = await Promise.all([there.at(30), there.at(31), there.at(30)]);
    assertEquals(both, [await here.at(30), await here.at(31), await here.at(30)]);
  }
});

Deno.test("an error in the worker comes to whoever asks for its batch", async () => {
  using batches = await loadInWorker(MODULE, { rows: 19, seed: 3, failAt: 2 });
  await batches.at(0);
  await batches.at(1);
  await assertRejects(() => batches.at(2), RangeError, "no step 2");
  assertEquals((await batches.at(3)).size, 4);
  await assertRejects(() => batches.at(-1), RangeError, "expected a whole step from 0 on, got -1");
});

Deno.test("a module that cannot make batches is refused", async () => {
  await assertRejects(() => loadInWorker(MODULE, { fail: true }), Error, "in a worker: nothing here");
  const nowhere = new URL("./no_such_module.ts", import.meta.url);
  await assertRejects(() => loadInWorker(nowhere, {}), Error, "no_such_module.ts in a worker: ");
  await assertRejects(() => loadInWorker(MODULE, {}, { ahead: -1 }), RangeError, "got -1");
});

Deno.test("a worker that ends, or is closed, refuses what it was asked for", async () => {
  using broken = await loadInWorker(MODULE, { rows: 19, seed: 3, breakAt: 1 }, { ahead: 0 });
  await broken.at(0);
  // It makes the next batch ahead on its own, and ends there.
  await assertRejects(() => broken.at(1), Error, "it ended with code 3");
  await assertRejects(() => broken.at(2), Error, "it ended with code 3");

  const closed = await loadInWorker(MODULE, { rows: 19, seed: 3 });
  const pending = closed.at(0);
  closed.close();
  await assertRejects(() => pending, TypeError, "expected it open, got it closed");
  await assertRejects(() => closed.at(0), TypeError, "expected it open, got it closed");
});

Deno.test("a worker that has nothing to do does not keep the process alive", async () => {
  const program = `
    import { loadInWorker } from ${JSON.stringify(new URL("./load_in_worker.ts", import.meta.url).href)};
    const batches = await loadInWorker(new URL(${JSON.stringify(MODULE.href)}), { rows: 19, seed: 3 });
    console.log((await batches.at(0)).size);`;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "--allow-read", "--no-check", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(20_000),
  }).spawn();
  const writer = command.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  assertEquals([code, decoder.decode(stdout), decoder.decode(stderr)], [0, "4\n", ""]);
});
